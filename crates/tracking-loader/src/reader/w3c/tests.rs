//! Directives and entries, in order and out of it.

use super::*;

fn read(lines: &[&str]) -> Result<LogRecord, LineError> {
    let mut log = W3cLog::new(Zone::utc());
    let (last, before) = lines.split_last().unwrap();
    for line in before {
        assert_eq!(log.read(line.as_bytes())?, LineContent::Nothing);
    }
    Ok(log.read(last.as_bytes())?.into_record().unwrap())
}

const IIS: &str = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username \
                   c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus time-taken";

#[test]
fn an_entry_of_a_web_server_has_its_parts() {
    let entry = "2026-11-23 15:47:01 ::1 GET /a%20b.htm page=2 443 anna 192.0.2.1 Mozilla/5.0+(X) - 200 0 46";
    let record = read(&[
        "#Software: Microsoft Internet Information Services 10.0",
        IIS,
        entry,
    ])
    .unwrap();
    assert_eq!(
        (record.task().as_str(), record.user().as_str()),
        ("/a%20b.htm", "anna")
    );
    assert_eq!(record.time().to_string(), "2026-11-23T15:47:01Z");
    assert_eq!(
        record.data().as_str(),
        concat!(
            r#"{"agent":"Mozilla/5.0+(X)","host":"192.0.2.1","method":"GET","more":"#,
            r#"{"s-ip":"::1","sc-substatus":"0","time-taken":"46"},"port":443,"query":"page=2","status":200}"#
        )
    );
}

#[test]
fn without_a_user_it_is_the_client_and_without_a_path_there_is_none() {
    let entry = "2026-11-23 15:47:01 - - - - - - c1 - - - - -";
    let record = read(&[IIS, entry]).unwrap();
    assert_eq!(
        (record.task().as_str(), record.user().as_str()),
        (NO_PATH, "c1")
    );
    assert_eq!(record.data().as_str(), r#"{"host":"c1"}"#);
}

#[test]
fn the_date_may_be_that_of_a_directive() {
    let lines = [
        "#Version: 1.0",
        "#Date: 2026-11-23 00:00:00",
        "#Fields: time cs-uri",
        "15:47:01.5\t/a?b?c",
    ];
    let record = read(&lines).unwrap();
    assert_eq!(record.time().to_string(), "2026-11-23T15:47:01.500Z");
    assert_eq!(record.task().as_str(), "/a");
    assert_eq!(record.data().as_str(), r#"{"query":"b?c"}"#);
}

#[test]
fn quotes_hold_blanks_and_doubled_quotes() {
    let fields = "#Fields: date time cs-uri-stem cs(User-Agent) x-comment";
    let entry = r#"2026-11-23 15:47 "/a b"  "A ""B"" C" "-""#;
    let record = read(&[fields, entry]).unwrap();
    assert_eq!(record.task().as_str(), "/a b");
    assert_eq!(
        record.data().as_str(),
        r#"{"agent":"A \"B\" C","more":{"x-comment":"-"}}"#
    );
}

#[test]
fn fields_may_change_in_the_middle() {
    let mut log = W3cLog::new(Zone::utc());
    let mut task = |line: &str| {
        let content = log.read(line.as_bytes()).unwrap();
        content
            .into_record()
            .map(|record| record.task().to_string())
    };
    assert_eq!(task("#Fields: date time cs-uri-stem"), None);
    assert_eq!(task("2026-11-23 15:47:01 /a").unwrap(), "/a");
    assert_eq!(task("#Fields: cs-uri-stem date time"), None);
    assert_eq!(task("/b 2026-11-23 15:47:01").unwrap(), "/b");
}

#[test]
fn a_reader_continues_with_the_state_of_another() {
    let mut first = W3cLog::new(Zone::utc());
    assert_eq!(first.state(), None);
    for line in [
        "#Date: 2026-11-23 00:00:00",
        "#Fields: time cs-uri-stem x-A",
    ] {
        let _directive = first.read(line.as_bytes()).unwrap();
    }
    let state = first.state().unwrap();
    let mut second = W3cLog::new(Zone::utc());
    second.resume(&state);
    assert_eq!(second.state(), Some(state));
    let entry = b"15:47:01 /a b";
    assert_eq!(first.read(entry).unwrap(), second.read(entry).unwrap());
    let mut third = W3cLog::new(Zone::utc());
    third.resume("nonsense");
    assert!(third.read(entry).is_err());
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    let fields = "#Fields: date time cs-uri-stem sc-status";
    for (lines, column, reason) in [
        (vec!["2026-11-23 15:47:01 /a 200"], 1, Reason::Directive),
        (vec!["#Fields: date cs-uri-stem"], 9, Reason::Directive),
        (vec!["#Date: today"], 7, Reason::Directive),
        (vec![fields, "2026-11-23 15:47:01 /a"], 23, Reason::Fields),
        (
            vec![fields, "2026-11-23 15:47:01 /a 200 x"],
            28,
            Reason::Fields,
        ),
        (vec![fields, "2026-11-31 15:47:01 /a 200"], 1, Reason::Time),
        (vec![fields, "2026-11-23 25:47:01 /a 200"], 12, Reason::Time),
        (vec![fields, "2026-11-23 - /a 200"], 1, Reason::Time),
        (vec![fields, "- 15:47:01 /a 200"], 1, Reason::Time),
        (
            vec![fields, "2026-11-23 15:47:01 /é OK"],
            24,
            Reason::Status,
        ),
        (
            vec![fields, "2026-11-23 15:47:01 \"/a 200"],
            28,
            Reason::Fields,
        ),
    ] {
        let error = read(&lines).unwrap_err();
        assert_eq!((error.column, error.reason), (column, reason), "{lines:?}");
    }
}
