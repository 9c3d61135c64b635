//! Errors: what is refused, what they say, and that they change nothing.

use super::prelude::*;

/// Everything a store can be asked that it must refuse, by what is asked.
fn refusals(s: &Store) -> Vec<(&'static str, Error)> {
    let unknown_run = || new("a001", "u1", json!({"k": 1})).in_run(run_id(99));
    let elsewhere = Query::all().after(Cursor::after(Order::Time, at(0), id(1)));
    let keyed = || new("a001", "u1", json!({"other": 1})).with_key(key("k1"));
    let there = checkpoint("log", json!({}));
    let moved = Batch::new()
        .save(new("a001", "u1", json!({})))
        .with_checkpoint_if(Precondition::Missing, there.clone());
    vec![
        (
            "save into an unknown run",
            refused(s, || s.save(unknown_run())),
        ),
        (
            "merge",
            refused(s, || s.save(unknown_run().updating(SaveMode::Merge))),
        ),
        (
            "replace",
            refused(s, || s.save(unknown_run().updating(SaveMode::Replace))),
        ),
        ("save with a used key", refused(s, || s.save(keyed()))),
        (
            "update",
            refused(s, || s.update(TrackUpdate::merge(id(99), Data::empty()))),
        ),
        (
            "update of a removed track",
            refused(s, || s.update(TrackUpdate::replace(id(2), Data::empty()))),
        ),
        (
            "batch with an error",
            refused(s, || s.apply(&Batch::new().remove(id(1)).save(keyed()))),
        ),
        (
            "batch with a moved checkpoint",
            refused(s, || s.apply(&moved)),
        ),
        (
            "visit",
            refused(s, || {
                s.visit(&elsewhere, &mut |_| ControlFlow::Continue(()))
            }),
        ),
        ("removal", refused(s, || s.remove_matching(&elsewhere))),
        (
            "restore",
            refused(s, || s.restore(&[Record::Checkpoint(there)])),
        ),
    ]
}

pub(super) fn every_kind_of_error_changes_nothing(ctx: &Context<'_>) {
    fill(ctx.store());
    assert_eq!(refusals(ctx.store()).len(), 11);
}

pub(super) fn errors_can_be_shown_and_are_not_worth_a_retry(ctx: &Context<'_>) {
    fill(ctx.store());
    for (what, error) in refusals(ctx.store()) {
        assert!(!error.to_string().is_empty(), "{what}");
        assert!(
            !error.is_retryable(),
            "{what}: the same call fails again: {error}"
        );
    }
}

pub(super) fn after_errors_a_store_continues_as_before(ctx: &Context<'_>) {
    let (s, other) = (ctx.store(), ctx.fresh());
    fill(s);
    fill(&*other);
    refusals(s);
    for s in [s, &*other] {
        save(s, "a001", "u1", json!({}));
        start(s, "a002");
        merge(s, "a003", "", json!({"k": 1}));
    }
    assert_eq!(dump(s), dump(&*other), "no id, run or key was used up");
}

pub(super) fn a_single_save_has_an_error_that_is_not_wrapped(ctx: &Context<'_>) {
    let s = ctx.store();
    let wrong = new("a001", "u1", json!({})).in_run(run_id(9));
    assert_error!(
        refused(s, || s.save(wrong.clone())),
        Error::UnknownRun { .. }
    );
    let batch = Batch::new().save(wrong);
    assert_error!(
        refused(s, || s.apply(&batch)),
        Error::Batch { index: 0, .. }
    );
}

pub(super) fn an_error_after_a_run_was_started_starts_none(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .save(new("a001", "u1", json!({})))
        .update(TrackUpdate::merge(id(9), Data::empty()));
    assert_eq!(refused_batch(s, &batch).0, 1);
    assert_eq!(current(s, "a001"), None);
    assert!(tasks(s).is_empty());
}

pub(super) fn an_error_after_a_stop_leaves_the_run_current(ctx: &Context<'_>) {
    let s = ctx.store();
    let started = start(s, "a001");
    ctx.wait(5);
    let batch = Batch::new()
        .stop_run(StopRun::new(started))
        .update(TrackUpdate::merge(id(9), Data::empty()));
    refused_batch(s, &batch);
    assert_eq!(current(s, "a001"), Some(started));
}

pub(super) fn an_error_after_a_removal_leaves_track_and_key(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    let batch = Batch::new()
        .remove(id(4))
        .remove(id(1))
        .save(new("a001", "u1", json!({})).in_run(run_id(99)));
    assert_eq!(refused_batch(s, &batch).0, 2);
    assert!(s.key_use(&key("k1")).unwrap().is_some());
    assert_eq!(
        ids(s, &Query::all().field("n.x", Value::Null)),
        [4],
        "indexes are as before"
    );
    assert_eq!(last(s, "a001", run_id(1), "u1"), Some(1));
}

pub(super) fn an_error_after_an_update_leaves_data_and_time(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    ctx.wait(60);
    let batch = Batch::new()
        .update(TrackUpdate::replace(
            id(1),
            object(json!({"n": {"x": null}})),
        ))
        .save(new("a002", "u1", json!({"k": 1})).updating(SaveMode::Merge))
        .save(new("a001", "u1", json!({})).in_run(run_id(99)));
    refused_batch(s, &batch);
    assert_eq!(ids(s, &Query::all().field("n.x", Value::Null)), [4]);
    assert!(ids(s, &Query::all().within(at(60))).is_empty());
    assert_eq!(
        ids(
            s,
            &Query::all().within(TimeRange::until(at(9))).task("a002")
        ),
        [3]
    );
}
