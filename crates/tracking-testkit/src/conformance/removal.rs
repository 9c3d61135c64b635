//! Removing tracks, one by one and by query.

use super::prelude::*;

/// Tracks 1 to 6 at 30, 10, 20, 10, 20 and 40 seconds.
fn six(s: &Store) {
    save_times(s, &[30, 10, 20, 10, 20, 40]);
}

fn remove(s: &Store, query: &Query) -> u64 {
    s.remove_matching(query).unwrap()
}

pub(super) fn a_removal_says_whether_the_track_was_there(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    assert!(s.remove(id(1)).unwrap());
    assert!(!s.remove(id(1)).unwrap(), "a removed track is gone");
    assert!(!s.remove(id(9)).unwrap(), "and this one never was");
}

pub(super) fn a_removed_track_is_found_nowhere(ctx: &Context<'_>) {
    let s = ctx.store();
    s.add_index(&Field::from("k")).unwrap();
    save(s, "a001", "u1", json!({"k": 1}));
    save(s, "a001", "u1", json!({"k": 1}));
    s.remove(id(1)).unwrap();
    assert_eq!(s.track(id(1)).unwrap(), None);
    let by_all = Query::all()
        .task("a001")
        .user("u1")
        .run(run_id(1))
        .field("k", 1)
        .within(at(0));
    for query in [
        Query::all(),
        Query::all().field("k", 1),
        Query::all().within(at(0)),
        by_all,
    ] {
        for order in [
            Order::Id,
            Order::IdDescending,
            Order::Time,
            Order::TimeDescending,
        ] {
            assert_eq!(ids(s, &query.clone().order(order)), [2], "{query:?}");
        }
        assert_eq!(count(s, &query), 1, "{query:?}");
    }
}

pub(super) fn a_removal_leaves_runs_and_counters(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 50);
    let (run_before, counters) = (run(s, run_id(1)), s.counters().unwrap());
    s.remove(id(1)).unwrap();
    assert_eq!(run(s, run_id(1)), run_before);
    assert_eq!(s.counters().unwrap(), counters);
}

pub(super) fn a_query_removes_what_it_finds(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    save_at(s, "a002", "u2", 10);
    assert_eq!(remove(s, &Query::all().task("a001").within(at(10))), 2);
    assert_eq!(ids(s, &Query::all()), [1, 3, 5, 6, 7]);
    assert_eq!(remove(s, &Query::all().task("a001").within(at(10))), 0);
}

pub(super) fn a_query_without_criteria_removes_every_track(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    assert_eq!(remove(s, &Query::all()), 6);
    assert!(ids(s, &Query::all()).is_empty());
    assert!(tasks(s).is_empty() && users(s).is_empty());
}

pub(super) fn an_empty_list_removes_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    assert_eq!(remove(s, &Query::all().users(Vec::<String>::new())), 0);
    assert_eq!(remove(s, &Query::all().task("a001").runs([])), 0);
    assert_eq!(count(s, &Query::all()), 6);
}

pub(super) fn a_removal_goes_by_order_and_limit(ctx: &Context<'_>) {
    for (order, left) in [
        (Order::Id, vec![3, 4, 5, 6]),
        (Order::IdDescending, vec![1, 2, 3, 4]),
        (Order::Time, vec![1, 3, 5, 6]),
        (Order::TimeDescending, vec![2, 3, 4, 5]),
    ] {
        let s = &*ctx.fresh();
        six(s);
        assert_eq!(remove(s, &Query::all().order(order).limit(2)), 2);
        assert_eq!(ids(s, &Query::all()), left, "{order:?}");
    }
}

pub(super) fn a_removal_continues_after_a_cursor(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    let after = Cursor::after(Order::Time, at(10), id(4));
    assert_eq!(
        remove(s, &Query::all().order(Order::Time).after(after).limit(3)),
        3
    );
    assert_eq!(ids(s, &Query::all()), [2, 4, 6]);
    let after = Cursor::after(Order::IdDescending, at(0), id(6));
    assert_eq!(
        remove(s, &Query::all().order(Order::IdDescending).after(after)),
        2
    );
    assert_eq!(ids(s, &Query::all()), [6]);
}

pub(super) fn a_removal_with_a_limit_may_be_repeated_until_all_are_gone(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    let query = Query::all().order(Order::TimeDescending).limit(4);
    assert_eq!([1, 2, 3].map(|_| remove(s, &query)), [4, 2, 0]);
}

pub(super) fn a_removal_with_a_limit_of_0_removes_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    assert_eq!(remove(s, &Query::all().limit(0)), 0);
    assert_eq!(count(s, &Query::all()), 6);
}

pub(super) fn a_removal_after_a_cursor_of_another_order_is_an_error(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    let query = Query::all().after(Cursor::after(Order::Time, at(10), id(2)));
    assert_error!(
        refused(s, || s.remove_matching(&query)),
        Error::CursorMismatch { .. }
    );
}
