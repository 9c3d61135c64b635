//! Random questions.

use chrono::FixedOffset;
use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;
use tracking_core::{
    Cursor, FieldFilter, Group, GroupBy, GroupKey, Grouping, NameFilter, Number, NumberRange,
    Order, Query, RunId, RunQuery, RunState, TaskId, TimeRange, Timestamp, TrackId, UserName, Zone,
};

use super::call::Call;
use super::pools::{
    checkpoint_name, field, gap, key, maybe, rarely, run_choice, run_id, run_selector, start, task,
    task_text, time, track_id, user, user_text, value,
};

pub(super) fn question() -> BoxedStrategy<Call> {
    prop_oneof![
        1 => track_id().prop_map(Call::Track),
        3 => (task(), run_choice(), user()).prop_map(|(t, r, u)| Call::LastTrack(t, r, u)),
        5 => (query(), rarely(4, 1..4usize)).prop_map(|(q, most)| Call::Visit(q, most)),
        2 => (query(), 1..4usize).prop_map(|(query, size)| Call::Pages(query, size)),
        2 => query().prop_map(Call::Count),
        3 => (query(), grouping()).prop_map(|(query, by)| Call::Groups(query, by)),
        1 => Just(Call::TaskIds),
        1 => maybe(task()).prop_map(Call::UserNames),
        1 => (maybe(task()), 0..4usize).prop_map(|(t, limit)| Call::TaskIdsAfter(t, limit)),
        1 => (maybe(task()), maybe(user()), 0..4usize)
            .prop_map(|(t, u, limit)| Call::UserNamesAfter(t, u, limit)),
        2 => run_selector().prop_map(Call::Run),
        2 => (user(), time(), gap()).prop_map(|(u, t, gap)| Call::SessionRun(u, t, gap)),
        2 => run_query().prop_map(Call::Runs),
        1 => run_query().prop_map(Call::CountRuns),
        2 => (run_query(), run_grouping()).prop_map(|(query, by)| Call::RunGroups(query, by)),
        1 => run_id().prop_map(Call::RunSummary),
        1 => Just(Call::Indexes),
        1 => checkpoint_name().prop_map(Call::Checkpoint),
        1 => Just(Call::Checkpoints),
        1 => (maybe(checkpoint_name()), 0..3usize)
            .prop_map(|(after, limit)| Call::CheckpointsAfter(after, limit)),
        1 => key().prop_map(Call::KeyUse),
        1 => (maybe(key()), 0..4usize).prop_map(|(after, limit)| Call::KeyUses(after, limit)),
        1 => Just(Call::Counters),
    ]
    .boxed()
}

/// Every criterion is seldom there, or together they would leave nothing.
pub(super) fn query() -> BoxedStrategy<Query> {
    let criteria = (
        rarely(4, names(task_text())),
        rarely(4, names(user_text())),
        rarely(5, vec(run_id(), 0..5)),
        rarely(4, vec(range(), 0..4)),
        rarely(3, filter()),
        (rarely(8, names(task_text())), rarely(8, names(user_text()))),
    );
    let paging = (order(), rarely(6, cursor()), rarely(3, 0..5usize));
    (criteria, paging)
        .prop_map(|(criteria, (order, after, limit))| {
            let mut query = with_criteria(criteria).order(order);
            if let Some((kept, time, id)) = after {
                // Mostly of the query's own order; another one must be an error.
                query = query.after(Cursor::after(kept.unwrap_or(order), time, id));
            }
            match limit {
                Some(limit) => query.limit(limit),
                None => query,
            }
        })
        .boxed()
}

type Criteria = (
    Option<NameFilter>,
    Option<NameFilter>,
    Option<Vec<RunId>>,
    Option<Vec<TimeRange>>,
    Option<FieldFilter>,
    (Option<NameFilter>, Option<NameFilter>),
);

fn with_criteria((tasks, users, runs, times, field, excluded): Criteria) -> Query {
    let mut query = Query::all();
    if let Some(tasks) = tasks {
        query = query.tasks_in(tasks);
    }
    if let Some(users) = users {
        query = query.users_in(users);
    }
    if let Some(runs) = runs {
        query = query.runs(runs);
    }
    if let Some(times) = times {
        query = query.within_any(times);
    }
    if let Some(tasks) = excluded.0 {
        query = query.except_tasks_in(tasks);
    }
    if let Some(users) = excluded.1 {
        query = query.except_users_in(users);
    }
    field.into_iter().fold(query, Query::field_matching)
}

/// Some names, some prefixes, some patterns, both of two such, or none at all.
///
/// Boxed, as all that a query is made of would be more than a stack holds.
fn names(name: impl Strategy<Value = String> + Clone + 'static) -> BoxedStrategy<NameFilter> {
    let prefix = select(vec!["", "a", "u", "U", "ä"]).prop_map(str::to_owned);
    let prefixes = prop_oneof![2 => Just(Vec::new()), 1 => vec(prefix, 1..3)];
    let pattern = select(vec!["?", "*", "a*", "*\u{308}", "u?", "?*1", "**", "*a*"]);
    let patterns = prop_oneof![2 => Just(Vec::new()), 1 => vec(pattern, 1..3)];
    let some = (vec(name, 0..4), prefixes, patterns).prop_map(|(exact, prefixes, patterns)| {
        let names = NameFilter::exact(exact).or(NameFilter::prefixes(prefixes));
        names.or(NameFilter::patterns(patterns))
    });
    let some = some.boxed();
    let and_others = (some.clone(), some.clone()).prop_map(|(some, others)| some.and(&others));
    prop_oneof![5 => some, 1 => and_others].boxed()
}

/// Both ends are drawn by themselves, so some ranges hold nothing.
fn range() -> impl Strategy<Value = TimeRange> + Clone {
    prop_oneof![
        2 => (time(), time()).prop_map(|(from, to)| TimeRange::between(from, to)),
        1 => time().prop_map(TimeRange::since),
        1 => time().prop_map(TimeRange::until),
        1 => time().prop_map(TimeRange::before),
        1 => time().prop_map(|time| TimeRange::between(time, time)),
    ]
}

fn filter() -> BoxedStrategy<FieldFilter> {
    let kinds = prop_oneof![
        4 => (field(), vec(value(), 0..9)).prop_map(|(f, values)| FieldFilter::new(f, values)),
        2 => (field(), vec(number_range(), 0..3)).prop_map(|(f, r)| FieldFilter::numbers(f, r)),
        1 => (field(), value(), number_range())
            .prop_map(|(f, value, range)| FieldFilter::new(f, [value]).or_numbers(range)),
        1 => field().prop_map(FieldFilter::present),
    ];
    (kinds, select(vec![false, false, true]))
        .prop_map(
            |(filter, inverted)| {
                if inverted { filter.inverted() } else { filter }
            },
        )
        .boxed()
}

/// The ends are numbers that are in data too.
fn number_range() -> BoxedStrategy<NumberRange> {
    let numbers = [-0.5, 0.0, 1.0, 1.5, 2.0, 1e19].map(Number::from);
    let number = select(
        numbers
            .into_iter()
            .chain([Number::from(u64::MAX)])
            .collect::<Vec<_>>(),
    );
    prop_oneof![
        number.clone().prop_map(NumberRange::at_least),
        number.clone().prop_map(NumberRange::more_than),
        number.clone().prop_map(NumberRange::at_most),
        (number.clone(), number).prop_map(|(from, to)| NumberRange::from(from..to)),
    ]
    .boxed()
}

fn order() -> impl Strategy<Value = Order> + Clone {
    select(vec![
        Order::Id,
        Order::IdDescending,
        Order::Time,
        Order::TimeDescending,
    ])
}

type Place = (Option<Order>, Timestamp, TrackId);

fn cursor() -> impl Strategy<Value = Place> + Clone {
    let another = prop_oneof![6 => Just(None), 1 => order().prop_map(Some)];
    (another, time(), track_id())
}

fn grouping() -> BoxedStrategy<Grouping> {
    grouping_of(group_by())
}

/// What runs can be counted by, and seldom what they cannot.
fn run_grouping() -> BoxedStrategy<Grouping> {
    let by = prop_oneof![
        3 => Just(GroupBy::Task),
        3 => period(),
        1 => group_by(),
    ];
    grouping_of(by.boxed())
}

fn grouping_of(by: BoxedStrategy<GroupBy>) -> BoxedStrategy<Grouping> {
    let what = (by.clone(), maybe(by.clone()), rarely(3, vec(by, 1..3)));
    let which = (
        select(vec![false, false, true]),
        rarely(3, 0..4usize),
        rarely(4, (task(), user(), 0..4u64)),
    );
    let made = (what, which).prop_map(|((first, second, distinct), which)| {
        // A group that may be there, of the kind that is asked for where that is by names.
        let key = |by: &GroupBy, task: TaskId, user: UserName| match by {
            GroupBy::User => GroupKey::User(user),
            _ => GroupKey::Task(task),
        };
        let after = which.2.map(|(task, user, count)| {
            let within = second
                .as_ref()
                .map(|by| key(by, task.clone(), user.clone()));
            Group::new(key(&first, task, user), within, count)
        });
        let mut grouping = match second {
            Some(second) => first.and(second),
            None => first.into(),
        };
        for by in distinct.into_iter().flatten() {
            grouping = grouping.counting(by);
        }
        if which.0 {
            grouping = grouping.largest_first();
        }
        if let Some(limit) = which.1 {
            grouping = grouping.limit(limit);
        }
        match after {
            Some(after) => grouping.after(after),
            None => grouping,
        }
    });
    made.boxed()
}

fn group_by() -> BoxedStrategy<GroupBy> {
    prop_oneof![
        Just(GroupBy::Task),
        Just(GroupBy::User),
        Just(GroupBy::Run),
        select(zones()).prop_map(GroupBy::Day),
        period(),
        field().prop_map(GroupBy::Field),
    ]
    .boxed()
}

fn period() -> impl Strategy<Value = GroupBy> + Clone {
    (select(zones()), 0..6usize).prop_map(|(zone, kind)| match kind {
        0 => GroupBy::Hour(zone),
        1 => GroupBy::Week(zone),
        2 => GroupBy::Month(zone),
        3 => GroupBy::HourOfDay(zone),
        4 => GroupBy::Day(zone),
        _ => GroupBy::DayOfWeek(zone),
    })
}

/// UTC, the ends of the world, and a zone whose offset changes where the tracks are.
fn zones() -> Vec<Zone> {
    let fixed = |hours: i32| FixedOffset::east_opt(hours * 3600).map(Zone::fixed);
    let changing = serde_json::json!({"offset": 3600, "changes": [[start(), 7200]]});
    let mut zones = vec![Zone::utc()];
    zones.extend([fixed(14), fixed(-12)].into_iter().flatten());
    zones.extend(serde_json::from_value::<Zone>(changing));
    zones
}

pub(super) fn run_query() -> BoxedStrategy<RunQuery> {
    let states = select(RunState::ALL);
    let criteria = (
        rarely(3, names(task_text())),
        rarely(3, vec(states, 0..3)),
        rarely(4, range()),
        rarely(4, range()),
        rarely(8, names(task_text())),
        rarely(6, vec(run_id(), 0..4)),
    );
    let paging = (rarely(4, run_id()), rarely(4, 0..4usize));
    let made = (criteria, paging).prop_map(
        |((tasks, states, started, ended, excluded, ids), (after, limit))| {
            let mut query = RunQuery::all();
            if let Some(tasks) = tasks {
                query = query.tasks(tasks);
            }
            if let Some(states) = states {
                query = query.states(states);
            }
            if let Some(started) = started {
                query = query.started(started);
            }
            if let Some(ended) = ended {
                query = query.ended(ended);
            }
            if let Some(excluded) = excluded {
                query = query.except_tasks(excluded);
            }
            if let Some(ids) = ids {
                query = query.ids(ids);
            }
            if let Some(after) = after {
                query = query.after(after);
            }
            match limit {
                Some(limit) => query.limit(limit),
                None => query,
            }
        },
    );
    made.boxed()
}
