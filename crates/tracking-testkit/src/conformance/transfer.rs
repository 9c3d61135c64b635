//! The transfer of whole stores: as lines and back, and from one store to another.

use std::thread;

use tracking_core::{Counters, ImportError, TransferSummary, copy, export_lines, import_lines};

use super::prelude::*;

/// A store with more records than one page or batch.
fn fill_with_many(s: &Store) {
    fill(s);
    let track = |n: u64| {
        let track = new(&format!("b{}", n % 7), "u1", json!({"n": n, "ü\n": [null]}));
        track.with_key(key(&format!("much {n}")))
    };
    s.apply(&(0..1_100).map(track).collect::<Batch>()).unwrap();
    s.remove_matching(&Query::all().task("b3").limit(20))
        .unwrap();
    for _ in 0..1_100 {
        s.start_run(NewRun::without_task()).unwrap();
    }
}

fn lines(s: &Store) -> String {
    let mut lines = Vec::new();
    export_lines(s, &mut lines, &mut |_| ()).unwrap();
    String::from_utf8(lines).unwrap()
}

fn import(s: &Store, lines: &str) -> Result<TransferSummary, ImportError> {
    import_lines(s, lines.as_bytes(), &mut |_| ())
}

/// How many records there are, without the counters.
fn all(moved: TransferSummary) -> u64 {
    moved.tracks + moved.runs + moved.keys + moved.checkpoints + moved.indexes
}

pub(super) fn lines_come_back_byte_by_byte(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_with_many(s);
    let (exported, other) = (lines(s), ctx.fresh());
    let moved = import(&*other, &exported).unwrap();
    assert_eq!(moved.tracks, count(s, &Query::all()));
    assert_eq!(moved.already_there, 0);
    assert_eq!(lines(&*other), exported, "to the byte");
    assert_eq!(dump(&*other), dump(s));
}

pub(super) fn an_import_that_was_interrupted_can_be_repeated(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_with_many(s);
    let (exported, other) = (lines(s), ctx.fresh());
    let half = exported.len() / 2;
    assert!(import(&*other, &exported[..half]).is_err(), "it is cut off");
    let moved = import(&*other, &exported).unwrap();
    assert!(moved.already_there >= 1_000, "{moved:?}");
    assert!(moved.already_there < all(moved), "{moved:?}");
    assert_eq!(lines(&*other), exported);
}

pub(super) fn what_differs_is_reported_with_its_line(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let exported = lines(s);
    let changed = exported.replace("{\"at\":30}", "{\"at\":31}");
    let line = changed
        .lines()
        .position(|line| line.contains("{\"at\":31}"))
        .unwrap();
    let refused = unchanged(s, "it is a conflict", || import(s, &changed));
    match refused.expect_err("this must be refused") {
        ImportError::Record {
            line: line_number, ..
        } => assert_eq!(line_number, line as u64 + 1),
        other => panic!("the error must tell the line, got {other:?}"),
    }
}

pub(super) fn a_copy_is_exactly_the_original(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_with_many(s);
    let other = ctx.fresh();
    let mut reports = Vec::new();
    let moved = copy(s, &*other, &mut |so_far| reports.push(*so_far)).unwrap();
    assert_eq!(dump(&*other), dump(s));
    assert_eq!(moved.already_there, 0);
    assert_eq!(reports.last(), Some(&moved), "progress ends with all of it");
    assert!(reports.iter().map(|moved| all(*moved)).is_sorted());
    assert!(reports.len() > 3, "progress is reported in steps");
}

pub(super) fn a_copy_that_was_interrupted_continues(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_with_many(s);
    let (records, other) = (dump(s), ctx.fresh());
    let half = records.len() / 2;
    other.restore(&records[..half]).unwrap();
    let moved = copy(s, &*other, &mut |_| ()).unwrap();
    assert_eq!(moved.already_there, half as u64);
    assert_eq!(dump(&*other), records);
    let moved = unchanged(&*other, "all of it is there", || {
        copy(s, &*other, &mut |_| ()).unwrap()
    });
    assert_eq!(moved.already_there, all(moved));
}

pub(super) fn stores_that_diverged_are_not_merged(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let other = ctx.fresh();
    save(&*other, "another", "u1", json!({}));
    let error = refused(&*other, || copy(s, &*other, &mut |_| ()));
    assert_error!(error, Error::RestoreConflict { .. });
}

pub(super) fn an_export_is_of_one_moment_whatever_its_visitor_writes(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_with_many(s);
    let (before, mut seen) = (dump(s), Vec::new());
    s.export(&mut |record| {
        // At the start, in the middle and near the end: by then a store has read some of it.
        if [0, before.len() / 2, before.len() - 2].contains(&seen.len()) {
            change_everything(s, seen.len());
        }
        seen.push(record);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(seen.len(), before.len());
    for (seen, before) in seen.iter().zip(&before) {
        assert_eq!(seen, before);
    }
    assert_ne!(dump(s), before, "what the visitor has written is there");
}

/// Saves, updates, removes, moves a checkpoint, starts and stops runs, uses a key, adds an index.
fn change_everything(s: &Store, n: usize) {
    let all = ids(s, &Query::all().order(Order::IdDescending).limit(2));
    let batch = Batch::new()
        .save(new("new", "u new", json!({"n": n})).with_key(key(&format!("new {n}"))))
        .update(TrackUpdate::replace(id(all[0]), object(json!({"new": n}))))
        .remove(id(all[1]))
        .start_run(NewRun::of(task("b1")))
        .with_checkpoint(checkpoint("log", json!({"new": n})));
    s.apply(&batch).unwrap();
    s.add_index(&format!("new {n}").into()).unwrap();
    s.rename_user(&user("u1"), &user("u2")).unwrap();
    s.rename_user(&user("u2"), &user("u1")).unwrap();
}

pub(super) fn an_export_is_of_one_moment_while_others_write(ctx: &Context<'_>) {
    const BATCHES: u64 = 300;
    let s = ctx.store();
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..=BATCHES {
                let track = new(&format!("t{}", n % 5), "u", json!({"n": n}));
                let track = track.with_key(key(&format!("k{n}")));
                let batch = Batch::new().save(track);
                s.apply(&batch.with_checkpoint(checkpoint("log", json!({"lines": n}))))
                    .unwrap();
            }
        });
        loop {
            let records = dump(s);
            let (mut saved, mut keys, mut lines) = (0, 0, 0);
            let mut counters = Counters::default();
            for record in records {
                match record {
                    Record::Track(_) => saved += 1,
                    Record::Key(_) => keys += 1,
                    Record::Checkpoint(at) => {
                        lines = at.position().get("lines").unwrap().as_u64().unwrap();
                    }
                    Record::Counters(last) => counters = last,
                    _ => {}
                }
            }
            let last = counters.last_track().map_or(0, TrackId::number);
            assert_eq!((keys, lines, last), (saved, saved, saved));
            if saved == BATCHES {
                break;
            }
        }
    });
}

pub(super) fn an_export_ends_where_its_visitor_stops_early(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    for limit in [1, 5] {
        let mut seen = 0;
        s.export(&mut |_| {
            seen += 1;
            if seen == limit {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
        assert_eq!(seen, limit);
    }
}
