//! Lines that cannot be loaded: reported, stored, or an error; keys; dry runs.

use std::io;

use tracking_core::{Counters, Key, NewTrack, TrackingStorage, TrackingStorageExt as _};
use tracking_loader::{
    Format, FormatOptions, LoadError, LoadObserver, Reason, Reject, SourceError,
};

use super::fixture::{Fixture, line, lines};

/// Keeps what is rejected, or fails to.
#[derive(Default)]
struct Kept {
    lines: Vec<u8>,
    fails: bool,
}

impl LoadObserver for Kept {
    fn rejected(&mut self, _reject: &Reject, line: &[u8]) -> io::Result<()> {
        if self.fails {
            return Err(io::Error::other("the disk is full"));
        }
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
        Ok(())
    }
}

#[test]
fn rejected_lines_are_kept_as_they_are_and_can_be_mended_and_loaded() {
    let world = Fixture::new();
    let bad = line(1).replace("GET", "GE\u{1b}T\"");
    world.write("a.log", line(0) + &bad + &line(2));
    let mut kept = Kept::default();
    let summary = world
        .loader()
        .load(&world.sources(&["a.log"]), &mut kept)
        .unwrap();
    assert_eq!((summary.total.tracks, summary.total.malformed), (2, 1));
    assert_eq!(summary.total.by_reason.values().sum::<u64>(), 1);
    assert_eq!(String::from_utf8(kept.lines.clone()).unwrap(), bad);
    let mended = String::from_utf8(kept.lines)
        .unwrap()
        .replace("GE\u{1b}T\"", "GET");
    world.write("mended.log", mended);
    world.load(&["mended.log"]);
    world.assert_has(0..3);
}

#[test]
fn where_rejected_lines_cannot_be_kept_nothing_is_loaded_of_what_came_with_them() {
    let world = Fixture::new();
    world.write("a.log", line(0) + "bad\n" + &line(1));
    let mut kept = Kept {
        fails: true,
        ..Kept::default()
    };
    let error = world
        .loader()
        .load(&world.sources(&["a.log"]), &mut kept)
        .unwrap_err();
    assert!(matches!(error, LoadError::Rejects { .. }), "{error:?}");
    world.assert_has([]);
    kept.fails = false;
    world
        .loader()
        .load(&world.sources(&["a.log"]), &mut kept)
        .unwrap();
    assert_eq!(kept.lines, b"bad\n");
    world.assert_has(0..2);
}

#[test]
fn strict_stops_at_the_first_bad_line_with_nothing_after_it_loaded() {
    for batch in [1, 2, 100] {
        let world = Fixture::new();
        world.write("a.log", lines(0..5) + "bad\n" + &lines(5..9));
        let loader = world.loader().batch(batch).strict(true);
        for _ in 0..2 {
            let error = world.load_with(&loader, &["a.log"]).unwrap_err();
            let LoadError::Rejected { reject, .. } = &error else {
                panic!("{error:?}");
            };
            assert_eq!((reject.line(), reject.reason()), (6, Reason::Host));
            assert!(
                error.to_string().ends_with("; nothing after it was loaded"),
                "{error}"
            );
            world.assert_has(0..5);
        }
        // Corrected in place, or skipped.
        world.write("a.log", lines(0..9));
        world.load_with(&loader, &["a.log"]).unwrap();
        world.assert_has(0..9);
    }
}

#[test]
fn a_log_of_no_known_format_is_an_error_and_stays_to_be_loaded() {
    let world = Fixture::new();
    world.write(
        "a.log",
        "{\"path\": \"/1\", \"at\": 1795445221}\n".repeat(3),
    );
    let mut summary = world
        .loader()
        .load(&world.sources(&["a.log"]), &mut ())
        .unwrap();
    let error = summary.take_error().unwrap();
    assert!(
        matches!(error, SourceError::UnknownFormat { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("field map"), "{error}");
    assert_eq!(world.store.counters().unwrap(), Counters::default());
    let map: tracking_loader::FieldMap = "task=path,time=at".parse().unwrap();
    let loader = world.loader().format(FormatOptions::new().choose(map));
    let summary = world.load_with(&loader, &["a.log"]).unwrap();
    assert_eq!(
        (summary.total.tracks, summary.logs[0].format),
        (3, Some("map"))
    );
    // Without the map it is not continued.
    world.append("a.log", "{\"path\": \"/1\", \"at\": 1795445222}\n");
    let mut summary = world
        .loader()
        .load(&world.sources(&["a.log"]), &mut ())
        .unwrap();
    assert!(
        summary
            .take_error()
            .unwrap()
            .to_string()
            .contains("give it again")
    );
}

#[test]
fn a_format_that_is_named_reads_what_it_can() {
    let world = Fixture::new();
    world.write("a.log", "noise\n".repeat(30) + &line(1));
    let named = FormatOptions::new().choose(Format::Access);
    let summary = world
        .load_with(&world.loader().format(named), &["a.log"])
        .unwrap();
    assert_eq!((summary.total.malformed, summary.total.tracks), (30, 1));
}

fn keyed(n: u64, key: &str, user: &str) -> String {
    format!(r#"{{"key":"{key}","task":"/{n}","user":"{user}","time":"2026-11-23T15:00:00Z"}}"#)
        + "\n"
}

#[test]
fn what_was_saved_under_a_key_is_not_saved_again_and_something_else_is_rejected() {
    for batch in [1, 100] {
        let world = Fixture::new();
        // The program saved one itself, into a run of its own.
        let track = NewTrack::new("/0", "anna", serde_json::json!({})).unwrap();
        let track = track.at("2026-11-23T15:00:00Z".parse().unwrap());
        world
            .store
            .save(track.with_key(Key::new("k0").unwrap()))
            .unwrap();
        let text = [
            keyed(0, "k0", "anna"),
            keyed(1, "k1", "anna"),
            keyed(1, "k1", "anna"),
            keyed(2, "k1", "anna"),
            keyed(3, "k0", "anna"),
            keyed(4, "k4", "ben"),
        ];
        world.write("own.log", text.concat());
        let mut kept = Kept::default();
        let loader = world.loader().batch(batch);
        let summary = loader
            .load(&world.sources(&["own.log"]), &mut kept)
            .unwrap();
        let total = &summary.total;
        assert_eq!((total.tracks, total.duplicates, total.malformed), (2, 2, 2));
        assert_eq!(total.lines, 6);
        let rejects = summary.rejects.iter();
        let rejects: Vec<_> = rejects
            .map(|r| (r.line(), r.reason(), r.column()))
            .collect();
        assert_eq!(rejects, [(4, Reason::Key, 9), (5, Reason::Key, 9)]);
        assert_eq!(
            kept.lines,
            (keyed(2, "k1", "anna") + &keyed(3, "k0", "anna")).as_bytes()
        );
        world.assert_has([0, 1, 4]);
    }
}

#[test]
fn a_dry_run_reports_the_same_and_changes_nothing() {
    let world = Fixture::new();
    world.write("a.log", lines(0..2000) + "bad\n" + &lines(2000..9000));
    world.copy("a.log", "b.log");
    let own = keyed(1, "k", "anna") + &keyed(2, "k", "anna");
    world.write("own.log", own);
    let names = ["a.log", "b.log", "own.log"];
    let mut kept = Kept::default();
    let dry = world.loader().dry_run(true);
    let dry = dry.load(&world.sources(&names), &mut kept).unwrap();
    assert_eq!(world.store.counters().unwrap(), Counters::default());
    assert!(world.store.checkpoints().unwrap().is_empty());
    assert!(kept.lines.is_empty());
    let real = world.load(&names);
    assert_eq!(dry.total, real.total);
    assert_eq!((real.total.tracks, real.total.malformed), (9001, 2));
}
