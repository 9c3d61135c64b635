//! Time ranges as criteria.

use super::prelude::*;

/// Tracks 1 to 5 at 10, 20, 30, 20 and 50 seconds.
fn found(ctx: &Context<'_>, query: &Query) -> Vec<u64> {
    save_times(ctx.store(), &[10, 20, 30, 20, 50]);
    ids(ctx.store(), query)
}

fn between(from: i64, to: i64) -> TimeRange {
    TimeRange::between(at(from), at(to))
}

pub(super) fn a_range_includes_both_ends(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all().within(between(20, 30))), [2, 3, 4]);
}

pub(super) fn a_range_ends_at_the_microsecond(ctx: &Context<'_>) {
    let s = ctx.store();
    let micro = |n: i64| Timestamp::from_micros(at(0).micros() + n).unwrap();
    for n in [0, 1, 2, 3] {
        put(s, new("a001", "u1", json!({})).at(micro(n)));
    }
    assert_eq!(
        ids(
            s,
            &Query::all().within(TimeRange::between(micro(1), micro(2)))
        ),
        [2, 3]
    );
    assert_eq!(
        ids(s, &Query::all().within(TimeRange::before(micro(2)))),
        [1, 2]
    );
}

pub(super) fn one_moment_is_a_range(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all().within(at(20))), [2, 4]);
}

pub(super) fn a_range_may_be_open(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[10, 20, 30]);
    assert_eq!(
        ids(s, &Query::all().within(TimeRange::since(at(20)))),
        [2, 3]
    );
    assert_eq!(
        ids(s, &Query::all().within(TimeRange::until(at(20)))),
        [1, 2]
    );
    assert_eq!(ids(s, &Query::all().within(TimeRange::ALL)), [1, 2, 3]);
}

pub(super) fn a_reversed_range_matches_nothing(ctx: &Context<'_>) {
    assert!(found(ctx, &Query::all().within(between(30, 20))).is_empty());
}

pub(super) fn several_ranges_are_intersected(ctx: &Context<'_>) {
    let query = Query::all().within(between(10, 30)).within(between(20, 50));
    assert_eq!(found(ctx, &query), [2, 3, 4]);
    let apart = Query::all().within(between(10, 20)).within(between(30, 50));
    assert!(ids(ctx.store(), &apart).is_empty());
}

pub(super) fn one_of_several_ranges_may_be_met(ctx: &Context<'_>) {
    let any = Query::all().within_any([between(30, 60), between(5, 10), between(9, 8)]);
    assert_eq!(found(ctx, &any), [1, 3, 5]);
    let both = any.within_any([between(0, 29), between(50, 50)]);
    assert_eq!(ids(ctx.store(), &both), [1, 5]);
}

pub(super) fn overlapping_ranges_find_a_track_once(ctx: &Context<'_>) {
    let any = Query::all().within_any([between(10, 30), between(20, 40), between(20, 20)]);
    assert_eq!(found(ctx, &any), [1, 2, 3, 4]);
}

pub(super) fn the_ends_of_time_are_found(ctx: &Context<'_>) {
    let s = ctx.store();
    for time in [Timestamp::MIN, Timestamp::EPOCH, Timestamp::MAX] {
        put(s, new("a001", "u1", json!({})).at(time));
    }
    assert_eq!(ids(s, &Query::all().within(Timestamp::MIN)), [1]);
    assert_eq!(ids(s, &Query::all().within(Timestamp::EPOCH)), [2]);
    assert_eq!(ids(s, &Query::all().within(Timestamp::MAX)), [3]);
    assert_eq!(ids(s, &Query::all().within(TimeRange::ALL)), [1, 2, 3]);
    assert!(ids(s, &Query::all().within(TimeRange::before(Timestamp::MIN))).is_empty());
}

pub(super) fn times_before_1970_are_in_order(ctx: &Context<'_>) {
    let s = ctx.store();
    for micros in [-1, -1_000_000, 0, -1_000_001] {
        put(
            s,
            new("a001", "u1", json!({})).at(Timestamp::from_micros(micros).unwrap()),
        );
    }
    assert_eq!(ids(s, &Query::all().order(Order::Time)), [4, 2, 1, 3]);
    assert_eq!(
        ids(s, &Query::all().within(TimeRange::before(Timestamp::EPOCH))),
        [1, 2, 4]
    );
}

pub(super) fn a_range_goes_with_other_criteria(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 10);
    save_at(s, "a002", "u1", 20);
    save_at(s, "a001", "u2", 20);
    let query = Query::all().within(between(15, 25));
    assert_eq!(ids(s, &query.clone().task("a001")), [3]);
    assert_eq!(ids(s, &query.clone().user("u1")), [2]);
    assert_eq!(ids(s, &query.run(run_id(1))), [3]);
}
