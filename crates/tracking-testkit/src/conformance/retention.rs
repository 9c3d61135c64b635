//! Pruning old tracks by age and by count.

use super::prelude::*;

fn prune(s: &Store, retention: Retention) -> u64 {
    s.prune(&retention).unwrap()
}

/// Tracks 1 to 5 of u1 at 30, 10, 20, 10 and 40 seconds.
fn five(s: &Store) {
    save_times(s, &[30, 10, 20, 10, 40]);
}

pub(super) fn nothing_asked_prunes_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(
        unchanged(s, "nothing was asked for", || prune(s, Retention::none())),
        0
    );
    let limited = Retention::none().limit(3);
    assert_eq!(
        unchanged(s, "a limit alone asks for nothing", || prune(s, limited)),
        0
    );
}

pub(super) fn tracks_are_pruned_by_age(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(prune(s, Retention::none().older_than(at(20))), 2);
    assert_eq!(
        ids(s, &Query::all()),
        [1, 3, 5],
        "one of that very time stays"
    );
    assert_eq!(prune(s, Retention::none().older_than(at(20))), 0);
}

pub(super) fn an_age_at_the_ends_of_time(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, new("a001", "u1", json!({})).at(Timestamp::MIN));
    put(s, new("a001", "u1", json!({})).at(Timestamp::MAX));
    assert_eq!(prune(s, Retention::none().older_than(Timestamp::MIN)), 0);
    assert_eq!(prune(s, Retention::none().older_than(Timestamp::MAX)), 1);
    assert_eq!(ids(s, &Query::all()), [2]);
}

pub(super) fn tracks_are_pruned_by_count(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(prune(s, Retention::none().keep_last(3)), 2);
    assert_eq!(
        ids(s, &Query::all()),
        [1, 3, 5],
        "the last ones by time stay, not by id"
    );
}

pub(super) fn of_equal_times_the_highest_ids_are_kept(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(prune(s, Retention::none().keep_last(4)), 1);
    assert_eq!(ids(s, &Query::all()), [1, 3, 4, 5]);
}

pub(super) fn every_task_and_user_keeps_as_many(ctx: &Context<'_>) {
    let s = ctx.store();
    for (name, who) in [
        ("a", "u1"),
        ("a", "u2"),
        ("b", "u1"),
        ("a", "u1"),
        ("b", "u1"),
        ("a", "u1"),
    ] {
        save(s, name, who, json!({}));
    }
    assert_eq!(prune(s, Retention::none().keep_last(1)), 3);
    assert_eq!(ids(s, &Query::all()), [2, 5, 6]);
}

pub(super) fn the_count_is_over_all_runs(ctx: &Context<'_>) {
    let s = ctx.store();
    for _ in 0..3 {
        start(s, "a001");
        save(s, "a001", "u1", json!({}));
    }
    assert_eq!(prune(s, Retention::none().keep_last(2)), 1);
    assert_eq!(ids(s, &Query::all()), [2, 3]);
}

pub(super) fn to_keep_none_removes_all(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(prune(s, Retention::none().keep_last(0)), 5);
    assert!(tasks(s).is_empty());
}

pub(super) fn to_keep_more_than_there_are_removes_none(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(prune(s, Retention::none().keep_last(5)), 0);
    assert_eq!(prune(s, Retention::none().keep_last(usize::MAX)), 0);
}

pub(super) fn a_track_goes_that_is_too_old_or_one_too_many(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    save_at(s, "a001", "u2", 5);
    let retention = Retention::none().older_than(at(20)).keep_last(2);
    assert_eq!(prune(s, retention), 4);
    assert_eq!(ids(s, &Query::all()), [1, 5]);
}

pub(super) fn a_limit_prunes_the_lowest_ids_first(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let retention = Retention::none().older_than(at(35)).limit(2);
    assert_eq!(prune(s, retention), 2);
    assert_eq!(ids(s, &Query::all()), [3, 4, 5]);
    assert_eq!(
        [prune(s, retention), prune(s, retention)],
        [2, 0],
        "the rest may follow"
    );
    assert_eq!(ids(s, &Query::all()), [5]);
}

pub(super) fn a_limit_leaves_what_is_kept_by_count(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let retention = Retention::none().keep_last(2).limit(2);
    assert_eq!([1, 2, 3].map(|_| prune(s, retention)), [2, 1, 0]);
    assert_eq!(ids(s, &Query::all()), [1, 5]);
    assert_eq!(prune(s, Retention::none().keep_last(0).limit(0)), 0);
}

pub(super) fn pruning_leaves_runs_and_counters(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let before = (s.runs(&RunQuery::all()).unwrap(), s.counters().unwrap());
    prune(s, Retention::none().keep_last(0));
    assert_eq!(
        (s.runs(&RunQuery::all()).unwrap(), s.counters().unwrap()),
        before
    );
}
