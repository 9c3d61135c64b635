//! Moving everything from one store to another.

use std::sync::Arc;

use tracking_core::{Counters, KeyUse, TrackingStorage};

use super::prelude::*;

/// A furnished store's content in another store.
fn copy(ctx: &Context<'_>) -> (Vec<Record>, Arc<dyn TrackingStorage>) {
    fill(ctx.store());
    let (records, other) = (dump(ctx.store()), ctx.fresh());
    other.restore(&records).unwrap();
    (records, other)
}

/// Restores what must be refused; gives the number of the record and why.
fn refused_restore(s: &Store, records: &[Record]) -> (usize, Error) {
    match refused(s, || s.restore(records)) {
        Error::Batch { index, source, .. } => (index, *source),
        other => panic!("the error must tell which record did not fit, got {other:?}"),
    }
}

fn a_run() -> Run {
    Run::new(run_id(7), Some(task("a001")), at(1), at(2))
}

fn a_track(number: u64, data: Value) -> Track {
    Track::new(
        id(number),
        task("a001"),
        run_id(7),
        user("u1"),
        at(3),
        object(data),
    )
}

pub(super) fn an_empty_store_exports_its_counters_only(ctx: &Context<'_>) {
    assert_eq!(dump(ctx.store()), [Record::Counters(Counters::default())]);
}

pub(super) fn what_is_exported_can_be_restored(ctx: &Context<'_>) {
    let (records, other) = copy(ctx);
    assert_eq!(dump(&*other), records, "exactly as it is");
}

pub(super) fn a_copy_answers_as_the_original_does(ctx: &Context<'_>) {
    let (_, other) = copy(ctx);
    for s in [ctx.store(), &*other] {
        assert_eq!(tasks(s), ["a001", "a002", "a003"]);
        assert_eq!(users(s), ["", "u1"]);
        assert_eq!(last(s, "a001", run_id(1), "u1"), Some(1));
        assert_eq!(ids(s, &Query::all().field("n.x", Value::Null)), [4]);
        assert_eq!(current(s, "a003"), Some(run_id(5)));
        assert_eq!(current(s, "a001"), current(ctx.store(), "a001"));
        assert_eq!(position(s, "log"), Some(object(json!({"line": 7}))));
    }
}

pub(super) fn a_copy_continues_as_the_original_does(ctx: &Context<'_>) {
    let (_, other) = copy(ctx);
    ctx.wait(60);
    for s in [ctx.store(), &*other] {
        save(s, "a001", "u1", json!({}));
        merge(s, "a003", "", json!({"k": 1}));
        start(s, "a002");
        put(
            s,
            new("a001", "u1", json!({"n": {"x": null}})).with_key(key("k1")),
        );
        save(s, "a009", "u9", json!({}));
    }
    assert_eq!(
        dump(&*other),
        dump(ctx.store()),
        "ids, current runs and keys go on"
    );
}

pub(super) fn a_repeated_restore_is_harmless(ctx: &Context<'_>) {
    let (records, other) = copy(ctx);
    unchanged(&*other, "what is there is left alone", || {
        other.restore(&records).unwrap();
    });
    unchanged(ctx.store(), "also in the original", || {
        ctx.store().restore(&records).unwrap();
    });
}

pub(super) fn a_restore_that_was_interrupted_can_be_repeated(ctx: &Context<'_>) {
    fill(ctx.store());
    let (records, other) = (dump(ctx.store()), ctx.fresh());
    other.restore(&records[..records.len() / 2]).unwrap();
    other.restore(&records).unwrap();
    assert_eq!(dump(&*other), records);
}

pub(super) fn a_restore_may_come_in_pieces(ctx: &Context<'_>) {
    fill(ctx.store());
    let (records, other) = (dump(ctx.store()), ctx.fresh());
    for record in &records {
        other.restore(std::slice::from_ref(record)).unwrap();
    }
    assert_eq!(dump(&*other), records);
}

pub(super) fn a_restore_of_nothing_does_nothing(ctx: &Context<'_>) {
    fill(ctx.store());
    unchanged(ctx.store(), "there was nothing", || {
        ctx.store().restore(&[]).unwrap();
    });
}

pub(super) fn a_restored_track_moves_no_run(ctx: &Context<'_>) {
    let s = ctx.store();
    s.restore(&[Record::Run(a_run()), Record::Track(a_track(4, json!({})))])
        .unwrap();
    assert_eq!(run(s, run_id(7)), a_run(), "not even its end");
    assert_eq!(track(s, id(4)), a_track(4, json!({})));
    assert_eq!(run_ids(s, &RunQuery::all()), [7]);
}

pub(super) fn ids_continue_after_those_restored(ctx: &Context<'_>) {
    let s = ctx.store();
    s.restore(&[Record::Run(a_run()), Record::Track(a_track(4, json!({})))])
        .unwrap();
    assert_eq!(save(s, "a002", "u1", json!({})), id(5));
    assert_eq!(
        start(s, "a003"),
        run_id(9),
        "the save before has started run 8"
    );
}

pub(super) fn counters_are_only_ever_raised(ctx: &Context<'_>) {
    let s = ctx.store();
    let counters = |track, run| Counters::new(TrackId::new(track), RunId::new(run));
    s.restore(&[Record::Counters(counters(10, 20))]).unwrap();
    assert_eq!(s.counters().unwrap(), counters(10, 20));
    s.restore(&[
        Record::Counters(counters(5, 30)),
        Record::Counters(counters(0, 0)),
    ])
    .unwrap();
    assert_eq!(s.counters().unwrap(), counters(10, 30));
    assert_eq!(save(s, "a001", "u1", json!({})), id(11));
    assert_eq!(track(s, id(11)).run(), run_id(31));
}

pub(super) fn counters_tell_the_last_ids_given(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(s.counters().unwrap(), Counters::default());
    start(s, "a001");
    assert_eq!(s.counters().unwrap(), Counters::new(None, Some(run_id(1))));
    save(s, "a002", "u1", json!({}));
    assert_eq!(
        s.counters().unwrap(),
        Counters::new(Some(id(1)), Some(run_id(2)))
    );
    s.remove(id(1)).unwrap();
    assert_eq!(
        s.counters().unwrap(),
        Counters::new(Some(id(1)), Some(run_id(2)))
    );
}

pub(super) fn restored_runs_keep_their_state(ctx: &Context<'_>) {
    let s = ctx.store();
    let of = |n: u64| Run::new(run_id(n), Some(task("a001")), at(1), at(2));
    let runs = [
        of(2).with_finished(true),
        of(3),
        of(4).with_current(true),
        Run::new(run_id(5), None, Timestamp::MIN, Timestamp::MAX),
    ];
    s.restore(&runs.clone().map(Record::Run)).unwrap();
    assert_eq!(s.runs(&RunQuery::all()).unwrap(), runs);
    assert_eq!(current(s, "a001"), Some(run_id(4)));
    assert_eq!(track(s, save(s, "a001", "u1", json!({}))).run(), run_id(4));
}

pub(super) fn a_record_that_exists_with_other_content_is_a_conflict(ctx: &Context<'_>) {
    let (_, other) = copy(ctx);
    let s = &*other;
    let used = s.key_use(&key("k1")).unwrap().unwrap();
    let kept = track(s, id(4));
    let changed = Track::new(
        kept.id(),
        kept.task().clone(),
        kept.run(),
        user("other"),
        kept.time(),
        kept.data().clone(),
    );
    for record in [
        Record::Run(run(s, run_id(1)).with_end(at(12_345))),
        Record::Track(changed),
        Record::Key(KeyUse::new(key("k1"), id(1), used.fingerprint())),
        Record::Checkpoint(checkpoint("log", json!({"line": 8}))),
    ] {
        let (index, error) = refused_restore(s, std::slice::from_ref(&record));
        assert_eq!(index, 0);
        assert_error!(error, Error::RestoreConflict { .. });
    }
}

pub(super) fn a_restore_takes_all_or_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let records = [
        Record::Index(Field::from("new")),
        Record::Run(Run::new(run_id(70), Some(task("new")), at(0), at(0)).with_current(true)),
        Record::Track(Track::new(
            id(70),
            task("new"),
            run_id(70),
            user("new"),
            at(0),
            Data::empty(),
        )),
        Record::Checkpoint(checkpoint("new", json!({}))),
        Record::Counters(Counters::new(TrackId::new(99), RunId::new(99))),
        Record::Track(a_track(1, json!({"other": "content"}))),
    ];
    let (index, error) = refused_restore(s, &records);
    assert_eq!(index, 5);
    assert_error!(
        error,
        Error::RestoreConflict { .. } | Error::UnknownRun { .. }
    );
    assert_eq!(tasks(s), ["a001", "a002", "a003"]);
    assert_eq!(current(s, "new"), None);
}

pub(super) fn a_track_of_an_unknown_run_does_not_fit(ctx: &Context<'_>) {
    let s = ctx.store();
    let (index, error) = refused_restore(s, &[Record::Track(a_track(1, json!({})))]);
    assert_eq!(index, 0);
    assert_error!(error, Error::UnknownRun { run, .. } if *run == run_id(7));
}

pub(super) fn a_key_of_an_unknown_track_does_not_fit(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let used = s.key_use(&key("k1")).unwrap().unwrap();
    let wrong = Record::Key(KeyUse::new(key("k2"), id(99), used.fingerprint()));
    let (index, error) = refused_restore(s, &[Record::Index(Field::from("new")), wrong]);
    assert_eq!(index, 1);
    assert_error!(error, Error::UnknownTrack { id: unknown, .. } if *unknown == id(99));
}

pub(super) fn many_records_can_be_moved(ctx: &Context<'_>) {
    let s = ctx.store();
    let track = |n: u64| {
        new(&format!("a{}", n % 50), "u1", json!({"n": n})).with_key(key(&format!("k{n}")))
    };
    s.apply(&(0..1_100).map(track).collect::<Batch>()).unwrap();
    let (records, other) = (dump(s), ctx.fresh());
    assert_eq!(records.len(), 50 + 1_100 + 1_100 + 1);
    other.restore(&records).unwrap();
    assert_eq!(dump(&*other), records);
}
