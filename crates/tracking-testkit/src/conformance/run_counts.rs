//! Counting, grouping and summing up runs, and what comes page by page.

use tracking_core::{RunSummary, Zone};

use super::prelude::*;

/// Runs 1 and 3 of `a`, 2 of `b`, 4 of none; started an hour apart, 4 a day after 3.
fn four(ctx: &Context<'_>) {
    let s = ctx.store();
    for (hour, name) in [(0, "a"), (1, "b"), (2, "a"), (26, "")] {
        let new = TaskId::new(name).map_or_else(|_| NewRun::without_task(), NewRun::of);
        s.start_run(new.starting_at(at(hour * 3600))).unwrap();
    }
}

fn groups(
    s: &Store,
    query: &RunQuery,
    by: impl Into<tracking_core::Grouping>,
) -> Vec<(String, u64)> {
    let groups = s.run_groups(query, &by.into()).unwrap();
    let parts = groups.iter();
    parts
        .map(|group| (group.key().to_string(), group.count()))
        .collect()
}

fn pairs<const N: usize>(pairs: [(&str, u64); N]) -> Vec<(String, u64)> {
    pairs.map(|(key, count)| (key.to_owned(), count)).into()
}

pub(super) fn runs_are_counted_by_criteria(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(s.count_runs(&RunQuery::all()).unwrap(), 0);
    four(ctx);
    let count = |query: RunQuery| s.count_runs(&query).unwrap();
    assert_eq!(count(RunQuery::all()), 4);
    assert_eq!(count(RunQuery::all().task("a")), 2);
    assert_eq!(count(RunQuery::all().states([RunState::Session])), 1);
    assert_eq!(count(RunQuery::all().states([RunState::Current])), 2);
    assert_eq!(count(RunQuery::all().states([])), 0);
    assert_eq!(
        count(RunQuery::all().started(TimeRange::since(at(3600)))),
        3
    );
}

pub(super) fn a_count_of_runs_ignores_limit_and_cursor(ctx: &Context<'_>) {
    four(ctx);
    let query = RunQuery::all().after(run_id(2)).limit(1);
    assert_eq!(ctx.store().count_runs(&query).unwrap(), 4);
    let by_task = groups(ctx.store(), &query, GroupBy::Task);
    assert_eq!(by_task, pairs([("", 1), ("a", 2), ("b", 1)]));
}

pub(super) fn runs_are_grouped_by_task_and_those_of_none_come_first(ctx: &Context<'_>) {
    four(ctx);
    let s = ctx.store();
    let found = s
        .run_groups(&RunQuery::all(), &GroupBy::Task.into())
        .unwrap();
    let group = |key, count| Group::new(key, None, count);
    let of = |name| GroupKey::Task(task(name));
    let expected = [
        group(GroupKey::NoTask, 1),
        group(of("a"), 2),
        group(of("b"), 1),
    ];
    assert_eq!(found, expected);
    let current = RunQuery::all().states([RunState::Current]);
    assert_eq!(
        groups(s, &current, GroupBy::Task),
        pairs([("a", 1), ("b", 1)])
    );
}

pub(super) fn runs_are_grouped_by_when_they_started(ctx: &Context<'_>) {
    four(ctx);
    let s = ctx.store();
    save_at(s, "b", "u1", 90_000); // moves the end of run 2
    let by_day = groups(s, &RunQuery::all(), GroupBy::Day(Zone::utc()));
    assert_eq!(by_day, pairs([("2026-11-23", 3), ("2026-11-24", 1)]));
    let by_hour = groups(
        s,
        &RunQuery::all().task("a"),
        GroupBy::HourOfDay(Zone::utc()),
    );
    assert_eq!(by_hour, pairs([("15", 1), ("17", 1)]));
    let day_and_task = GroupBy::Day(Zone::utc()).and(GroupBy::Task);
    let found = s.run_groups(&RunQuery::all(), &day_and_task).unwrap();
    assert_eq!(found.len(), 3);
    let tasks_per_day = tracking_core::Grouping::from(GroupBy::Day(Zone::utc()));
    let tasks_per_day = tasks_per_day.counting(GroupBy::Task);
    let found = s.run_groups(&RunQuery::all(), &tasks_per_day).unwrap();
    let distinct: Vec<u64> = found.iter().map(|g| g.distinct_counts()[0]).collect();
    assert_eq!(distinct, [2, 0], "a run of no task has none");
}

pub(super) fn groups_of_runs_come_page_by_page_or_largest_first(ctx: &Context<'_>) {
    four(ctx);
    let s = ctx.store();
    let by_task = || tracking_core::Grouping::from(GroupBy::Task);
    let first = s.run_groups(&RunQuery::all(), &by_task().limit(1)).unwrap();
    let next = by_task().after(first[0].clone()).limit(9);
    assert_eq!(
        groups(s, &RunQuery::all(), next),
        pairs([("a", 2), ("b", 1)])
    );
    let top = groups(s, &RunQuery::all(), by_task().top(1));
    assert_eq!(top, pairs([("a", 2)]));
}

pub(super) fn runs_are_not_grouped_by_what_they_do_not_have(ctx: &Context<'_>) {
    let s = ctx.store();
    let by_page = || GroupBy::Field("page".into());
    for by in [GroupBy::User, GroupBy::Run, by_page()] {
        for _ in 0..2 {
            let first = s.run_groups(&RunQuery::all(), &by.clone().into());
            assert_error!(first.unwrap_err(), Error::Unsupported { .. });
            let second = s.run_groups(&RunQuery::all(), &GroupBy::Task.and(by.clone()));
            assert_error!(second.unwrap_err(), Error::Unsupported { .. });
            start(s, "a001");
        }
    }
}

pub(super) fn a_summary_adds_up_the_tracks_of_a_run(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 30);
    for (name, who, second) in [("a002", "u2", 20), ("a001", "u2", 40), ("a001", "u2", 50)] {
        let track = new(name, who, json!({})).at(at(second));
        put(s, track.in_run(run_id(1)));
    }
    save_at(s, "a003", "u3", 99);
    let mut expected = RunSummary::empty(run(s, run_id(1)));
    (expected.tracks, expected.tasks, expected.users) = (4, 2, 2);
    expected.times = Some((at(20), at(50)));
    assert_eq!(s.run_summary(run_id(1)).unwrap(), Some(expected.clone()));
    s.rename_user(&user("u2"), &user("u1")).unwrap();
    s.remove(id(2)).unwrap();
    (expected.tracks, expected.tasks, expected.users) = (3, 1, 1);
    expected.times = Some((at(30), at(50)));
    assert_eq!(s.run_summary(run_id(1)).unwrap(), Some(expected));
}

pub(super) fn a_summary_of_a_run_without_tracks_is_empty(ctx: &Context<'_>) {
    let s = ctx.store();
    assert_eq!(s.run_summary(run_id(1)).unwrap(), None, "there is no run");
    let started = start(s, "a001");
    let expected = RunSummary::empty(run(s, started));
    assert_eq!(s.run_summary(started).unwrap(), Some(expected));
    assert_eq!(s.run_summary(run_id(99)).unwrap(), None);
}

pub(super) fn runs_are_found_by_id(ctx: &Context<'_>) {
    four(ctx);
    let s = ctx.store();
    let of = |ids: &[u64]| RunQuery::all().ids(ids.iter().copied().map(run_id));
    assert_eq!(run_ids(s, &of(&[4, 99, 2, 2])), [2, 4]);
    assert!(run_ids(s, &of(&[])).is_empty());
    assert_eq!(run_ids(s, &of(&[1, 2, 3]).task("a")), [1, 3]);
    assert_eq!(run_ids(s, &of(&[1, 2, 3]).after(run_id(1)).limit(1)), [2]);
    let current = of(&[1, 2]).states([RunState::Current]);
    assert_eq!(run_ids(s, &current), [2]);
    let both = of(&[1, 2, 3]).ids([2, 4].map(run_id));
    assert_eq!(run_ids(s, &both), [2], "both criteria count");
}

pub(super) fn a_run_of_no_task_is_a_session_until_it_is_finished(ctx: &Context<'_>) {
    let s = ctx.store();
    let session = s.start_run(NewRun::without_task()).unwrap();
    assert_eq!(run(s, session).state(), RunState::Session);
    stop(s, session);
    assert_eq!(run(s, session).state(), RunState::Finished);
    s.stop_run(StopRun::new(session).unfinished()).unwrap();
    assert_eq!(run(s, session).state(), RunState::Session);
    let replaced = start(s, "a001");
    assert_eq!(run(s, replaced).state(), RunState::Current);
    start(s, "a001");
    assert_eq!(run(s, replaced).state(), RunState::Unfinished);
}

pub(super) fn runs_of_many_tasks_come_page_by_page(ctx: &Context<'_>) {
    let s = ctx.store();
    for n in 0..60 {
        start(s, ["a", "ab", "abc", "b", "c"][n % 5]);
    }
    let filter = NameFilter::prefixes(["a"]).or(NameFilter::exact(["c"]));
    let query = RunQuery::all().tasks(filter).limit(7);
    let (mut found, mut page) = (Vec::new(), run_ids(s, &query));
    while let Some(last) = page.last().copied() {
        found.append(&mut page);
        page = run_ids(s, &query.clone().after(run_id(last)));
    }
    let expected: Vec<u64> = (1..=60).filter(|id| id % 5 != 4).collect();
    assert_eq!(found, expected);
}

pub(super) fn an_expiry_takes_the_lowest_ids_up_to_a_limit(ctx: &Context<'_>) {
    let s = ctx.store();
    for name in ["c", "a", "b"] {
        start(s, name);
    }
    let expire = |limit| s.expire_runs_before(at(50), limit).unwrap();
    assert_eq!(expire(0), []);
    assert_eq!(expire(2), [1, 2].map(run_id));
    assert_eq!(current(s, "b"), Some(run_id(3)));
    assert_eq!(expire(2), [run_id(3)]);
    assert_eq!(expire(2), []);
}

pub(super) fn checkpoints_come_page_by_page(ctx: &Context<'_>) {
    let s = ctx.store();
    for name in ["b", "a", "d", "c"] {
        let batch = Batch::new().with_checkpoint(checkpoint(name, json!({"line": 1})));
        s.apply(&batch).unwrap();
    }
    let page = |after: Option<&str>, limit| -> Vec<String> {
        let after = after.map(|name| CheckpointName::new(name).unwrap());
        let found = s.checkpoints_after(after.as_ref(), limit).unwrap();
        found.iter().map(|at| at.name().to_string()).collect()
    };
    assert_eq!(page(None, 2), ["a", "b"]);
    assert_eq!(page(Some("b"), 9), ["c", "d"]);
    assert_eq!(page(Some("bb"), 1), ["c"], "it need not be there");
    assert!(page(Some("d"), 9).is_empty());
    assert!(page(None, 0).is_empty());
}
