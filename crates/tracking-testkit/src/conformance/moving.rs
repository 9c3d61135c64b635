//! Whole stores on their way: as lines and back, and from one store to another.

use tracking_core::{ImportError, Moved, copy, export_lines, import_lines};

use super::prelude::*;

/// A store with more than is read or restored at once.
fn furnish_much(s: &Store) {
    furnish(s);
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

fn import(s: &Store, lines: &str) -> Result<Moved, ImportError> {
    import_lines(s, lines.as_bytes(), &mut |_| ())
}

/// How many records there are, without the counters.
fn all(moved: Moved) -> u64 {
    moved.tracks + moved.runs + moved.keys + moved.checkpoints + moved.indexes
}

pub(super) fn lines_come_back_byte_by_byte(ctx: &Context<'_>) {
    let s = ctx.store();
    furnish_much(s);
    let (exported, other) = (lines(s), ctx.fresh());
    let moved = import(&*other, &exported).unwrap();
    assert_eq!(moved.tracks, count(s, &Query::all()));
    assert_eq!(moved.already_there, 0);
    assert_eq!(lines(&*other), exported, "to the byte");
    assert_eq!(dump(&*other), dump(s));
}

pub(super) fn an_import_that_broke_off_can_be_repeated(ctx: &Context<'_>) {
    let s = ctx.store();
    furnish_much(s);
    let (exported, other) = (lines(s), ctx.fresh());
    let half = exported.len() / 2;
    assert!(import(&*other, &exported[..half]).is_err(), "it is cut off");
    let moved = import(&*other, &exported).unwrap();
    assert!(moved.already_there >= 1_000, "{moved:?}");
    assert!(moved.already_there < all(moved), "{moved:?}");
    assert_eq!(lines(&*other), exported);
}

pub(super) fn what_differs_is_told_with_its_line(ctx: &Context<'_>) {
    let s = ctx.store();
    furnish(s);
    let exported = lines(s);
    let changed = exported.replace("{\"at\":30}", "{\"at\":31}");
    let line = changed
        .lines()
        .position(|line| line.contains("{\"at\":31}"))
        .unwrap();
    let refused = unchanged(s, "it is a conflict", || import(s, &changed));
    match refused.expect_err("this must be refused") {
        ImportError::Record { line: told, .. } => assert_eq!(told, line as u64 + 1),
        other => panic!("the error must tell the line, got {other:?}"),
    }
}

pub(super) fn a_copy_is_exactly_the_original(ctx: &Context<'_>) {
    let s = ctx.store();
    furnish_much(s);
    let other = ctx.fresh();
    let mut told = Vec::new();
    let moved = copy(s, &*other, &mut |so_far| told.push(*so_far)).unwrap();
    assert_eq!(dump(&*other), dump(s));
    assert_eq!(moved.already_there, 0);
    assert_eq!(told.last(), Some(&moved), "progress ends with all of it");
    assert!(told.iter().map(|moved| all(*moved)).is_sorted());
    assert!(told.len() > 3, "it is told bit by bit");
}

pub(super) fn a_copy_that_broke_off_goes_on(ctx: &Context<'_>) {
    let s = ctx.store();
    furnish_much(s);
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

pub(super) fn stores_that_went_their_own_ways_do_not_become_one(ctx: &Context<'_>) {
    let s = ctx.store();
    furnish(s);
    let other = ctx.fresh();
    save(&*other, "another", "u1", json!({}));
    let error = refused(&*other, || copy(s, &*other, &mut |_| ()));
    assert_error!(error, Error::RestoreConflict { .. });
}
