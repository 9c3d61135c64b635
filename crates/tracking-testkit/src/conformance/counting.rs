//! Counting, whole and by group.

use chrono::FixedOffset;
use tracking_core::{Grouping, Zone};

use super::prelude::*;

/// Groups as text: the keys and the count.
fn groups(s: &Store, query: &Query, by: impl Into<Grouping>) -> Vec<(String, String, u64)> {
    let shown = |group: &Group| {
        let second = group.second_key().map(ToString::to_string);
        (
            group.key().to_string(),
            second.unwrap_or_default(),
            group.count(),
        )
    };
    s.groups(query, &by.into())
        .unwrap()
        .iter()
        .map(shown)
        .collect()
}

fn one(s: &Store, by: GroupBy) -> Vec<(String, u64)> {
    let groups = groups(s, &Query::all(), by);
    groups
        .into_iter()
        .map(|(key, _, count)| (key, count))
        .collect()
}

fn pairs(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected
        .iter()
        .map(|(key, count)| ((*key).to_owned(), *count))
        .collect()
}

fn fill_groups(s: &Store) {
    for (name, who) in [
        ("b", "u2"),
        ("a", "u1"),
        ("b", "u1"),
        ("a", "u2"),
        ("b", "u2"),
    ] {
        save(s, name, who, json!({}));
    }
}

fn save_on(s: &Store, time: &str) {
    put(s, new("a001", "u1", json!({})).at(time.parse().unwrap()));
}

pub(super) fn a_count_is_of_what_a_query_finds(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(count(s, &Query::all()), 0);
    fill_groups(s);
    assert_eq!(count(s, &Query::all()), 5);
    assert_eq!(count(s, &Query::all().task("b").user("u2")), 2);
    s.remove(id(1)).unwrap();
    assert_eq!(count(s, &Query::all().task("b").user("u2")), 1);
}

pub(super) fn a_count_ignores_limit_and_cursor(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    let cursor = Cursor::after(Order::Id, at(0), id(3));
    assert_eq!(
        count(s, &Query::all().limit(2)),
        5,
        "the limit is no criterion"
    );
    assert_eq!(count(s, &Query::all().limit(0)), 5);
    assert_eq!(
        count(s, &Query::all().after(cursor)),
        5,
        "nor is the cursor"
    );
    assert_eq!(count(s, &Query::all().order(Order::Time).after(cursor)), 5);
}

pub(super) fn groups_ignore_limit_and_cursor(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    let cursor = Cursor::after(Order::Id, at(0), id(3));
    let query = Query::all().order(Order::Time).after(cursor).limit(1);
    assert_eq!(
        groups(s, &query, GroupBy::Task),
        groups(s, &Query::all(), GroupBy::Task)
    );
    assert_eq!(groups(s, &query, GroupBy::Task).len(), 2);
}

pub(super) fn groups_by_task(ctx: &Context<'_>) {
    fill_groups(ctx.store());
    assert_eq!(
        one(ctx.store(), GroupBy::Task),
        pairs(&[("a", 2), ("b", 3)])
    );
}

pub(super) fn groups_by_user(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    save(s, "a", "", json!({}));
    assert_eq!(
        one(s, GroupBy::User),
        pairs(&[("", 1), ("u1", 2), ("u2", 3)])
    );
}

pub(super) fn groups_by_run_come_in_the_order_of_numbers(ctx: &Context<'_>) {
    let s = ctx.store();
    for n in 0..11 {
        save(s, &format!("t{n}"), "u1", json!({}));
    }
    let keys: Vec<GroupKey> = (1..=11).map(|n| GroupKey::Run(run_id(n))).collect();
    let groups = s.groups(&Query::all(), &GroupBy::Run.into()).unwrap();
    assert_eq!(
        groups
            .iter()
            .map(|group| group.key().clone())
            .collect::<Vec<_>>(),
        keys
    );
}

pub(super) fn groups_by_day(ctx: &Context<'_>) {
    let s = ctx.store();
    for time in [
        "2026-11-23T23:59:59.999999Z",
        "2026-11-24T00:00:00Z",
        "2026-11-23T00:00:00Z",
        "1969-12-31T12:00:00Z",
    ] {
        save_on(s, time);
    }
    let expected = pairs(&[("1969-12-31", 1), ("2026-11-23", 2), ("2026-11-24", 1)]);
    assert_eq!(one(s, GroupBy::Day(Zone::utc())), expected);
}

pub(super) fn groups_by_day_go_by_the_time_zone(ctx: &Context<'_>) {
    let s = ctx.store();
    for time in [
        "2026-11-22T22:59:59Z",
        "2026-11-22T23:00:00Z",
        "2026-11-23T22:59:59Z",
    ] {
        save_on(s, time);
    }
    let east = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
    assert_eq!(
        one(s, GroupBy::Day(east)),
        pairs(&[("2026-11-22", 1), ("2026-11-23", 2)])
    );
    let west = Zone::fixed(FixedOffset::west_opt(23 * 3600).unwrap());
    assert_eq!(
        one(s, GroupBy::Day(west)),
        pairs(&[("2026-11-21", 1), ("2026-11-22", 2)])
    );
}

pub(super) fn groups_by_day_go_by_changes_of_the_offset(ctx: &Context<'_>) {
    let s = ctx.store();
    for time in [
        "2026-03-28T22:30:00Z",
        "2026-03-28T23:30:00Z",
        "2026-03-29T21:30:00Z",
        "2026-03-29T22:30:00Z",
    ] {
        save_on(s, time);
    }
    let changes = json!({"offset": 3600, "changes": [["2026-03-29T01:00:00Z", 7200]]});
    let zone: Zone = serde_json::from_value(changes).unwrap();
    let expected = pairs(&[("2026-03-28", 1), ("2026-03-29", 2), ("2026-03-30", 1)]);
    assert_eq!(
        one(s, GroupBy::Day(zone)),
        expected,
        "that day has 23 hours"
    );
}

pub(super) fn groups_by_day_at_the_ends_of_time(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, new("a001", "u1", json!({})).at(Timestamp::MIN));
    put(s, new("a001", "u1", json!({})).at(Timestamp::MAX));
    let expected = pairs(&[("0000-01-01", 1), ("9999-12-31", 1)]);
    assert_eq!(one(s, GroupBy::Day(Zone::utc())), expected);
}

pub(super) fn groups_by_field_put_tracks_without_it_first(ctx: &Context<'_>) {
    for s in [ctx.fresh(), ctx.fresh_with_indexes([Field::from("n.k")])] {
        for object in [
            json!({"n": {"k": "b"}}),
            json!({}),
            json!({"n": {"k": null}}),
            json!({"n": 5}),
            json!({"n": {"k": "b"}}),
        ] {
            save(&*s, "a001", "u1", object);
        }
        let by = GroupBy::Field(Field::from("n.k")).into();
        let groups = s.groups(&Query::all(), &by).unwrap();
        let group = |value: Option<Value>, count| {
            let key = GroupKey::Field(value.and_then(FieldValue::new));
            Group::new(key, None, count)
        };
        let expected = [
            group(None, 2),
            group(Some(json!("b")), 2),
            group(Some(json!(null)), 1),
        ];
        assert_eq!(groups, expected, "a missing value and null are two groups");
    }
}

pub(super) fn groups_by_field_come_in_the_order_of_canonical_text(ctx: &Context<'_>) {
    let s = ctx.store();
    for value in [
        json!(2),
        json!(10),
        json!("b"),
        json!("a"),
        json!([1]),
        json!(1.0),
        json!(1),
    ] {
        save(s, "a001", "u1", json!({"k": value}));
    }
    let shown = one(s, GroupBy::Field(Field::from("k")));
    let keys: Vec<&str> = shown.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["a", "b", "1", "1.0", "10", "2", "[1]"]);
}

pub(super) fn groups_by_two_things(ctx: &Context<'_>) {
    fill_groups(ctx.store());
    let shown = groups(ctx.store(), &Query::all(), GroupBy::Task.and(GroupBy::User));
    let expected = [
        ("a", "u1", 1),
        ("a", "u2", 1),
        ("b", "u1", 1),
        ("b", "u2", 2),
    ];
    assert_eq!(
        shown,
        expected.map(|(a, b, n)| (a.to_owned(), b.to_owned(), n))
    );
}

pub(super) fn groups_by_two_things_of_any_kind(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a", "u1", json!({"x": 1, "y": 2}));
    save(s, "b", "u1", json!({"x": 1}));
    save(s, "a", "u1", json!({"x": 1, "y": 2}));
    let kinds = || {
        let field = |name: &str| GroupBy::Field(Field::from(name));
        [
            GroupBy::Task,
            GroupBy::User,
            GroupBy::Run,
            GroupBy::Day(Zone::utc()),
            field("x"),
            field("y"),
        ]
    };
    let tracks = s.query(&Query::all()).unwrap();
    for grouping in kinds()
        .into_iter()
        .flat_map(|a| kinds().map(|b| a.clone().and(b)))
    {
        let mut expected = std::collections::BTreeMap::<_, u64>::new();
        for track in &tracks {
            *expected
                .entry(grouping.keys_of(&track.as_ref()))
                .or_default() += 1;
        }
        let expected: Vec<Group> = expected
            .into_iter()
            .map(|((a, b), count)| Group::new(a, b, count))
            .collect();
        assert_eq!(
            s.groups(&Query::all(), &grouping).unwrap(),
            expected,
            "{grouping:?}"
        );
    }
}

pub(super) fn groups_are_of_what_a_query_finds(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    let shown = groups(s, &Query::all().user("u2"), GroupBy::Task);
    assert_eq!(
        shown.iter().map(|group| group.2).collect::<Vec<_>>(),
        [1, 2]
    );
    assert!(groups(s, &Query::all().user("x"), GroupBy::Task).is_empty());
    assert!(groups(s, &Query::all().tasks(Vec::<String>::new()), GroupBy::Task).is_empty());
}

pub(super) fn groups_without_a_track_are_not_listed(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    start(s, "c");
    s.remove(id(2)).unwrap();
    s.remove(id(4)).unwrap();
    assert_eq!(one(s, GroupBy::Task), pairs(&[("b", 3)]));
    let shown = groups(s, &Query::all(), GroupBy::Task.and(GroupBy::User));
    assert_eq!(shown.len(), 2);
}

pub(super) fn groups_follow_updates(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"k": "old"}));
    ctx.wait(86_400);
    merge(s, "a001", "u1", json!({"k": "new"}));
    assert_eq!(
        one(s, GroupBy::Field(Field::from("k"))),
        pairs(&[("new", 1)])
    );
    assert_eq!(
        one(s, GroupBy::Day(Zone::utc())),
        pairs(&[("2026-11-24", 1)])
    );
}
