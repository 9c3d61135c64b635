//! Criteria of queries: tasks, users, runs, and how they are joined.

use super::prelude::*;

/// Tracks 1 to 6 of the tasks a001 and a002, the users u1 and u2, and the runs 1 to 3.
fn six(s: &Store) {
    save(s, "a001", "u1", json!({}));
    save(s, "a002", "u1", json!({}));
    save(s, "a001", "u2", json!({}));
    start(s, "a001");
    save(s, "a001", "u1", json!({}));
    save(s, "a002", "u2", json!({}));
    save(s, "a001", "u2", json!({}));
}

fn found(ctx: &Context<'_>, query: &Query) -> Vec<u64> {
    six(ctx.store());
    let (found, counted) = (ids(ctx.store(), query), count(ctx.store(), query));
    assert_eq!(
        counted,
        found.len() as u64,
        "what is found is what is counted"
    );
    found
}

fn none() -> Vec<String> {
    Vec::new()
}

pub(super) fn an_empty_store_finds_nothing(ctx: &Context<'_>) {
    assert!(ids(ctx.store(), &Query::all()).is_empty());
    assert!(ids(ctx.store(), &Query::all().task("a001")).is_empty());
}

pub(super) fn without_criteria_every_track_is_found(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all()), [1, 2, 3, 4, 5, 6]);
}

pub(super) fn a_track_found_is_the_track_got(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    for found in s.query(&Query::all()).unwrap() {
        assert_eq!(track(s, found.id()), found);
    }
}

pub(super) fn tracks_are_found_by_task(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all().task("a001")), [1, 3, 4, 6]);
}

pub(super) fn tracks_are_found_by_user(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all().user("u2")), [3, 5, 6]);
}

pub(super) fn tracks_are_found_by_run(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all().run(run_id(1))), [1, 3]);
}

pub(super) fn values_of_one_criterion_are_joined_by_or(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    assert_eq!(
        ids(s, &Query::all().tasks(["a002", "a001"])),
        [1, 2, 3, 4, 5, 6]
    );
    assert_eq!(
        ids(s, &Query::all().users(["u1", "u2"])),
        [1, 2, 3, 4, 5, 6]
    );
    assert_eq!(
        ids(s, &Query::all().runs([run_id(3), run_id(1)])),
        [1, 3, 4, 6]
    );
}

pub(super) fn criteria_are_joined_by_and(ctx: &Context<'_>) {
    let query = Query::all()
        .task("a001")
        .user("u1")
        .runs([run_id(3), run_id(2)]);
    assert_eq!(found(ctx, &query), [4]);
}

pub(super) fn unknown_values_in_a_list_are_skipped(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    assert_eq!(ids(s, &Query::all().tasks(["x", "a002", "y"])), [2, 5]);
    assert_eq!(ids(s, &Query::all().users(["x", "u2"])), [3, 5, 6]);
    assert_eq!(ids(s, &Query::all().runs([run_id(99), run_id(2)])), [2, 5]);
}

pub(super) fn unknown_values_alone_find_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    assert!(ids(s, &Query::all().task("x")).is_empty());
    assert!(ids(s, &Query::all().user("x")).is_empty());
    assert!(ids(s, &Query::all().run(run_id(99))).is_empty());
}

pub(super) fn a_value_given_twice_finds_its_tracks_once(ctx: &Context<'_>) {
    let query = Query::all()
        .tasks(["a002", "a002"])
        .users_in(NameFilter::exact(["u1"]).or(NameFilter::prefixes(["u", "u1"])));
    assert_eq!(found(ctx, &query), [2, 5]);
}

pub(super) fn an_empty_list_matches_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    for query in [
        Query::all().tasks(none()),
        Query::all().users(none()),
        Query::all().runs([]),
        Query::all().within_any(Vec::<TimeRange>::new()),
        Query::all().field_in("k", Vec::<Value>::new()),
    ] {
        assert!(ids(s, &query).is_empty(), "{query:?}");
        assert_eq!(count(s, &query), 0, "{query:?}");
    }
}

pub(super) fn an_empty_list_with_others_matches_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    for query in [
        Query::all().user("u1").tasks(none()),
        Query::all().task("a001").users(none()),
        Query::all().task("a001").runs([]),
        Query::all()
            .task("a001")
            .within_any(Vec::<TimeRange>::new()),
        Query::all().task("a001").field_in("k", Vec::<Value>::new()),
    ] {
        assert!(ids(s, &query).is_empty(), "it is not ignored: {query:?}");
    }
}

pub(super) fn a_criterion_given_twice_must_be_met_twice(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    assert_eq!(
        ids(
            s,
            &Query::all().tasks(["a001", "a002"]).tasks(["a002", "x"])
        ),
        [2, 5]
    );
    assert_eq!(ids(s, &Query::all().user_prefix("u").user("u2")), [3, 5, 6]);
    let runs = Query::all()
        .runs([run_id(1), run_id(2)])
        .runs([run_id(2), run_id(3)]);
    assert_eq!(ids(s, &runs), [2, 5]);
}

pub(super) fn contradictory_criteria_find_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    assert!(ids(s, &Query::all().task("a001").task("a002")).is_empty());
    assert!(ids(s, &Query::all().run(run_id(1)).run(run_id(2))).is_empty());
    assert!(ids(s, &Query::all().task("a002").run(run_id(1))).is_empty());
}

pub(super) fn a_query_changes_nothing_and_gives_the_same_twice(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    let query = Query::all()
        .task("a001")
        .order(Order::TimeDescending)
        .limit(3);
    let first = unchanged(s, "a query changes nothing", || ids(s, &query));
    assert_eq!(ids(s, &query), first);
}

pub(super) fn a_list_may_hold_very_many_values(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    let many = |name: &str| {
        (0..5_000)
            .map(|n| format!("{name}{n:03}"))
            .collect::<Vec<_>>()
    };
    let query = Query::all()
        .tasks(many("a"))
        .users(many("x").into_iter().chain(["u1".to_owned()]))
        .runs((1..5_000).map(run_id));
    assert_eq!(ids(s, &query), [1, 2, 4]);
}

pub(super) fn criteria_hold_for_tracks_of_another_tasks_run(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    put(s, new("a002", "u1", json!({})).in_run(run_id(1)));
    assert_eq!(ids(s, &Query::all().run(run_id(1))), [1, 3, 7]);
    assert_eq!(ids(s, &Query::all().task("a002").run(run_id(1))), [7]);
}

pub(super) fn an_unknown_criterion_in_text_is_an_error(_: &Context<'_>) {
    for text in [
        r#"{"colour": "red"}"#,
        r#"{"task": "a001"}"#,
        r#"{"tasks": {"like": ["a"]}}"#,
    ] {
        let read = serde_json::from_str::<Query>(text);
        assert!(read.is_err(), "it is not ignored: {text}");
    }
}

pub(super) fn a_query_read_from_text_asks_the_same(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    let query = Query::all()
        .tasks(["a001"])
        .user_prefix("u")
        .runs([run_id(1), run_id(3)])
        .within(TimeRange::since(at(0)))
        .order(Order::TimeDescending)
        .after(Cursor::after(Order::TimeDescending, at(0), id(6)))
        .limit(2);
    let text = serde_json::to_string(&query).unwrap();
    let read: Query = serde_json::from_str(&text).unwrap();
    assert_eq!(ids(s, &query), [4, 3]);
    assert_eq!(ids(s, &read), [4, 3], "{text}");
}
