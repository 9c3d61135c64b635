//! What was written is read again.

use proptest::prelude::*;
use serde_json::json;
use tracking_core::{
    Data, FieldValue, Group, GroupBy, GroupKey, Grouping, Run, RunId, TaskId, Timestamp, Track,
    TrackId, UserName, Zone,
};
use tracking_views::data::ReadError;
use tracking_views::{Export, Format, Import};

use crate::hostile::{hostile, track_of};
use crate::samples;

const FORMATS: [(Format, bool); 4] = [
    (Format::Csv, false),
    (Format::Csv, true),
    (Format::Json, false),
    (Format::JsonLines, false),
];

/// Writes records in every format, and reads them again.
fn assert_comes_back<T: PartialEq + std::fmt::Debug>(
    records: &[T],
    write: impl Fn(&Export<'_>, &mut Vec<u8>),
    read: impl Fn(&Import, &[u8]) -> Vec<Result<T, ReadError>>,
) {
    for (format, raw) in FORMATS {
        let mut out = Vec::new();
        write(&Export::new(format).with_raw_cells(raw), &mut out);
        let found = read(&Import::new(format).with_raw_cells(raw), &out);
        let found: Vec<T> = found.into_iter().map(Result::unwrap).collect();
        assert_eq!(found, records, "{format:?}, raw: {raw}");
    }
}

fn assert_tracks_come_back(tracks: &[Track]) {
    assert_comes_back(
        tracks,
        |export, out| export.tracks(out, tracks).unwrap(),
        |import, text| import.tracks(text).collect(),
    );
}

fn assert_runs_come_back(runs: &[Run]) {
    assert_comes_back(
        runs,
        |export, out| export.runs(out, runs).unwrap(),
        |import, text| import.runs(text).collect(),
    );
}

fn assert_groups_come_back(by: &Grouping, groups: &[Group]) {
    assert_comes_back(
        groups,
        |export, out| export.groups(out, by, groups).unwrap(),
        |import, text| import.groups(text).collect(),
    );
}

#[test]
fn samples_and_hostile_values_come_back() {
    let mut tracks = samples::tracks();
    tracks.push(samples::deep_track());
    // A tenth of a megabyte is as long as a megabyte here.
    let values = hostile();
    let values = values
        .iter()
        .map(|value| &value[..value.floor_char_boundary(100_000)]);
    tracks.extend(values.map(track_of));
    assert_tracks_come_back(&tracks);
    let runs: Vec<Run> = samples::runs()
        .iter()
        .map(|row| row.run().clone())
        .collect();
    assert_runs_come_back(&runs);
    assert_groups_come_back(&GroupBy::Task.and(GroupBy::User), &samples::groups());
}

#[test]
fn nothing_comes_back_as_nothing() {
    assert_tracks_come_back(&[]);
    assert_runs_come_back(&[]);
    assert_groups_come_back(&GroupBy::Task.into(), &[]);
}

#[test]
fn groups_of_every_kind_come_back() {
    let value = |value| GroupKey::Field(FieldValue::new(value));
    let day = GroupKey::Day("2026-11-23".parse().unwrap());
    assert_groups_come_back(
        &GroupBy::Day(Zone::utc()).and(GroupBy::Run),
        &[Group::new(day, Some(GroupKey::Run(RunId::FIRST)), u64::MAX)],
    );
    let values = [
        json!(1),
        json!("1"),
        json!(1.5),
        json!(null),
        json!(""),
        json!("=1"),
        json!({"a": ["b,\"c"]}),
    ];
    let mut groups: Vec<Group> = values.map(|kept| Group::new(value(kept), None, 2)).to_vec();
    groups.push(Group::new(GroupKey::Field(None), None, 1));
    assert_groups_come_back(&GroupBy::Field("a.b,c".into()).into(), &groups);
}

#[test]
fn counts_of_different_things_come_back() {
    let by = Grouping::from(GroupBy::Task)
        .counting(GroupBy::User)
        .counting(GroupBy::Field("a,b".into()));
    let task = |task| GroupKey::Task(TaskId::new(task).unwrap());
    let groups = [
        Group::new(task("a"), None, 3).with_distinct(vec![2, 0]),
        Group::new(task("b"), None, u64::MAX).with_distinct(vec![u64::MAX, 7]),
    ];
    assert_groups_come_back(&by, &groups);
}

#[test]
fn columns_of_others_behind_the_count_are_ignored() {
    let text = "task,count,note,distinct user\na,3,x,2\n";
    let groups: Vec<Group> = Import::new(Format::Csv)
        .groups(text.as_bytes())
        .collect::<Result<_, _>>()
        .unwrap();
    let task = GroupKey::Task(TaskId::new("a").unwrap());
    assert_eq!(groups, [Group::new(task, None, 3).with_distinct(vec![2])]);
}

/// A program's own columns and titles are for people.
#[test]
fn other_columns_and_keys_are_ignored() {
    let columns = samples::columns();
    let mut csv = Vec::new();
    Export::new(Format::Csv)
        .with_context(samples::context(&columns))
        .tracks(&mut csv, samples::tracks())
        .unwrap();
    let found: Result<Vec<Track>, _> = Import::new(Format::Csv).tracks(&*csv).collect();
    assert_eq!(found.unwrap(), samples::tracks());
    let line = r#"{"id":1,"task":null,"start":"1970-01-01T00:00:00Z","end":"1970-01-01T00:00:00Z","finished":true,"current":false,"tracks":3}"#;
    let runs: Result<Vec<Run>, _> = Import::new(Format::JsonLines)
        .runs(line.as_bytes())
        .collect();
    assert!(runs.unwrap()[0].is_finished());
}

#[test]
fn a_mark_of_the_byte_order_and_empty_lines_are_ignored() {
    let csv = "\u{feff}id,task,run,user,time,data\n1,a,1,u,1970-01-01T00:00:00Z,{}\n";
    assert!(
        Import::new(Format::Csv)
            .tracks(csv.as_bytes())
            .all(|track| track.is_ok())
    );
    let json = r#"{"id":1,"task":"a","run":1,"user":"u","time":"1970-01-01T00:00:00Z","data":{}}"#;
    let lines = format!("\u{feff}{json}\r\n\n{json}");
    let list = format!("\u{feff}[{json},\r\n{json}]");
    for (format, text) in [(Format::JsonLines, lines), (Format::Json, list)] {
        let found: Vec<_> = Import::new(format).tracks(text.as_bytes()).collect();
        assert_eq!(
            found.iter().filter(|found| found.is_ok()).count(),
            2,
            "{format:?}"
        );
    }
}

/// The messages of the errors, and the records that were read.
fn read(format: Format, text: &str) -> (Vec<String>, Vec<Track>) {
    let (mut errors, mut tracks) = (Vec::new(), Vec::new());
    for found in Import::new(format).tracks(text.as_bytes()) {
        match found {
            Ok(track) => tracks.push(track),
            Err(error) => {
                let cause = std::error::Error::source(&error);
                let cause = cause.map_or(String::new(), |cause| format!(": {cause}"));
                errors.push(format!("{error}{cause}"));
            }
        }
    }
    (errors, tracks)
}

#[test]
fn a_record_that_cannot_be_taken_takes_no_other_with_it() {
    let csv = "id,task,run,user,time,data\n\
        0,a,1,u,1970-01-01T00:00:00Z,{}\n\
        2,a,1,u\n\
        3,a,1,u,1970-01-01T00:00:00Z,{}\n";
    let (errors, tracks) = read(Format::Csv, csv);
    assert_eq!(
        errors,
        [
            "line 2, column \"id\": cannot take \"0\": invalid track id \"0\"; write it like 0000001",
            "line 3 has no column \"time\"; export the records again",
        ]
    );
    assert_eq!(tracks.len(), 1);

    let good = r#"{"id":1,"task":"a","run":1,"user":"u","time":"1970-01-01T00:00:00Z","data":{}}"#;
    let bad = good.replace(r#""a""#, r#""""#);
    let (errors, tracks) = read(Format::JsonLines, &format!("{good}\n{bad}\n{{\n{good}\n"));
    assert_eq!((errors.len(), tracks.len()), (2, 2));
    assert!(
        errors[0].starts_with("cannot take record 2: "),
        "{errors:?}"
    );
    assert!(
        errors[1].starts_with("cannot take record 3: EOF"),
        "{errors:?}"
    );
    let (errors, tracks) = read(Format::Json, &format!("[{good},{bad},{good}]"));
    assert_eq!((errors.len(), tracks.len()), (1, 2));
    assert!(
        errors[0].starts_with("cannot take record 2: "),
        "{errors:?}"
    );
}

#[test]
fn what_ends_too_early_is_an_error() {
    for (format, _) in FORMATS {
        let mut out = Vec::new();
        Export::new(format)
            .tracks(&mut out, samples::tracks())
            .unwrap();
        let whole = String::from_utf8(out).unwrap();
        let cut = whole.trim_end_matches(['\n', '\r', ']', '}', '"']);
        let (errors, tracks) = read(format, cut);
        assert_eq!(
            (errors.len(), tracks.len()),
            (1, 2),
            "{format:?}: {errors:?}"
        );
    }
    let (errors, _) = read(Format::Json, "");
    assert_eq!(
        errors,
        ["cannot read the JSON: line 1 lacks a list of records, which begins with ["]
    );
    let broken = Import::new(Format::Csv)
        .tracks(&b"id,task\n\xff,a\n"[..])
        .next();
    assert!(matches!(broken, Some(Err(ReadError::Csv(_)))));
}

#[test]
fn an_error_shows_the_start_of_a_long_value() {
    let csv = format!("id,task,run,user,time,data\n{},a\n", "x\u{1b}".repeat(1000));
    let (errors, _) = read(Format::Csv, &csv);
    assert!(
        errors[0].len() < 4000 && !errors[0].contains('\u{1b}'),
        "{errors:?}"
    );
}

/// Counts how much of it was asked for.
struct Endless<'a>(&'a std::cell::Cell<usize>);

impl std::io::Read for Endless<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let text =
            br#"{"id":1,"task":"a","run":1,"user":"u","time":"1970-01-01T00:00:00Z","data":{}},"#;
        for place in out.iter_mut() {
            let at = self.0.get();
            *place = if at == 0 {
                b'['
            } else {
                text[(at - 1) % text.len()]
            };
            self.0.set(at + 1);
        }
        Ok(out.len())
    }
}

#[test]
fn an_array_is_read_record_by_record() {
    let asked = std::cell::Cell::new(0);
    let mut tracks = Import::new(Format::Json).tracks(Endless(&asked));
    assert!(tracks.by_ref().take(1000).all(|track| track.is_ok()));
    assert!(asked.get() < 100 * 1000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_was_tracked_comes_back(
        name in "[^\0]{1,30}",
        user in "[^\0]{0,30}",
        text in ".{0,30}",
        number in any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()),
        micros in Timestamp::MIN.micros()..=Timestamp::MAX.micros(),
        flag in any::<bool>(),
    ) {
        let (task, user) = (TaskId::new(name.as_str()).unwrap(), UserName::new(user).unwrap());
        let time = Timestamp::from_micros(micros).unwrap();
        let data = Data::try_from(json!({name.as_str(): [text, number], "b": {"c": flag}})).unwrap();
        let id = TrackId::new(micros.unsigned_abs().max(1)).unwrap();
        assert_tracks_come_back(&[Track::new(id, task.clone(), RunId::FIRST, user.clone(), time, data)]);
        let run = Run::new(RunId::FIRST, flag.then(|| task.clone()), time, time);
        assert_runs_come_back(&[run.with_finished(flag).with_current(!flag)]);
        let value = GroupKey::Field(FieldValue::new(json!([text, number])));
        let field = GroupBy::Field(name.as_str().into());
        assert_groups_come_back(
            &GroupBy::User.and(field),
            &[Group::new(GroupKey::User(user), Some(value), 1)],
        );
    }
}
