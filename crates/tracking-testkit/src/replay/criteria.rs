//! The criteria of a recorded query.

use serde::Deserialize;
use tracking_core::{NameFilter, Query, TimeRange};

use super::values::{RunNumber, Seconds};

/// All of them; those that are not there are not asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Criteria {
    task: Option<OneOrMany<String>>,
    run: Option<OneOrMany<RunNumber>>,
    user: Option<OneOrMany<String>>,
    time: Option<OneOrMany<Seconds>>,
    time_from: Option<Seconds>,
    time_to: Option<Seconds>,
    time_from_to: Option<(Seconds, Seconds)>,
}

/// One value or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "neither a value that fits nor a list of such")]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn values(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl Criteria {
    pub(super) fn to_query(&self) -> Query {
        let mut query = Query::all();
        if let Some(tasks) = &self.task {
            query = query.tasks_in(names(tasks.values()));
        }
        if let Some(users) = &self.user {
            query = query.users_in(names(users.values()));
        }
        if let Some(runs) = &self.run {
            query = query.runs(runs.values().iter().filter_map(|run| run.id()));
        }
        if let Some(times) = &self.time {
            query = query.within_any(times.values().iter().map(|time| time.0));
        }
        if let Some(from) = self.time_from {
            query = query.within(TimeRange::since(from.0));
        }
        if let Some(to) = self.time_to {
            query = query.within(TimeRange::until(to.0));
        }
        if let Some((from, to)) = self.time_from_to {
            query = query.within(TimeRange::between(from.0, to.0));
        }
        query
    }
}

/// In recordings a name that ends in `*` is a prefix.
fn names(names: &[String]) -> NameFilter {
    let prefixes = names.iter().filter_map(|name| name.strip_suffix('*'));
    let exact = names.iter().filter(|name| !name.ends_with('*'));
    NameFilter::exact(exact).or(NameFilter::prefixes(prefixes))
}
