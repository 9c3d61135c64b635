//! Batches: order, what each operation sees, all or nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tracking_core::{Clock, Operation};

use super::prelude::*;

/// A clock that shows a later second each time it is read.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        at(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Returns whether an error is the right one.
type IsRight = fn(&Error) -> bool;

fn plain(user: &str) -> NewTrack {
    new("a001", user, json!({}))
}

pub(super) fn every_operation_has_its_outcome_in_order(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let batch = Batch::new()
        .start_run(NewRun::of(task("a001")))
        .save(plain("u1"))
        .save(plain("u1").updating(SaveMode::Merge))
        .update(TrackUpdate::merge(id(1), object(json!({"k": 1}))))
        .remove(id(1))
        .remove(id(1))
        .stop_run(StopRun::new(run_id(1)))
        .stop_run(StopRun::new(run_id(9)));
    let expected = [
        Outcome::Started(run_id(2)),
        Outcome::Saved(id(2)),
        Outcome::Saved(id(2)),
        Outcome::Updated(id(1)),
        Outcome::Removed(true),
        Outcome::Removed(false),
        Outcome::Stopped(Some(run_id(1))),
        Outcome::Stopped(None),
    ];
    assert_eq!(s.apply(&batch).unwrap(), expected);
    assert_eq!(ids(s, &Query::all()), [2]);
}

pub(super) fn a_batch_of_nothing_does_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let done = unchanged(s, "there was nothing to do", || {
        s.apply(&Batch::new()).unwrap()
    });
    assert!(done.is_empty());
}

pub(super) fn a_batch_of_one_does_what_the_single_call_does(ctx: &Context<'_>) {
    let (s, other) = (ctx.store(), ctx.fresh());
    let batch = |operation| other.apply(&Batch::from(operation)).unwrap();
    start(s, "a001");
    batch(Operation::StartRun(NewRun::of(task("a001"))));
    save(s, "a001", "u1", json!({"k": 1}));
    batch(Operation::Save(new("a001", "u1", json!({"k": 1}))));
    ctx.wait(5);
    let update = TrackUpdate::merge(id(1), object(json!({"j": 2})));
    s.update(update.clone()).unwrap();
    batch(Operation::Update(update));
    save(s, "a001", "u2", json!({}));
    batch(Operation::Save(new("a001", "u2", json!({}))));
    assert!(s.remove(id(2)).unwrap());
    batch(Operation::Remove(id(2)));
    stop(s, run_id(1));
    batch(Operation::StopRun(StopRun::new(run_id(1))));
    assert_eq!(dump(s), dump(&*other));
}

pub(super) fn an_operation_sees_what_those_before_it_did(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .save(new("a001", "u1", json!({"a": 1})))
        .save(new("a001", "u1", json!({"b": 2})).updating(SaveMode::Merge))
        .update(TrackUpdate::merge(id(1), object(json!({"c": 3}))))
        .stop_run(StopRun::new(task("a001")))
        .save(plain("u1"))
        .save(plain("u2"))
        .remove(id(3));
    s.apply(&batch).unwrap();
    assert_eq!(data(s, id(1)), json!({"a": 1, "b": 2, "c": 3}));
    assert_eq!(ids(s, &Query::all()), [1, 2]);
    assert_eq!(
        track(s, id(2)).run(),
        run_id(2),
        "the run was stopped before"
    );
    assert!(run(s, run_id(1)).is_finished());
}

pub(super) fn tracks_of_a_batch_share_the_run_that_the_first_starts(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch: Batch = (0..3).map(|_| plain("u1")).collect();
    s.apply(&batch).unwrap();
    assert_eq!(ids(s, &Query::all().run(run_id(1))), [1, 2, 3]);
    assert_eq!(run_ids(s, &RunQuery::all()), [1]);
}

pub(super) fn a_batch_refers_to_the_runs_it_starts(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a009");
    let batch = Batch::new()
        .start_run(NewRun::without_task())
        .start_run(NewRun::of(task("a001")))
        .save(plain("u1").in_run(RunChoice::Started(0)))
        .save(plain("u2").in_run(RunChoice::Started(1)))
        .stop_run(StopRun::new(RunSelector::Started(1)));
    s.apply(&batch).unwrap();
    assert_eq!(track(s, id(1)).run(), run_id(2));
    assert_eq!(track(s, id(2)).run(), run_id(3));
    assert!(run(s, run_id(3)).is_finished() && !run(s, run_id(2)).is_finished());
}

pub(super) fn a_run_that_a_save_starts_is_not_counted_as_started(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .save(plain("u1"))
        .start_run(NewRun::without_task())
        .save(plain("u2").in_run(RunChoice::Started(0)));
    s.apply(&batch).unwrap();
    assert_eq!(track(s, id(2)).run(), run_id(2));
}

pub(super) fn a_run_that_is_not_started_yet_is_an_error(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .start_run(NewRun::without_task())
        .save(plain("u1").in_run(RunChoice::Started(1)))
        .start_run(NewRun::without_task());
    let (index, error) = refused_batch(s, &batch);
    assert_eq!(index, 1);
    assert_error!(
        error,
        Error::UnknownStartedRun {
            index: 1,
            started: 1,
            ..
        }
    );
}

pub(super) fn an_update_in_a_started_run_saves_a_new_track(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": 1}));
    let batch = Batch::new().start_run(NewRun::of(task("a001"))).save(
        plain("u1")
            .in_run(RunChoice::Started(0))
            .updating(SaveMode::Replace),
    );
    s.apply(&batch).unwrap();
    assert_eq!(ids(s, &Query::all()), [1, 2]);
    assert_eq!(data(s, id(1)), json!({"k": 1}));
}

pub(super) fn the_clock_is_read_once_for_a_batch(ctx: &Context<'_>) {
    let s = ctx.fresh_with_clock(Arc::new(Ticking(AtomicI64::new(0))));
    s.apply(&(0..3).map(|_| plain("u1")).collect::<Batch>())
        .unwrap();
    let batch = Batch::new()
        .start_run(NewRun::of(task("a002")))
        .update(TrackUpdate::replace(id(1), Data::empty()))
        .save(plain("u2"))
        .stop_run(StopRun::new(task("a001")));
    s.apply(&batch).unwrap();
    let times = [track(&*s, id(1)).time(), track(&*s, id(4)).time()];
    let runs = [run(&*s, run_id(1)).end(), run(&*s, run_id(2)).start()];
    assert_eq!(track(&*s, id(2)).time(), track(&*s, id(3)).time());
    assert_eq!(times, runs, "all operations of a batch have the same time");
    assert_eq!(times[0], times[1]);
    assert_ne!(times[0], track(&*s, id(2)).time(), "and each batch its own");
}

pub(super) fn an_error_in_a_batch_tells_which_operation_failed(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let wrong: [(Operation, IsRight); 3] = [
        (Operation::Save(plain("u1").in_run(run_id(99))), |e| {
            matches!(e, Error::UnknownRun { .. })
        }),
        (
            Operation::Update(TrackUpdate::merge(id(99), Data::empty())),
            |e| matches!(e, Error::UnknownTrack { .. }),
        ),
        (
            Operation::Save(plain("u1").in_run(RunChoice::Started(7))),
            |e| matches!(e, Error::UnknownStartedRun { .. }),
        ),
    ];
    for (operation, is_right) in wrong {
        let batch = Batch::new()
            .save(plain("u1"))
            .and(operation)
            .save(plain("u2"));
        let (index, error) = refused_batch(s, &batch);
        assert_eq!(index, 1);
        assert!(is_right(&error), "{error:?}");
    }
}

pub(super) fn a_batch_whose_last_operation_fails_does_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let batch = Batch::new()
        .start_run(NewRun::of(task("a001")))
        .stop_run(StopRun::new(task("a003")))
        .save(new("a001", "u9", json!({"k": 1})).with_key(key("new")))
        .save(new("a002", "u1", json!({"k": 1})).updating(SaveMode::Merge))
        .save(
            new("a003", "", json!({}))
                .in_run(run_id(5))
                .updating(SaveMode::Replace),
        )
        .update(TrackUpdate::replace(id(1), object(json!({"k": 2}))))
        .remove(id(3))
        .remove(id(4))
        .save(new("a009", "u9", json!({})))
        .stop_run(StopRun::new(RunSelector::Started(0)).unfinished())
        .with_checkpoint(checkpoint("log", json!({"line": 99})))
        .with_checkpoint(checkpoint("other", json!({})))
        .update(TrackUpdate::merge(id(99), Data::empty()));
    let (index, error) = refused_batch(s, &batch);
    assert_eq!(index, 10);
    assert_error!(error, Error::UnknownTrack { .. });
    for name in ["a001", "a002", "a003", "a009"] {
        let found = s.user_tracks(name, RunChoice::Current, "u9").unwrap();
        assert!(found.is_empty(), "{name}");
    }
    assert_eq!(
        last(s, "a002", run_id(2), "u1"),
        Some(3),
        "removed tracks are back"
    );
}

pub(super) fn after_a_failed_batch_ids_continue_without_a_gap(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .start_run(NewRun::of(task("a001")))
        .save(plain("u1"))
        .save(plain("u1").in_run(run_id(99)));
    refused_batch(s, &batch);
    assert_eq!(start(s, "a001"), run_id(1));
    assert_eq!(save(s, "a001", "u1", json!({})), id(1));
}

pub(super) fn a_batch_may_be_large(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch: Batch = (0..2_000)
        .map(|n| new("a001", &format!("u{}", n % 7), json!({"n": n})))
        .collect();
    assert_eq!(s.apply(&batch).unwrap().len(), 2_000);
    assert_eq!(count(s, &Query::all()), 2_000);
    assert_eq!(data(s, id(2_000)), json!({"n": 1_999}));
    assert_eq!(ids(s, &Query::all().user("u3").limit(2)), [4, 11]);
}
