//! The order of what a query gives, and its limit.

use super::prelude::*;

/// Tracks 1 to 5 at 30, 10, 20, 10 and 20 seconds.
fn found(ctx: &Context<'_>, query: &Query) -> Vec<u64> {
    save_times(ctx.store(), &[30, 10, 20, 10, 20]);
    ids(ctx.store(), query)
}

pub(super) fn tracks_come_by_id_unless_asked_otherwise(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all()), [1, 2, 3, 4, 5]);
    assert_eq!(
        ids(ctx.store(), &Query::all().order(Order::Id)),
        [1, 2, 3, 4, 5]
    );
}

pub(super) fn tracks_come_by_id_downwards(ctx: &Context<'_>) {
    assert_eq!(
        found(ctx, &Query::all().order(Order::IdDescending)),
        [5, 4, 3, 2, 1]
    );
}

pub(super) fn tracks_come_by_time_and_then_by_id(ctx: &Context<'_>) {
    assert_eq!(
        found(ctx, &Query::all().order(Order::Time)),
        [2, 4, 3, 5, 1]
    );
}

pub(super) fn tracks_come_by_time_downwards_and_then_by_id_downwards(ctx: &Context<'_>) {
    assert_eq!(
        found(ctx, &Query::all().order(Order::TimeDescending)),
        [1, 5, 3, 4, 2]
    );
}

pub(super) fn the_order_holds_over_several_values(ctx: &Context<'_>) {
    let s = ctx.store();
    for (name, who, seconds) in [
        ("b", "u2", 3),
        ("a", "u1", 4),
        ("c", "u1", 1),
        ("a", "u2", 2),
    ] {
        save_at(s, name, who, seconds);
    }
    let query = Query::all().tasks(["a", "b", "c"]);
    assert_eq!(ids(s, &query), [1, 2, 3, 4]);
    assert_eq!(ids(s, &query.clone().order(Order::Time)), [3, 4, 1, 2]);
    let query = query.user_prefix("u").order(Order::TimeDescending);
    assert_eq!(ids(s, &query), [2, 1, 4, 3]);
    let query = Query::all()
        .runs([3, 1, 2].map(run_id))
        .order(Order::IdDescending);
    assert_eq!(ids(s, &query), [4, 3, 2, 1]);
}

pub(super) fn an_update_changes_the_order_of_time(ctx: &Context<'_>) {
    let s = ctx.store();
    save_times(s, &[1, 2, 3]);
    s.update(TrackUpdate::replace(id(1), Data::empty()).at(at(9)))
        .unwrap();
    assert_eq!(ids(s, &Query::all().order(Order::Time)), [2, 3, 1]);
    assert_eq!(ids(s, &Query::all()), [1, 2, 3]);
}

pub(super) fn a_limit_gives_the_first_of_the_order(ctx: &Context<'_>) {
    save_times(ctx.store(), &[30, 10, 20, 10, 20]);
    for (order, expected) in [
        (Order::Id, [1, 2]),
        (Order::IdDescending, [5, 4]),
        (Order::Time, [2, 4]),
        (Order::TimeDescending, [1, 5]),
    ] {
        assert_eq!(
            ids(ctx.store(), &Query::all().order(order).limit(2)),
            expected,
            "{order:?}"
        );
    }
}

pub(super) fn a_limit_counts_tracks_that_match(ctx: &Context<'_>) {
    let s = ctx.store();
    for n in 0..10 {
        save(
            s,
            "a001",
            if n % 3 == 2 { "u2" } else { "u1" },
            json!({"k": n % 2}),
        );
    }
    assert_eq!(ids(s, &Query::all().user("u2").limit(2)), [3, 6]);
    assert_eq!(ids(s, &Query::all().field("k", 1).limit(3)), [2, 4, 6]);
}

pub(super) fn a_limit_may_be_larger_than_what_exists(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all().limit(usize::MAX)), [1, 2, 3, 4, 5]);
}

pub(super) fn a_limit_of_0_gives_nothing(ctx: &Context<'_>) {
    assert!(found(ctx, &Query::all().limit(0)).is_empty());
}

pub(super) fn the_last_limit_and_order_count(ctx: &Context<'_>) {
    let query = Query::all()
        .limit(1)
        .limit(2)
        .order(Order::Time)
        .order(Order::IdDescending);
    assert_eq!(found(ctx, &query), [5, 4]);
}
