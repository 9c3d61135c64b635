//! Recordings are read, replayed, and refused where they are damaged.

use std::error::Error as _;
use std::io::Write;
use std::sync::Arc;

use super::*;
use crate::Model;
use tracking_core::Timestamp;

const HEADER: &str = "{\"trace\":1,\"seed\":1,\"profile\":\"test\"}\n";

crate::trace_tests!(|setup: crate::Setup| Model::with_indexes(setup.clock, setup.indexes));

fn on_model(trace: impl BufRead) -> Result<Report, TraceError> {
    let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
    replay(
        &Model::new(Arc::<ManualClock>::clone(&clock)),
        &clock,
        trace,
    )
}

fn with_header(lines: &str) -> Result<Report, TraceError> {
    on_model(format!("{HEADER}{lines}").as_bytes())
}

#[test]
fn it_continues_after_a_difference_and_names_the_line() {
    let report = with_header(concat!(
        r#"{"op":"start_run","now":5,"task":"a","expect":2}"#,
        "\n\n",
        r#"{"op":"get_run","now":9,"task":"a","run":0,"expect":{"finished":false,"end":5,"start":5,"id":1}}"#,
        "\n",
        r#"{"op":"len","now":9,"expect":7}"#,
    ));
    let report = report.unwrap();
    let lines: Vec<u64> = report.differences().iter().map(Difference::line).collect();
    assert_eq!((report.operations(), lines), (3, vec![2, 5]));
    assert_eq!(
        report.to_string(),
        r#"line 2: {"now":5,"op":"start_run","task":"a"}
  expected 2
  got      1
line 5: {"now":9,"op":"len"}
  expected 7
  got      0
3 operations, 2 differences"#
    );
}

#[test]
fn an_error_of_the_store_is_an_answer() {
    let save = r#"{"op":"save","now":5,"task":"a","run":-1,"user":"","data":{},"update":false,"overwrite":false,"time":null,"expect":{"error":"unknown_run"}}"#;
    assert!(with_header(save).unwrap().differences().is_empty());
    let update = r#"{"op":"update_track","now":5,"id":"0000001","data":{},"overwrite":false,"expect":"0000001"}"#;
    let report = with_header(update).unwrap();
    let got = report.differences()[0].got().to_string();
    assert!(got.contains("there is no track 0000001"), "{got}");
}

#[test]
fn a_name_that_ends_in_a_star_is_a_prefix_in_criteria_only() {
    let report = with_header(concat!(
        r#"{"op":"save","now":5,"task":"az","run":0,"user":"u*","data":{},"update":false,"overwrite":false,"time":null,"expect":"0000001"}"#,
        "\n",
        r#"{"op":"query","now":5,"criteria":{"task":["b","a*"],"user":"u*","time":5},"expect":["0000001"]}"#,
        "\n",
        r#"{"op":"user_names","now":5,"task":"a*","expect":[]}"#,
    ));
    assert_eq!(report.unwrap().to_string(), "3 operations, 0 differences");
}

#[test]
fn a_bad_line_is_an_error_with_its_number_and_the_cause() {
    for (line, cause) in [
        (
            r#"{"op":"fly","now":1,"expect":null}"#,
            "unknown variant `fly`",
        ),
        (r#"{"op":"len","expect":null}"#, "missing field `now`"),
        (r#"{"op":"len","now":1}"#, "missing field `expect`"),
        (
            r#"{"op":"get","now":1,"expect":null}"#,
            "missing field `id`",
        ),
        (r#"{"op":"len","now":"1","expect":0}"#, "invalid type"),
        (
            r#"{"op":"len","now":999999999999,"expect":0}"#,
            "is out of range",
        ),
        (
            r#"{"op":"user_names","now":1,"task":"","expect":[]}"#,
            "invalid task id",
        ),
        (
            r#"{"op":"query","now":1,"criteria":{"color":1},"expect":[]}"#,
            "unknown field `color`",
        ),
        (
            r#"{"op":"query","now":1,"criteria":{"run":"x"},"expect":[]}"#,
            "neither a value",
        ),
        ("[]", "invalid"),
    ] {
        let error = with_header(&format!("\n{line}\n")).unwrap_err();
        assert!(
            matches!(error, TraceError::Operation { line: 3, .. }),
            "{line}: {error:?}"
        );
        let source = error.source().unwrap().to_string();
        assert!(source.contains(cause), "{line}: {source}");
    }
}

#[test]
fn what_is_no_trace_is_an_error() {
    assert!(matches!(on_model(&b""[..]), Err(TraceError::Empty)));
    assert!(matches!(on_model(&b"\n \n"[..]), Err(TraceError::Empty)));
    assert!(matches!(
        on_model(&b"hello"[..]),
        Err(TraceError::NoJson { line: 1, .. })
    ));
    assert!(matches!(
        on_model(&b"\xff\xfe\x00"[..]),
        Err(TraceError::NoJson { line: 1, .. })
    ));
    assert!(matches!(
        on_model(&b"{\"op\":\"len\"}"[..]),
        Err(TraceError::Header { line: 1, .. })
    ));
    assert!(matches!(
        on_model(&b"{\"trace\":2}"[..]),
        Err(TraceError::Version { version: 2 })
    ));
    assert!(matches!(
        with_header("{"),
        Err(TraceError::NoJson { line: 2, .. })
    ));
}

#[test]
fn a_file_is_opened_packed_or_plain() {
    let folder = std::env::temp_dir().join(format!("tracking-testkit-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let plain = folder.join("plain.jsonl");
    std::fs::write(&plain, HEADER).unwrap();
    let packed = folder.join("packed.jsonl");
    let file = File::create(&packed).unwrap();
    let mut writer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    writer.write_all(HEADER.as_bytes()).unwrap();
    writer.finish().unwrap();
    for path in [plain, packed] {
        assert_eq!(on_model(open(path).unwrap()).unwrap(), Report::default());
    }
    let missing = open(folder.join("missing")).map(drop).unwrap_err();
    assert!(missing.to_string().contains("missing"), "{missing}");
    assert!(open(&folder).is_err(), "a folder is no trace");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_recording_has_a_test_and_is_whole() {
    for recording in Recording::ALL {
        let report = recording
            .replay_on(|setup| Model::new(setup.clock))
            .unwrap();
        assert!(report.operations() > 1_000, "{}", recording.name());
    }
    // As many names as `trace_tests!` has tests above.
    assert_eq!(Recording::ALL.len(), 10);
}
