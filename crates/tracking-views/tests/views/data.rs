//! Data: CSV, JSON and JSON lines.

use tracking_core::{Group, GroupBy, Run, Track};
use tracking_views::{Export, Format};

use crate::hostile::{hostile, track_of};
use crate::samples;

const FORMATS: [Format; 3] = [Format::Csv, Format::Json, Format::JsonLines];

fn export(export: &Export<'_>, tracks: &[Track]) -> String {
    let mut out = Vec::new();
    export.tracks(&mut out, tracks).unwrap();
    String::from_utf8(out).unwrap()
}

fn tracks() -> Vec<Track> {
    let mut tracks = samples::tracks();
    tracks.push(samples::deep_track());
    tracks.extend(hostile().iter().map(|value| track_of(value)));
    tracks
}

#[test]
fn tracks_as_csv() {
    let columns = samples::columns();
    let csv = Export::new(Format::Csv).with_context(samples::context(&columns));
    insta::assert_snapshot!(export(&csv, &samples::tracks()).replace('\r', "<CR>"));
}

#[test]
fn tracks_as_json_lines() {
    insta::assert_snapshot!(export(&Export::new(Format::JsonLines), &samples::tracks()));
}

#[test]
fn counts_as_csv_and_json() {
    let by = GroupBy::Task.and(GroupBy::User);
    let mut out = Vec::new();
    Export::new(Format::Csv)
        .groups(&mut out, &by, samples::groups())
        .unwrap();
    Export::new(Format::Json)
        .groups(&mut out, &by, samples::groups())
        .unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap().replace('\r', "<CR>"));
}

#[test]
fn runs_as_csv_and_json() {
    let runs: Vec<Run> = samples::runs()
        .iter()
        .map(|row| row.run().clone())
        .collect();
    let mut out = Vec::new();
    Export::new(Format::Csv).runs(&mut out, &runs).unwrap();
    Export::new(Format::Json).runs(&mut out, &runs).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap().replace('\r', "<CR>"));
}

#[test]
fn what_was_written_as_json_is_read_again_by_core() {
    let json = export(&Export::new(Format::Json), &tracks());
    assert_eq!(serde_json::from_str::<Vec<Track>>(&json).unwrap(), tracks());
    let lines = export(&Export::new(Format::JsonLines), &tracks());
    let read = lines
        .lines()
        .map(|line| serde_json::from_str::<Track>(line).unwrap());
    assert_eq!(read.collect::<Vec<_>>(), tracks());
    let mut out = Vec::new();
    let by = GroupBy::Task.and(GroupBy::User);
    Export::new(Format::Json)
        .groups(&mut out, &by, samples::groups())
        .unwrap();
    assert_eq!(
        serde_json::from_slice::<Vec<Group>>(&out).unwrap(),
        samples::groups()
    );
}

#[test]
fn nothing_is_a_header_or_an_empty_array() {
    let shown = FORMATS.map(|format| export(&Export::new(format), &[]));
    assert_eq!(shown, ["id,task,run,user,time,data\r\n", "[]\n", ""]);
}

#[test]
fn no_cell_of_csv_is_a_formula() {
    let evil = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "=cmd|' /C calc'!A0",
    ];
    let mut all: Vec<Track> = evil.iter().map(|value| track_of(value)).collect();
    all.extend(tracks());
    let columns = [tracking_views::Column::new("=own", |track| {
        track.user().to_owned()
    })];
    let context = tracking_views::Context::new().with_columns(&columns);
    let csv = export(&Export::new(Format::Csv).with_context(context), &all);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let mut cells = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            cells += 1;
            let first = cell.chars().next().unwrap_or('x');
            assert!(!"=+-@\t\r\n＝＋－＠".contains(first), "{cell:.40?}");
        }
    }
    assert_eq!(cells, (all.len() + 1) * 7);
}

/// Quotes and line breaks of a value end no cell and no row.
#[test]
fn a_value_adds_no_row_and_no_cell() {
    for value in hostile() {
        let shown = export(&Export::new(Format::Csv), &[track_of(&value)]);
        let mut reader = csv::Reader::from_reader(shown.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].len(), 6);
        let lines = export(&Export::new(Format::JsonLines), &[track_of(&value)]);
        assert_eq!(lines.lines().count(), 1);
    }
}

#[test]
fn json_steers_no_terminal_and_ends_no_script() {
    for value in hostile() {
        let shown = export(&Export::new(Format::Json), &[track_of(&value)]);
        let bad = shown
            .chars()
            .find(|c| !crate::hostile::is_harmless(*c) || "<>&".contains(*c));
        assert_eq!(bad, None, "in {value:.40?}");
    }
}

#[test]
fn a_very_long_cell_is_written_in_one_pass() {
    // Minutes, where each piece of it that is written looks for a quote in all of the rest.
    const LENGTH: usize = 32_000_000;
    let text = format!("{{\"a\":\"{}\"}}", "x".repeat(LENGTH));
    let track = samples::track(1, "t", "u", "{}");
    let data = tracking_core::Data::from_canonical(text);
    let (id, task, user) = (track.id(), track.task().clone(), track.user().clone());
    let track = Track::new(id, task, track.run(), user, track.time(), data);
    let csv = export(&Export::new(Format::Csv), &[track]);
    assert!(csv.ends_with("xxx\"\"}\"\r\n") && csv.len() > LENGTH);
}
