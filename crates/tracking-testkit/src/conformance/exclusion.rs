//! Criteria that leave something out.

use super::prelude::*;

/// Tracks 1 to 6 of the tasks a001, a002 and b001 and of the users u1, u2 and nobody.
fn six(s: &Store) {
    for (name, who) in [
        ("a001", "u1"),
        ("a002", "u1"),
        ("a001", "u2"),
        ("b001", "u1"),
        ("b001", ""),
        ("a001", "u1"),
    ] {
        save(s, name, who, json!({}));
    }
}

fn found(ctx: &Context<'_>, query: &Query) -> Vec<u64> {
    let s = ctx.fresh();
    six(&*s);
    let found = ids(&*s, query);
    assert_eq!(count(&*s, query), found.len() as u64);
    found
}

pub(super) fn excluded_names_are_omitted(ctx: &Context<'_>) {
    assert_eq!(found(ctx, &Query::all().except_task("a001")), [2, 4, 5]);
    assert_eq!(found(ctx, &Query::all().except_user("u1")), [3, 5]);
    assert_eq!(found(ctx, &Query::all().except_user("")), [1, 2, 3, 4, 6]);
    let two = NameFilter::exact(["u1", ""]);
    assert_eq!(found(ctx, &Query::all().except_users_in(two)), [3]);
}

pub(super) fn excluded_prefixes_and_patterns_are_omitted(ctx: &Context<'_>) {
    let query = |names| Query::all().except_tasks_in(names);
    assert_eq!(found(ctx, &query(NameFilter::prefixes(["a"]))), [4, 5]);
    assert_eq!(
        found(ctx, &query(NameFilter::patterns(["*2"]))),
        [1, 3, 4, 5, 6]
    );
    assert!(found(ctx, &query(NameFilter::patterns(["?00?"]))).is_empty());
}

pub(super) fn what_is_excluded_twice_is_omitted_each_time(ctx: &Context<'_>) {
    let query = Query::all().except_task("a001").except_task("a002");
    assert_eq!(found(ctx, &query), [4, 5]);
    let query = Query::all().except_task("a001").except_user("u1");
    assert_eq!(found(ctx, &query), [5]);
}

pub(super) fn an_exclusion_goes_before_what_is_asked_for(ctx: &Context<'_>) {
    let query = Query::all().tasks(["a001", "a002"]).except_task("a001");
    assert_eq!(found(ctx, &query), [2]);
    assert!(found(ctx, &Query::all().task("a001").except_task("a001")).is_empty());
    let query = Query::all().task("a001").user("u1");
    assert_eq!(found(ctx, &query), [1, 6]);
    assert!(found(ctx, &query.clone().except_user("u1")).is_empty());
    assert!(
        found(
            ctx,
            &query.clone().except_tasks_in(NameFilter::prefixes(["a"]))
        )
        .is_empty()
    );
    assert_eq!(found(ctx, &query.except_user("u2")), [1, 6]);
}

pub(super) fn to_exclude_nothing_or_unknown_names_excludes_nothing(ctx: &Context<'_>) {
    let all = [1, 2, 3, 4, 5, 6];
    assert_eq!(found(ctx, &Query::all().except_task("x")), all);
    let none = NameFilter::default();
    assert_eq!(found(ctx, &Query::all().except_tasks_in(none.clone())), all);
    assert_eq!(found(ctx, &Query::all().except_users_in(none)), all);
    let unknown = NameFilter::prefixes(["x", "a\0"]).or(NameFilter::exact(["\0"]));
    assert_eq!(found(ctx, &Query::all().except_tasks_in(unknown)), all);
}

pub(super) fn exclusions_hold_in_every_order_and_page(ctx: &Context<'_>) {
    let s = ctx.store();
    for (name, second) in [("a", 3), ("b", 2), ("a", 1), ("b", 0), ("a", 0)] {
        save_at(s, name, "u1", second);
    }
    let query = Query::all().except_task("b");
    for (order, expected) in [
        (Order::Id, [1, 3, 5]),
        (Order::IdDescending, [5, 3, 1]),
        (Order::Time, [5, 3, 1]),
        (Order::TimeDescending, [1, 3, 5]),
    ] {
        let query = query.clone().order(order);
        assert_eq!(ids(s, &query), expected, "{order:?}");
        assert_eq!(ids(s, &query.clone().user("u1")), expected, "{order:?}");
        let page = s.page(&query.clone().limit(2)).unwrap();
        assert_eq!(page.tracks.len(), 2);
        assert_eq!(ids(s, &query.after(page.next.unwrap())), expected[2..]);
    }
}

pub(super) fn groups_and_removals_respect_exclusions(ctx: &Context<'_>) {
    let s = ctx.store();
    six(s);
    let query = Query::all().except_task("a001");
    for (by, expected) in [
        (GroupBy::Task, vec![("a002", 1), ("b001", 2)]),
        (GroupBy::User, vec![("", 1), ("u1", 2)]),
    ] {
        let groups = s.groups(&query, &by.into()).unwrap();
        let shown: Vec<_> = groups
            .iter()
            .map(|g| (g.key().to_string(), g.count()))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(k, n)| (k.to_owned(), n))
            .collect();
        assert_eq!(shown, expected);
    }
    let by_two = s.groups(&query, &GroupBy::Task.and(GroupBy::User)).unwrap();
    assert_eq!(by_two.len(), 3);
    assert_eq!(s.remove_matching(&query).unwrap(), 3);
    assert_eq!(ids(s, &Query::all()), [1, 3, 6]);
}

pub(super) fn excluded_values_leave_tracks_without_the_field(ctx: &Context<'_>) {
    for s in [ctx.fresh(), ctx.fresh_with_indexes([Field::from("k")])] {
        for object in [
            json!({"k": 1}),
            json!({"k": 2}),
            json!({}),
            json!({"k": null}),
            json!({"k": 1.0}),
            json!({"k": "1"}),
        ] {
            save(&*s, "a001", "u1", object);
        }
        assert_eq!(ids(&*s, &Query::all().except_field("k", 1)), [2, 3, 4, 6]);
        let none_of = FieldFilter::new("k", [json!(1), json!("1"), json!(null)]).inverted();
        let query = Query::all().field_matching(none_of);
        assert_eq!(ids(&*s, &query), [2, 3]);
        assert_eq!(count(&*s, &query), 2);
        assert_eq!(ids(&*s, &query.has_field("k")), [2]);
    }
}

pub(super) fn runs_of_excluded_tasks_are_omitted(ctx: &Context<'_>) {
    let s = ctx.store();
    start(s, "a");
    s.start_run(NewRun::without_task()).unwrap();
    start(s, "b");
    let query = RunQuery::all().except_tasks(NameFilter::exact(["a"]));
    assert_eq!(run_ids(s, &query), [2, 3], "one of no task stays");
    let query = query.tasks(NameFilter::patterns(["*"]));
    assert_eq!(run_ids(s, &query), [3]);
}

pub(super) fn exclusions_read_from_text_ask_the_same(ctx: &Context<'_>) {
    let query = Query::all()
        .except_tasks_in(NameFilter::patterns(["*2"]).or(NameFilter::prefixes(["b"])))
        .except_user("u2")
        .except_field("k", 1);
    let text = serde_json::to_string(&query).unwrap();
    let read: Query = serde_json::from_str(&text).unwrap();
    assert_eq!(read, query, "{text}");
    assert_eq!(found(ctx, &read), [1, 6]);
}
