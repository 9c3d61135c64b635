//! Random questions.

use chrono::FixedOffset;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;
use serde_json::Value;
use tracking_core::{
    Cursor, Field, GroupBy, Grouping, NameFilter, Order, Query, RunId, RunQuery, RunState,
    TimeRange, Timestamp, TrackId, Zone,
};

use super::call::Call;
use super::changes::run_selector;
use super::pools::{
    checkpoint_name, field, key, maybe, run_choice, run_id, seldom, start, task, task_text, time,
    track_id, user, user_text, value,
};

pub(super) fn question() -> impl Strategy<Value = Call> {
    prop_oneof![
        1 => track_id().prop_map(Call::Track),
        3 => (task(), run_choice(), user()).prop_map(|(t, r, u)| Call::LastTrack(t, r, u)),
        5 => (query(), seldom(4, 1..4usize)).prop_map(|(q, most)| Call::Visit(q, most)),
        2 => (query(), 1..4usize).prop_map(|(query, size)| Call::Pages(query, size)),
        2 => query().prop_map(Call::Count),
        3 => (query(), grouping()).prop_map(|(query, by)| Call::Groups(query, by)),
        1 => Just(Call::TaskIds),
        1 => maybe(task()).prop_map(Call::UserNames),
        2 => run_selector().prop_map(Call::Run),
        2 => run_query().prop_map(Call::Runs),
        1 => Just(Call::Indexes),
        1 => checkpoint_name().prop_map(Call::Checkpoint),
        1 => Just(Call::Checkpoints),
        1 => key().prop_map(Call::KeyUse),
        1 => (maybe(key()), 0..4usize).prop_map(|(after, limit)| Call::KeyUses(after, limit)),
        1 => Just(Call::Counters),
    ]
}

/// Every criterion is seldom there, or together they would leave nothing.
pub(super) fn query() -> impl Strategy<Value = Query> {
    let criteria = (
        seldom(4, names(task_text())),
        seldom(4, names(user_text())),
        seldom(5, vec(run_id(), 0..5)),
        seldom(4, vec(range(), 0..4)),
        seldom(5, filter()),
    );
    let place = (order(), seldom(6, cursor()), seldom(3, 0..5usize));
    (criteria, place).prop_map(|(criteria, (order, after, limit))| {
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
}

type Filter = (Field, Vec<Value>);
type Criteria = (
    Option<NameFilter>,
    Option<NameFilter>,
    Option<Vec<RunId>>,
    Option<Vec<TimeRange>>,
    Option<Filter>,
);

fn with_criteria((tasks, users, runs, times, fields): Criteria) -> Query {
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
    fields.into_iter().fold(query, |query, (field, values)| {
        query.field_in(field, values)
    })
}

/// Some names, some prefixes, or none at all.
fn names(name: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = NameFilter> + Clone {
    let prefix = select(vec!["", "a", "u", "U", "ä"]).prop_map(str::to_owned);
    let prefixes = prop_oneof![2 => Just(Vec::new()), 1 => vec(prefix, 1..3)];
    (vec(name, 0..4), prefixes)
        .prop_map(|(exact, prefixes)| NameFilter::exact(exact).or(NameFilter::prefixes(prefixes)))
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

fn filter() -> impl Strategy<Value = Filter> + Clone {
    (field(), vec(value(), 0..9))
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

fn grouping() -> impl Strategy<Value = Grouping> {
    (group_by(), maybe(group_by())).prop_map(|(first, second)| match second {
        Some(second) => first.and(second),
        None => first.into(),
    })
}

fn group_by() -> impl Strategy<Value = GroupBy> + Clone {
    prop_oneof![
        Just(GroupBy::Task),
        Just(GroupBy::User),
        Just(GroupBy::Run),
        select(zones()).prop_map(GroupBy::Day),
        field().prop_map(GroupBy::Field),
    ]
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

fn run_query() -> impl Strategy<Value = RunQuery> {
    let states = select(vec![
        RunState::Current,
        RunState::Unfinished,
        RunState::Finished,
    ]);
    let criteria = (
        seldom(3, names(task_text())),
        seldom(3, vec(states, 0..3)),
        seldom(4, range()),
        seldom(4, range()),
    );
    let place = (seldom(4, run_id()), seldom(4, 0..4usize));
    (criteria, place).prop_map(|((tasks, states, started, ended), (after, limit))| {
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
        if let Some(after) = after {
            query = query.after(after);
        }
        match limit {
            Some(limit) => query.limit(limit),
            None => query,
        }
    })
}
