//! Batch ids: what makes a repeated batch harmless.

use std::thread;
use std::time::Duration;

use tracking_core::{BatchId, BatchRetention};

use super::prelude::*;

fn batch_id(name: &str) -> BatchId {
    BatchId::new(name).unwrap()
}

/// A batch with an operation of each kind.
fn everything(name: &str) -> Batch {
    Batch::new()
        .start_run(NewRun::of(task("a002")))
        .save(new("a002", "u1", json!({"page": 1})))
        .save(new("a001", "u1", json!({"page": 2})).in_run(RunChoice::Started(0)))
        .save(new("a002", "u1", json!({"seen": true})).updating(SaveMode::Merge))
        .update(TrackUpdate::merge(id(1), object(json!({"more": 1}))))
        .remove(id(3))
        .remove(id(99))
        .stop_run(StopRun::new(RunSelector::Started(0)))
        .stop_run(StopRun::new(run_id(99)))
        .with_id(batch_id(name))
}

/// A batch that saves one track.
fn one(name: &str, page: u32) -> Batch {
    Batch::new()
        .save(new("a001", "u1", json!({"page": page})))
        .with_id(batch_id(name))
}

pub(super) fn a_repeated_batch_changes_nothing_and_gives_the_first_outcomes(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let first = s.apply(&everything("b1")).unwrap();
    assert_eq!(first.len(), 9);
    ctx.wait(60);
    // What has happened since makes no difference.
    save(s, "a002", "u1", json!({}));
    start(s, "a002");
    s.remove(id(1)).unwrap();
    for _ in 0..3 {
        let why = "a repeated batch changes nothing";
        let again = unchanged(s, why, || s.apply(&everything("b1")).unwrap());
        assert_eq!(again, first);
    }
}

pub(super) fn another_batch_under_an_id_is_an_error_that_names_it(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    s.apply(&one("b1", 1)).unwrap();
    let others = [
        one("b1", 2),
        one("b1", 1).remove(id(1)),
        one("b1", 1).with_checkpoint(checkpoint("log", json!({"line": 1}))),
        Batch::new().with_id(batch_id("b1")),
        everything("b1"),
    ];
    for other in others {
        let error = refused(s, || s.apply(&other));
        assert_error!(error, Error::BatchIdConflict { id, .. } if id.as_str() == "b1");
    }
    // Another id is another batch, also with the same content.
    assert_eq!(s.apply(&one("b2", 1)).unwrap().len(), 1);
}

pub(super) fn a_repeated_batch_succeeds_although_its_checkpoint_has_moved(ctx: &Context<'_>) {
    let s = ctx.store();
    let moved = |name: &str, line: u32, from| {
        one(name, line).with_checkpoint_if(from, checkpoint("log", json!({"line": line})))
    };
    let (first, missing) = (
        moved("b1", 1, Precondition::Missing),
        moved("b2", 2, Precondition::Missing),
    );
    let outcomes = s.apply(&first).unwrap();
    assert_error!(
        refused(s, || s.apply(&missing)),
        Error::CheckpointConflict { .. }
    );
    let again = unchanged(s, "a repeated batch changes nothing", || s.apply(&first));
    assert_eq!(again.unwrap(), outcomes);
}

pub(super) fn a_failed_batch_leaves_its_id_unused(ctx: &Context<'_>) {
    let s = ctx.store();
    let wrong = one("b1", 1)
        .remove(id(9))
        .update(TrackUpdate::merge(id(9), Data::empty()));
    for _ in 0..2 {
        assert_eq!(refused_batch(s, &wrong).0, 2);
    }
    assert_eq!(s.apply(&one("b1", 7)).unwrap(), [Outcome::Saved(id(1))]);
}

pub(super) fn an_empty_batch_uses_its_id(ctx: &Context<'_>) {
    let s = ctx.store();
    let empty = Batch::new().with_id(batch_id("b1"));
    assert_eq!(s.apply(&empty).unwrap(), []);
    assert_eq!(s.apply(&empty).unwrap(), []);
    assert_error!(
        refused(s, || s.apply(&one("b1", 1))),
        Error::BatchIdConflict { .. }
    );
}

pub(super) fn a_batch_without_an_id_is_applied_each_time(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new().save(new("a001", "u1", json!({})));
    assert_eq!(s.apply(&batch).unwrap(), [Outcome::Saved(id(1))]);
    assert_eq!(s.apply(&batch).unwrap(), [Outcome::Saved(id(2))]);
}

/// Whether a batch is still known: it is repeated, and does not save again.
fn is_known(s: &Store, name: &str, page: u32) -> bool {
    let before = count(s, &Query::all());
    s.apply(&one(name, page)).unwrap();
    count(s, &Query::all()) == before
}

pub(super) fn ids_beyond_the_count_are_forgotten_in_the_order_of_application(ctx: &Context<'_>) {
    let s = ctx.store();
    let two = BatchRetention::FOREVER.with_max_count(2);
    s.set_batch_retention(&two).unwrap();
    for (name, page) in [("z", 1), ("b", 2), ("a", 3)] {
        s.apply(&one(name, page)).unwrap();
    }
    assert!(
        is_known(s, "a", 3) && is_known(s, "b", 2),
        "two are remembered"
    );
    assert!(
        !is_known(s, "z", 1),
        "the first is forgotten, and applied again"
    );
    assert!(!is_known(s, "b", 2), "that makes the next the first");
    s.set_batch_retention(&two.with_max_count(0)).unwrap();
    s.apply(&one("last", 4)).unwrap();
    assert!(!is_known(s, "last", 4), "nothing is remembered");
    s.set_batch_retention(&two).unwrap();
    s.apply(&one("again", 5)).unwrap();
    assert!(is_known(s, "again", 5));
}

pub(super) fn ids_beyond_the_age_are_forgotten(ctx: &Context<'_>) {
    let s = ctx.store();
    let minute = BatchRetention::FOREVER.with_max_age(Duration::from_mins(1));
    s.set_batch_retention(&minute).unwrap();
    s.apply(&one("b1", 1)).unwrap();
    ctx.wait(1);
    s.apply(&one("b2", 2)).unwrap();
    ctx.wait(59);
    s.apply(&one("b3", 3)).unwrap();
    assert!(is_known(s, "b1", 1), "it is not older than a minute");
    ctx.wait(1);
    s.apply(&one("b4", 4)).unwrap();
    assert!(!is_known(s, "b1", 1));
    assert!(is_known(s, "b2", 2));
}

pub(super) fn the_retention_is_a_property_of_the_store(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(s.batch_retention().unwrap(), BatchRetention::default());
    for retention in [
        BatchRetention::FOREVER,
        BatchRetention::default()
            .with_max_age(Duration::from_millis(1500))
            .with_max_count(7),
        BatchRetention::FOREVER.with_max_count(0),
    ] {
        s.set_batch_retention(&retention).unwrap();
        assert_eq!(s.batch_retention().unwrap(), retention);
    }
    let other = ctx.fresh().batch_retention().unwrap();
    assert_eq!(other, BatchRetention::default(), "it is no other store's");
}

pub(super) fn a_batch_applied_by_many_threads_is_applied_once(ctx: &Context<'_>) {
    let s = ctx.store();
    let answers: Vec<_> = thread::scope(|scope| {
        let apply = || scope.spawn(|| s.apply(&everything("b1")).unwrap());
        let running: Vec<_> = (0..8).map(|_| apply()).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(s.counters().unwrap().last_run(), Some(run_id(1)));
}
