//! Which log it is: logs that share lines, in every form, and what cannot be decided.

use std::collections::BTreeMap;

use tracking_core::{Batch, Checkpoint, CheckpointName, TrackingStorage, TrackingStorageExt as _};
use tracking_loader::{
    FieldMap, FormatOptions, IfUnsure, LoadSummary, LoadedLog, LogNote, LogState, SourceError,
};

use super::fixture::{Fixture, gzip, line, lines};

/// What was loaded of one log, which may be an error.
fn load_any(world: &Fixture, name: &str, if_unsure: IfUnsure) -> LoadSummary {
    let loader = world.loader().if_unsure(if_unsure);
    loader.load(&world.sources(&[name]), &mut ()).unwrap()
}

#[test]
fn lines_of_a_shorter_log_that_shares_its_start_with_a_longer_one_are_loaded() {
    let longer = lines(0..40);
    for shared in [1, 7, 20, 39] {
        for packed in [false, true] {
            let world = Fixture::new();
            world.write("web1.log", &longer);
            world.load(&["web1.log"]);
            let other = lines(0..shared) + &line(100);
            let other = if packed {
                gzip(other.as_bytes())
            } else {
                other.into_bytes()
            };
            world.write("web2.log", other);
            let summary = world.load(&["web2.log"]);
            assert_eq!(summary.total.tracks, shared + 1);
            assert!(
                matches!(summary.logs[0].notes[..], [LogNote::BeginsAlike { lines, .. }] if lines == shared)
            );
            assert_eq!(world.load(&["web2.log", "web1.log"]).total.lines, 0);
        }
    }
}

#[test]
fn a_large_log_that_differs_from_another_by_one_line_is_another_log() {
    for different in [1, 1023, 1024, 1500, 9_999] {
        let world = Fixture::new();
        world.write("a.log", lines(0..10_000));
        world.load(&["a.log"]);
        // Of the same length, so that all else keeps its position.
        let mut other = lines(0..10_000);
        let at = lines(0..different).len() + "192.0.2.".len();
        other.replace_range(at..=at, "7");
        world.write("b.log", other);
        assert_eq!(world.load(&["b.log"]).total.tracks, 10_000, "{different}");
    }
}

#[test]
fn a_log_is_known_in_every_form_after_another_one_with_the_same_first_line() {
    let first = lines(0..10);
    let world = Fixture::new();
    world.write("web1.log", &first);
    world.load(&["web1.log"]);
    world.write("web2.log", line(0) + &line(50)[..40]);
    world.load(&["web2.log"]);
    world.write("copy.log", &first);
    world.write("packed.gz", gzip(first.as_bytes()));
    world.write("old.log", lines(0..6));
    world.write("old.gz", gzip(lines(0..6).as_bytes()));
    world.write("cut.log", lines(0..6) + &line(6)[..20]);
    for name in [
        "copy.log",
        "packed.gz",
        "old.log",
        "old.gz",
        "cut.log",
        "web1.log",
        "web2.log",
    ] {
        assert_eq!(world.load(&[name]).total.lines, 0, "{name}");
    }
    world.append("web2.log", &line(50)[40..]);
    assert_eq!(world.load(&["web2.log"]).total.tracks, 2);
}

#[test]
fn concatenated_logs_are_loaded_once_in_either_order() {
    let (a, b) = (lines(0..20), lines(20..40));
    for known in [&["a"][..], &["b"], &["a", "b"], &[]] {
        for order in [["a", "b"], ["b", "a"]] {
            let world = Fixture::new();
            world.write("a", &a);
            world.write("b", &b);
            for name in known {
                world.load(&[name]);
            }
            let texts = BTreeMap::from([("a", &a), ("b", &b)]);
            world.write("all", texts[order[0]].clone() + texts[order[1]]);
            world.load(&["all"]);
            world.assert_has(0..40);
            for name in ["all", "a", "b"] {
                assert_eq!(
                    world.load(&[name]).total.lines,
                    0,
                    "{known:?} {order:?} {name}"
                );
            }
        }
    }
}

#[test]
fn what_is_concatenated_each_day_continues_where_it_was_left() {
    for packed in [false, true] {
        let world = Fixture::new();
        for day in 0..5 {
            // The log of yesterday, whole by now, and what there is of today.
            let yesterday = lines(day * 30..day * 30 + 30);
            let today = lines(day * 30 + 30..day * 30 + 45);
            let both = yesterday + &today;
            let both = if packed {
                gzip(both.as_bytes())
            } else {
                both.into_bytes()
            };
            world.write("all", both);
            world.load(&["all"]);
            world.assert_has(0..day * 30 + 45);
        }
    }
}

#[test]
fn logs_and_their_concatenation_in_one_load_are_loaded_once() {
    let names = ["a", "b", "all", "reversed"];
    for rotated in 0..names.len() {
        let world = Fixture::new();
        world.write("a", lines(0..20));
        world.write("b", lines(20..40));
        world.write("all", lines(0..40));
        world.write("reversed", lines(20..40) + &lines(0..20));
        let mut names = names;
        names.rotate_left(rotated);
        world.load(&names);
        world.assert_has(0..40);
    }
}

#[test]
fn a_few_lines_of_another_log_are_undecided_until_somebody_decides() {
    for (decision, expected) in [(IfUnsure::Load, 28), (IfUnsure::Skip, 24)] {
        let world = Fixture::new();
        world.write("small.log", lines(20..24));
        world.load(&["small.log"]);
        world.write("all", lines(0..20) + &lines(20..24));
        let summary = load_any(&world, "all", IfUnsure::Refuse);
        let error = summary.first_error().unwrap();
        assert!(
            matches!(
                error,
                SourceError::Unsure {
                    line: 21,
                    lines: 4,
                    ..
                }
            ),
            "{error:?}"
        );
        assert!(error.to_string().contains("--if-unsure"), "{error}");
        // What comes before is certain.
        world.assert_has(0..24);
        assert!(load_any(&world, "all", decision).first_error().is_none());
        assert_eq!(world.numbers().len(), expected);
        assert_eq!(load_any(&world, "all", decision).total.lines, 0);
    }
}

#[test]
fn one_line_in_the_middle_of_another_log_says_nothing() {
    let world = Fixture::new();
    world.write("a.log", lines(0..30));
    world.load(&["a.log"]);
    world.write("b.log", line(15) + &lines(40..50));
    let summary = world.load(&["b.log"]);
    assert_eq!(summary.total.tracks, 11);
    assert!(matches!(
        summary.logs[0].notes[..],
        [LogNote::Alike {
            line: 1,
            lines: 1,
            ..
        }]
    ));
}

#[test]
fn a_repeated_line_of_a_log_that_grows_is_new() {
    let world = Fixture::new();
    world.write("a.log", lines(0..12).repeat(2));
    world.load(&["a.log"]);
    world.append("a.log", lines(0..12));
    assert_eq!(world.load(&["a.log"]).total.tracks, 12);
}

fn map(text: &str) -> FormatOptions {
    FormatOptions::new().choose(text.parse::<FieldMap>().unwrap())
}

#[test]
fn a_log_of_which_nothing_could_be_read_does_not_count_as_loaded() {
    let world = Fixture::new();
    let record = |n| {
        format!(
            "{{\"path\":\"/{n}\",\"user\":\"anna\",\"ts\":{}}}\n",
            1_795_445_221 + n
        )
    };
    world.write("a.log", (0..3).map(record).collect::<String>());
    let wrong = world.loader().format(map("task=nothing,user=user,time=ts"));
    let mut summary = wrong.load(&world.sources(&["a.log"]), &mut ()).unwrap();
    let error = summary.take_error().unwrap();
    assert!(
        matches!(error, SourceError::NothingRead { lines: 3, .. }),
        "{error:?}"
    );
    assert!(world.store.checkpoints().unwrap().is_empty());
    let right = world.loader().format(map("task=path,user=user,time=ts"));
    let summary = world.load_with(&right, &["a.log"]).unwrap();
    assert_eq!(
        (summary.total.tracks, summary.logs[0].state),
        (3, LogState::New)
    );
}

#[test]
fn lines_that_were_rejected_are_read_again_in_another_way_and_only_these() {
    for packed in [false, true] {
        let world = Fixture::new();
        let record = |n: u64| {
            let field = if n.is_multiple_of(3) { "other" } else { "path" };
            format!(
                "{{\"{field}\":\"/{n}\",\"user\":\"anna\",\"ts\":{}}}\n",
                1_795_445_221 + n
            )
        };
        let write = |count| {
            let text: String = (0..count).map(record).collect();
            let text = if packed {
                gzip(text.as_bytes())
            } else {
                text.into_bytes()
            };
            world.write("a.log", text);
        };
        write(3000);
        let wrong = world.loader().format(map("task=path,user=user,time=ts"));
        let first = world.load_with(&wrong, &["a.log"]).unwrap();
        assert_eq!((first.total.tracks, first.total.malformed), (2000, 1000));
        assert_eq!(
            LoadedLog::all(&world.store).unwrap()[0]
                .position
                .as_ref()
                .unwrap()
                .rejected,
            1000
        );
        write(3010);
        let right = world
            .loader()
            .format(map("task=path|other,user=user,time=ts"));
        let second = world
            .load_with(&right.clone().batch(70), &["a.log"])
            .unwrap();
        assert_eq!((second.total.tracks, second.total.malformed), (1010, 0));
        assert!(matches!(
            second.logs[0].notes[..],
            [LogNote::ReadDifferently { rejected: 1000, .. }]
        ));
        world.assert_has(0..3010);
        let third = world.load_with(&right, &["a.log"]).unwrap();
        assert_eq!((third.total.lines, third.logs[0].lines_before), (0, 3010));
        assert!(third.logs[0].notes.is_empty());
    }
}

#[test]
fn a_damaged_checkpoint_is_refused_and_the_log_can_be_forgotten() {
    let world = Fixture::new();
    world.write("a.log", lines(0..1500));
    world.load(&["a.log"]);
    let names: Vec<_> = world.store.checkpoints().unwrap();
    let names: Vec<_> = names.iter().map(|found| found.name().clone()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for name in &names {
        let whole = world.store.checkpoint(name).unwrap().unwrap();
        let damaged = Checkpoint::new(
            name.clone(),
            r#"{"bytes":"many"}"#.parse::<tracking_core::Data>().unwrap(),
        );
        world
            .store
            .apply(&Batch::new().with_checkpoint(damaged))
            .unwrap();
        world.write("copy.log", lines(0..1501));
        let mut summary = load_any(&world, "copy.log", IfUnsure::Load);
        let error = summary.take_error().unwrap();
        assert!(
            matches!(&error, SourceError::DamagedCheckpoint { checkpoint, .. } if checkpoint == name.as_str()),
            "{error:?}"
        );
        assert!(
            error
                .to_string()
                .contains(&format!("tracking logs forget {name}")),
            "{error}"
        );
        world
            .store
            .apply(&Batch::new().with_checkpoint(whole))
            .unwrap();
    }
    world.assert_has(0..1500);
    assert!(LoadedLog::forget(&world.store, &names[2]).unwrap());
    assert!(!LoadedLog::forget(&world.store, &names[0]).unwrap());
    let unknown = CheckpointName::new("session/abc").unwrap();
    assert!(!LoadedLog::forget(&world.store, &unknown).unwrap());
    assert!(LoadedLog::all(&world.store).unwrap().is_empty());
    assert_eq!(world.load(&["a.log"]).total.tracks, 1500);
    assert_eq!(world.load(&["a.log"]).total.lines, 0);
}

/// What the release before ledgers has left of the first 5 lines.
const EARLIER: &str = r#"{"anchor":"00000000000000000000000000000000","bytes":355,"format":"access",
    "hash":"6dd3688acfd79d7738661b0b82d00a07","lines":5,"log":"a.log",
    "marks":"a2759b872b86502e85ed505cb48db78aef998ab2"}"#;

#[test]
fn a_position_of_an_earlier_release_is_continued() {
    for packed in [false, true] {
        let world = Fixture::new();
        world.write("a.log", lines(0..5));
        world.load(&["a.log"]);
        let found = world.store.checkpoints().unwrap();
        let log = found
            .iter()
            .find(|found| !found.name().as_str().contains("/lines/"));
        let name = log.unwrap().name().clone();
        // As if the ledger had never been there.
        let segment = CheckpointName::new(format!("{name}/lines/0000000000")).unwrap();
        let position: tracking_core::Data = EARLIER.parse().unwrap();
        let nothing: tracking_core::Data = r#"{"lines":""}"#.parse().unwrap();
        let batch = Batch::new()
            .with_checkpoint(Checkpoint::new(name, position))
            .with_checkpoint(Checkpoint::new(segment, nothing));
        world.store.apply(&batch).unwrap();
        // It is impossible to know whether a shorter one is its start.
        world.write("short.log", lines(0..3));
        let mut short = load_any(&world, "short.log", IfUnsure::Refuse);
        assert!(matches!(
            short.take_error(),
            Some(SourceError::Unsure { .. })
        ));
        world.write("other.log", lines(0..3) + &lines(50..60));
        assert_eq!(world.load(&["other.log"]).total.tracks, 13);
        let longer = lines(0..8);
        let longer = if packed {
            gzip(longer.as_bytes())
        } else {
            longer.into_bytes()
        };
        world.write("a.log", longer);
        assert_eq!(world.load(&["a.log"]).total.tracks, 3);
        // Now it has a ledger.
        assert_eq!(
            load_any(&world, "short.log", IfUnsure::Refuse).total.lines,
            0
        );
        assert_eq!(world.load(&["a.log"]).total.lines, 0);
    }
}
