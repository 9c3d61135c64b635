//! Periods of time, counts of different things, and some of many groups.

use chrono::FixedOffset;
use tracking_core::{Grouping, Zone};

use super::prelude::*;

/// Groups as text: the key, the count, and the counts of different things.
fn groups(s: &Store, query: &Query, by: impl Into<Grouping>) -> Vec<(String, u64, Vec<u64>)> {
    let groups = s.groups(query, &by.into()).unwrap();
    let shown = |group: &Group| {
        let key = match group.second_key() {
            Some(second) => format!("{} {second}", group.key()),
            None => group.key().to_string(),
        };
        (key, group.count(), group.distinct_counts().to_vec())
    };
    groups.iter().map(shown).collect()
}

/// The keys and counts of the groups of all tracks.
fn counts(s: &Store, by: impl Into<Grouping>) -> Vec<(String, u64)> {
    let groups = groups(s, &Query::all(), by);
    groups
        .into_iter()
        .map(|(key, count, _)| (key, count))
        .collect()
}

fn pairs(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    let pairs = expected.iter();
    pairs
        .map(|(key, count)| ((*key).to_owned(), *count))
        .collect()
}

fn save_on(s: &Store, times: &[&str]) {
    for time in times {
        put(s, new("a001", "u1", json!({})).at(time.parse().unwrap()));
    }
}

fn east(hours: i32) -> Zone {
    Zone::fixed(FixedOffset::east_opt(hours * 3600).unwrap())
}

pub(super) fn groups_by_hour_go_by_the_time_zone(ctx: &Context<'_>) {
    let s = ctx.store();
    save_on(
        s,
        &[
            "2026-11-23T15:59:59.999999Z",
            "2026-11-23T15:00:00Z",
            "2026-11-23T16:00:00Z",
            "1969-12-31T23:59:59Z",
        ],
    );
    let expected = [
        ("1969-12-31 23:00", 1),
        ("2026-11-23 15:00", 2),
        ("2026-11-23 16:00", 1),
    ];
    assert_eq!(counts(s, GroupBy::Hour(Zone::utc())), pairs(&expected));
    let half = Zone::fixed(FixedOffset::east_opt(1800).unwrap());
    let expected = [
        ("1970-01-01 00:00", 1),
        ("2026-11-23 15:00", 1),
        ("2026-11-23 16:00", 2),
    ];
    assert_eq!(counts(s, GroupBy::Hour(half)), pairs(&expected));
}

pub(super) fn groups_by_week_begin_on_monday(ctx: &Context<'_>) {
    let s = ctx.store();
    save_on(
        s,
        &[
            "2026-11-22T23:59:59Z",
            "2026-11-23T00:00:00Z",
            "2026-11-29T23:00:00Z",
            "1970-01-01T00:00:00Z",
        ],
    );
    let expected = [("1969-12-29", 1), ("2026-11-16", 1), ("2026-11-23", 2)];
    assert_eq!(counts(s, GroupBy::Week(Zone::utc())), pairs(&expected));
    let expected = [("1969-12-29", 1), ("2026-11-23", 2), ("2026-11-30", 1)];
    assert_eq!(counts(s, GroupBy::Week(east(1))), pairs(&expected));
}

pub(super) fn groups_by_month_go_by_the_time_zone(ctx: &Context<'_>) {
    let s = ctx.store();
    save_on(
        s,
        &[
            "2026-01-31T23:30:00Z",
            "2026-02-28T12:00:00Z",
            "2025-12-31T12:00:00Z",
        ],
    );
    let expected = [("2025-12", 1), ("2026-01", 1), ("2026-02", 1)];
    assert_eq!(counts(s, GroupBy::Month(Zone::utc())), pairs(&expected));
    let expected = [("2025-12", 1), ("2026-02", 2)];
    assert_eq!(counts(s, GroupBy::Month(east(1))), pairs(&expected));
}

pub(super) fn groups_by_hour_of_the_day_are_over_all_days(ctx: &Context<'_>) {
    let s = ctx.store();
    save_on(
        s,
        &[
            "2026-11-22T15:10:00Z",
            "2026-11-23T15:50:00Z",
            "2026-11-23T23:00:00Z",
            "1969-12-31T09:00:00Z",
        ],
    );
    let expected = [("09", 1), ("15", 2), ("23", 1)];
    assert_eq!(counts(s, GroupBy::HourOfDay(Zone::utc())), pairs(&expected));
    let expected = [("00", 1), ("10", 1), ("16", 2)];
    assert_eq!(counts(s, GroupBy::HourOfDay(east(1))), pairs(&expected));
}

pub(super) fn groups_by_day_of_the_week_begin_on_monday(ctx: &Context<'_>) {
    let s = ctx.store();
    save_on(
        s,
        &[
            "2026-11-22T23:30:00Z",
            "2026-11-23T12:00:00Z",
            "2026-11-30T12:00:00Z",
            "1969-12-31T12:00:00Z",
        ],
    );
    let expected = [("Monday", 2), ("Wednesday", 1), ("Sunday", 1)];
    assert_eq!(counts(s, GroupBy::DayOfWeek(Zone::utc())), pairs(&expected));
    let expected = [("Monday", 3), ("Wednesday", 1)];
    assert_eq!(counts(s, GroupBy::DayOfWeek(east(1))), pairs(&expected));
}

pub(super) fn periods_follow_changes_of_the_offset(ctx: &Context<'_>) {
    let s = ctx.store();
    // Clocks are set back at 01:00 UTC, so the hour from 02:00 on comes twice.
    let changing = json!({"offset": 7200, "changes": [["2026-10-25T01:00:00Z", 3600]]});
    let zone: Zone = serde_json::from_value(changing).unwrap();
    save_on(
        s,
        &[
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:30:00Z",
        ],
    );
    let expected = [("2026-10-25 02:00", 2), ("2026-10-25 03:00", 1)];
    assert_eq!(counts(s, GroupBy::Hour(zone.clone())), pairs(&expected));
    assert_eq!(
        counts(s, GroupBy::HourOfDay(zone)),
        pairs(&[("02", 2), ("03", 1)])
    );
}

pub(super) fn periods_reach_to_the_ends_of_time(ctx: &Context<'_>) {
    let s = ctx.store();
    let last_second = Timestamp::from_secs(253_402_300_799).unwrap();
    for time in [Timestamp::MIN, last_second, Timestamp::MAX] {
        put(s, new("a001", "u1", json!({})).at(time));
    }
    for zone in [east(14), east(-12), Zone::utc()] {
        for by in [
            GroupBy::Hour(zone.clone()),
            GroupBy::Week(zone.clone()),
            GroupBy::Month(zone.clone()),
        ] {
            let counts: Vec<u64> = counts(s, by).into_iter().map(|(_, count)| count).collect();
            assert_eq!(counts, [1, 2]);
        }
    }
}

/// Tracks of the tasks a, b and c, and of the users u1, u2 and u3.
fn fill_groups(s: &Store) {
    for (name, who, data) in [
        ("b", "u2", json!({"k": 1})),
        ("a", "u1", json!({})),
        ("b", "u1", json!({"k": 2})),
        ("a", "u1", json!({"k": null})),
        ("b", "u2", json!({"k": 1})),
        ("c", "u3", json!({"k": 1})),
    ] {
        save(s, name, who, data);
    }
}

pub(super) fn different_things_are_counted_with_tracks(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    let by = |first: GroupBy| Grouping::from(first);
    let expected = [("a", 2, vec![1]), ("b", 3, vec![2]), ("c", 1, vec![1])];
    let expected = expected.map(|(key, count, n)| (key.to_owned(), count, n));
    let found = groups(s, &Query::all(), by(GroupBy::Task).counting(GroupBy::User));
    assert_eq!(found, expected, "users per task");
    let both = by(GroupBy::User)
        .counting(GroupBy::Task)
        .counting(GroupBy::Field("k".into()));
    let expected = [
        ("u1", 3, vec![2, 2]),
        ("u2", 2, vec![1, 1]),
        ("u3", 1, vec![1, 1]),
    ];
    let expected = expected.map(|(key, count, n)| (key.to_owned(), count, n));
    assert_eq!(
        groups(s, &Query::all(), both),
        expected,
        "a missing field is no value"
    );
    let query = Query::all().except_user("u2");
    let found = groups(
        s,
        &query,
        by(GroupBy::Day(Zone::utc())).counting(GroupBy::User),
    );
    assert_eq!(
        (found.len(), &*found[0].2),
        (1, &[2][..]),
        "of what a query finds"
    );
    let kinds = [GroupBy::User, GroupBy::Task, GroupBy::Field("k".into())];
    let distinct = |query: &Query| {
        let counts = s.count_distinct(query, &kinds).unwrap();
        (counts.tracks, counts.distinct)
    };
    assert_eq!(distinct(&Query::all()), (6, vec![3, 3, 3]), "in all");
    assert_eq!(
        distinct(&query),
        (4, vec![2, 3, 3]),
        "in what a query finds"
    );
    let none = Query::all().user("nobody");
    assert_eq!(distinct(&none), (0, vec![0, 0, 0]));
}

pub(super) fn different_things_are_counted_for_groups_by_two_things(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    let by = GroupBy::Task.and(GroupBy::User).counting(GroupBy::Run);
    let by = by.counting(GroupBy::Field("missing".into()));
    let expected = [("a u1", 2), ("b u1", 1), ("b u2", 2), ("c u3", 1)];
    let expected = expected.map(|(key, count)| (key.to_owned(), count, vec![1, 0]));
    assert_eq!(groups(s, &Query::all(), by), expected);
    let hours = GroupBy::Hour(Zone::utc()).and(GroupBy::Task);
    assert_eq!(
        groups(s, &Query::all(), hours.counting(GroupBy::User)).len(),
        3
    );
}

pub(super) fn the_largest_groups_come_first_where_that_is_asked(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    save(s, "d", "u1", json!({}));
    let by = Grouping::from(GroupBy::Task);
    let all = pairs(&[("b", 3), ("a", 2), ("c", 1), ("d", 1)]);
    assert_eq!(counts(s, by.clone().largest_first()), all);
    assert_eq!(
        counts(s, by.clone().top(3)),
        all[..3],
        "of equal ones the first"
    );
    assert_eq!(counts(s, by.clone().top(0)), []);
    assert_eq!(counts(s, by.top(9)), all);
    let two = GroupBy::Task.and(GroupBy::User).top(2);
    assert_eq!(counts(s, two), pairs(&[("a u1", 2), ("b u2", 2)]));
}

pub(super) fn groups_come_page_by_page(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    for (by, size) in [
        (Grouping::from(GroupBy::Task), 1),
        (Grouping::from(GroupBy::User).largest_first(), 2),
        (GroupBy::Task.and(GroupBy::User), 3),
        (
            GroupBy::Field("k".into())
                .and(GroupBy::Task)
                .largest_first(),
            1,
        ),
        (Grouping::from(GroupBy::Task).counting(GroupBy::User), 2),
    ] {
        let all = s.groups(&Query::all(), &by).unwrap();
        let mut found: Vec<Group> = Vec::new();
        loop {
            let mut page = by.clone().limit(size);
            if let Some(last) = found.last() {
                page = page.after(last.clone());
            }
            let page = s.groups(&Query::all(), &page).unwrap();
            assert!(page.len() <= size);
            if page.is_empty() {
                break;
            }
            found.extend(page);
            // A store that gives a group again would continue for ever.
            assert!(found.len() <= all.len(), "each group comes once: {by:?}");
        }
        assert_eq!(found, all, "{by:?}");
    }
}

pub(super) fn a_page_of_groups_continues_after_one_that_is_gone(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    let page = Grouping::from(GroupBy::Task).limit(2);
    let last = s.groups(&Query::all(), &page).unwrap().pop().unwrap();
    s.remove_matching(&Query::all().task("b")).unwrap();
    assert_eq!(counts(s, page.after(last)), pairs(&[("c", 1)]));
}

pub(super) fn a_grouping_read_from_text_asks_the_same(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_groups(s);
    let by = GroupBy::Week(east(1))
        .and(GroupBy::Task)
        .counting(GroupBy::User);
    let last = s.groups(&Query::all(), &by.clone().limit(1)).unwrap().pop();
    let by = by.after(last.unwrap()).top(2);
    let text = serde_json::to_string(&by).unwrap();
    let read: Grouping = serde_json::from_str(&text).unwrap();
    assert_eq!(read, by, "{text}");
    let found = s.groups(&Query::all(), &read).unwrap();
    assert_eq!(found, s.groups(&Query::all(), &by).unwrap());
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Group>>(&text).unwrap(), found);
}

pub(super) fn names_come_page_by_page(ctx: &Context<'_>) {
    let s = ctx.store();
    for (name, who) in [("b", "u2"), ("a", ""), ("c", "u1"), ("b", "u1"), ("b", "")] {
        save(s, name, who, json!({}));
    }
    start(s, "d");
    let texts = |names: Vec<TaskId>| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let tasks = |after: Option<&str>, limit| {
        texts(s.task_ids_after(after.map(task).as_ref(), limit).unwrap())
    };
    assert_eq!(tasks(None, 2), ["a", "b"]);
    assert_eq!(
        tasks(Some("b"), 2),
        ["c"],
        "one without tracks is not listed"
    );
    assert_eq!(
        tasks(Some("aa"), 9),
        ["b", "c"],
        "after one that is not there"
    );
    assert!(tasks(Some("c"), 9).is_empty() && tasks(None, 0).is_empty());
    let users = |of: Option<&str>, after: Option<&str>, limit| -> Vec<String> {
        let names = s.user_names_after(of.map(task).as_ref(), after.map(user).as_ref(), limit);
        names.unwrap().iter().map(ToString::to_string).collect()
    };
    assert_eq!(users(None, None, 2), ["", "u1"]);
    assert_eq!(users(None, Some(""), 9), ["u1", "u2"]);
    assert_eq!(users(Some("b"), None, 2), ["", "u1"]);
    assert_eq!(users(Some("b"), Some("u1"), 9), ["u2"]);
    assert!(users(Some("x"), None, 9).is_empty() && users(Some("b"), Some("u2"), 9).is_empty());
}
