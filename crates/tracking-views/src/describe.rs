//! Queries in words.

use std::ops::Bound;

use tracking_core::{
    FieldFilter, NameFilter, Number, NumberRange, Order, Query, RunQuery, RunState, TimeFilter,
    TimeRange, Timestamp,
};

use crate::Context;
use crate::format::grouped;
use crate::model::state_name;

/// The number of values of one criterion that are listed.
const MAX_VALUES: usize = 5;

/// A criterion of a query in words: a subject and its condition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Criterion {
    /// The subject: `task`, `time`, the name of a data field.
    pub about: String,
    /// The condition: `lesson-1 or lesson-2`, `from 2026-11-01 00:00:00`.
    pub condition: String,
}

impl Criterion {
    fn new(about: impl Into<String>, condition: impl Into<String>) -> Self {
        Self {
            about: about.into(),
            condition: condition.into(),
        }
    }
}

/// Describes the criteria of a query and the exclusions of the context. A query for all
/// tracks in the order of their ids has no criteria.
///
/// ```
/// use tracking_core::{Order, Query};
/// use tracking_views::{Context, describe};
///
/// let query = Query::all().task("b1").user_prefix("an").order(Order::TimeDescending);
/// let formatted: Vec<String> = describe(&query, &Context::new())
///     .into_iter()
///     .map(|criterion| format!("{}: {}", criterion.about, criterion.condition))
///     .collect();
/// assert_eq!(formatted, ["task: b1", "user: an…", "order: latest first"]);
/// ```
pub fn describe(query: &Query, context: &Context<'_>) -> Vec<Criterion> {
    let mut all = Vec::new();
    let (terms, task) = (context.terms(), |name: &str| context.task(name).text);
    let user = |name: &str| context.user(name).text;
    all.extend(
        query
            .task_filter()
            .map(|tasks| names(terms.task().one(), tasks, &task)),
    );
    all.extend(
        query
            .user_filter()
            .map(|users| names(terms.user().one(), users, &user)),
    );
    let excluded = query.excluded_tasks();
    all.extend(excluded.map(|tasks| names(&format!("not {}", terms.task().one()), tasks, &task)));
    let excluded = query.excluded_users();
    all.extend(excluded.map(|users| names(&format!("not {}", terms.user().one()), users, &user)));
    all.extend(query.run_filter().map(|runs| {
        let runs = runs.iter().map(ToString::to_string).collect();
        Criterion::new(terms.run().one(), one_of(runs))
    }));
    let times = query.time_filter();
    all.extend(times.map(|times| Criterion::new("time", time_filter(times, context))));
    for filter in query.field_filters() {
        let about = context.field_name(filter.field());
        all.push(Criterion::new(about, field(filter)));
    }
    all.extend(exclusions(context));
    all.extend(order_name(query.track_order()).map(|order| Criterion::new("order", order)));
    if let Ok(Some(cursor)) = query.cursor() {
        let after = if cursor.order().is_by_time() {
            context.moment(cursor.time()).to_string()
        } else {
            cursor.id().to_string()
        };
        all.push(Criterion::new("after", after));
    }
    all.extend(query.max_tracks().map(at_most));
    all
}

/// Describes the criteria of a query for runs.
pub fn describe_runs(query: &RunQuery, context: &Context<'_>) -> Vec<Criterion> {
    let mut all = Vec::new();
    let (terms, task) = (context.terms(), |name: &str| context.task(name).text);
    all.extend(
        query
            .task_filter()
            .map(|tasks| names(terms.task().one(), tasks, &task)),
    );
    let excluded = query.excluded_tasks();
    all.extend(excluded.map(|tasks| names(&format!("not {}", terms.task().one()), tasks, &task)));
    all.extend(query.state_filter().map(|states| {
        let states = states
            .iter()
            .map(|state: &RunState| state_name(*state).to_owned());
        Criterion::new("state", one_of(states.collect()))
    }));
    all.extend(exclusions(context));
    let starts = query.start_range();
    all.extend(starts.map(|range| Criterion::new("start", time_range(&range, context))));
    let ends = query.end_range();
    all.extend(ends.map(|range| Criterion::new("end", time_range(&range, context))));
    all.extend(
        query
            .run_before()
            .map(|run| Criterion::new("after", format!("{} {run}", terms.run().one()))),
    );
    all.extend(query.max_runs().map(at_most));
    all
}

/// The tracks that are excluded in addition to a query.
pub(crate) fn exclusions(context: &Context<'_>) -> Option<Criterion> {
    let exclusions = context.exclusions()?;
    Some(Criterion::new("left out", exclusions))
}

fn at_most(limit: usize) -> Criterion {
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    Criterion::new("at most", grouped(limit))
}

fn names(about: &str, filter: &NameFilter, title: &dyn Fn(&str) -> String) -> Criterion {
    let exact = filter.exact_names().map(|name| match name {
        "" => "(none)".to_owned(),
        name => title(name),
    });
    let prefixes = filter.prefix_names().map(|prefix| format!("{prefix}…"));
    let patterns = filter.name_patterns().iter().map(ToString::to_string);
    let mut condition = one_of(exact.chain(prefixes).chain(patterns).collect());
    for filter in filter.all_of() {
        condition = format!("{condition} and {}", names(about, filter, title).condition);
    }
    Criterion::new(about, condition)
}

/// The condition on a data field.
fn field(filter: &FieldFilter) -> String {
    if filter.is_presence() {
        return if filter.is_inverted() {
            "not there"
        } else {
            "there"
        }
        .to_owned();
    }
    // Some log formats store numbers as text; the range already describes those within it.
    let ranges = filter.number_ranges();
    let is_covered = |value: &serde_json::Value| {
        let number = value.as_str().and_then(Number::from_json);
        number.is_some_and(|number| ranges.iter().any(|range| range.contains(number)))
    };
    let values = filter.json_values().into_iter();
    let values = values
        .filter(|value| !is_covered(value))
        .map(|value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        });
    let ranges = ranges.iter().map(number_range);
    let condition = one_of(values.chain(ranges).collect());
    if filter.is_inverted() {
        format!("not {condition}")
    } else {
        condition
    }
}

fn number_range(range: &NumberRange) -> String {
    let from = match range.lower() {
        Bound::Included(number) => Some(format!("from {number}")),
        Bound::Excluded(number) => Some(format!("above {number}")),
        Bound::Unbounded => None,
    };
    let to = match range.upper() {
        Bound::Included(number) => Some(format!("up to {number}")),
        Bound::Excluded(number) => Some(format!("below {number}")),
        Bound::Unbounded => None,
    };
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} {to}"),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => "any number".to_owned(),
    }
}

/// Joins the first values and adds the number of the others.
fn one_of(values: Vec<String>) -> String {
    if values.is_empty() {
        return "nothing".into();
    }
    let more = values.len().saturating_sub(MAX_VALUES);
    let formatted: Vec<String> = values.into_iter().take(MAX_VALUES).collect();
    let formatted = formatted.join(" or ");
    match u64::try_from(more) {
        Ok(0) => formatted,
        more => format!("{formatted} or {} more", grouped(more.unwrap_or(u64::MAX))),
    }
}

fn time_filter(times: &TimeFilter, context: &Context<'_>) -> String {
    let ranges = times.ranges().iter();
    one_of(ranges.map(|range| time_range(range, context)).collect())
}

fn time_range(range: &TimeRange, context: &Context<'_>) -> String {
    let formatted = |time: Timestamp| context.moment(time).to_string();
    let (from, to) = (range.from(), range.to());
    let words = match (from == Timestamp::MIN, to == Timestamp::MAX) {
        _ if range.is_empty() => return "nothing".into(),
        (true, true) => return "any".into(),
        (false, true) => format!("from {}", formatted(from)),
        (true, false) => format!("until {}", formatted(to)),
        (false, false) if from == to => formatted(from),
        (false, false) => format!("{} to {}", formatted(from), formatted(to)),
    };
    format!("{words} {}", context.zone_name())
}

fn order_name(order: Order) -> Option<&'static str> {
    match order {
        Order::IdDescending => Some("newest first"),
        Order::Time => Some("earliest first"),
        Order::TimeDescending => Some("latest first"),
        _ => None,
    }
}
