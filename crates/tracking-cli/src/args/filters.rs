//! Which tracks are looked at.

use clap::Args;
use tracking_core::{NameFilter, Query, RunId, TimeRange, Timestamp};

use super::data::{DataValue, data_value};
use super::time::{Moment, moment};
use super::zone::ZoneChoice;

/// From when to when; the same for all commands.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Period {
    /// Leave out what was before: 2026-11-23, 2026-11-23 15:47, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<Moment>,

    /// Leave out what was after; a date means to the end of that day
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<Moment>,
}

/// Criteria that tracks must meet, all of them; values of one option stand beside each other.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which tracks")]
pub(crate) struct Filters {
    /// Only tracks of this task; may be given again for more of them, like the options below
    #[arg(long = "task", value_name = "NAME")]
    tasks: Vec<String>,

    /// Only tracks of tasks that start with this, besides those of `--task`
    #[arg(long = "task-prefix", value_name = "START")]
    task_prefixes: Vec<String>,

    /// Only tracks of this user
    #[arg(long = "user", value_name = "NAME")]
    users: Vec<String>,

    /// Only tracks of users whose names start with this, besides those of `--user`
    #[arg(long = "user-prefix", value_name = "START")]
    user_prefixes: Vec<String>,

    /// Only tracks of this run
    #[arg(long = "run", value_name = "ID")]
    runs: Vec<RunId>,

    /// Only tracks whose data has this value: JSON, or else text; as in `status=404`,
    /// `verb.id=played`
    ///
    /// Keys of nested objects are joined by dots; a dot that belongs to a key has a backslash
    /// before it. Values of one key stand beside each other, each key must have one of its own.
    #[arg(long = "data", value_name = "KEY=VALUE", value_parser = data_value)]
    data: Vec<DataValue>,

    #[command(flatten)]
    pub(crate) period: Period,
}

impl Period {
    /// The range of time that is meant.
    pub(crate) fn range(&self, zone: ZoneChoice) -> TimeRange {
        TimeRange::between(
            self.from.map_or(Timestamp::MIN, |from| from.first(zone)),
            self.to.map_or(Timestamp::MAX, |to| to.last(zone)),
        )
    }

    /// Whether there is any limit.
    pub(crate) fn is_given(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Says why nothing at all can be meant.
    pub(crate) fn fault(&self, zone: ZoneChoice) -> Option<String> {
        let range = self.range(zone);
        let (from, to) = (range.from(), range.to());
        range
            .is_empty()
            .then(|| format!("--from {from} lies after --to {to}"))
    }
}

impl Filters {
    /// The query for what is meant.
    pub(crate) fn query(&self, zone: ZoneChoice) -> Query {
        let mut query = Query::all();
        if let Some(tasks) = names(&self.tasks, &self.task_prefixes) {
            query = query.tasks_in(tasks);
        }
        if let Some(users) = names(&self.users, &self.user_prefixes) {
            query = query.users_in(users);
        }
        if !self.runs.is_empty() {
            query = query.runs(self.runs.iter().copied());
        }
        if self.period.is_given() {
            query = query.within(self.period.range(zone));
        }
        with_data(query, &self.data)
    }
}

/// Adds a criterion for each field, with all values that were given for it.
pub(super) fn with_data(query: Query, given: &[DataValue]) -> Query {
    let firsts = given.iter().enumerate().filter(|(at, data)| {
        let mut before = given.iter().take(*at);
        !before.any(|other| other.field == data.field)
    });
    firsts.fold(query, |query, (_, first)| {
        let same = given.iter().filter(|data| data.field == first.field);
        query.field_in(&first.field, same.map(|data| data.value.clone()))
    })
}

/// The names of both lists, where there are any.
fn names(exact: &[String], prefixes: &[String]) -> Option<NameFilter> {
    let any = !exact.is_empty() || !prefixes.is_empty();
    any.then(|| NameFilter::exact(exact).or(NameFilter::prefixes(prefixes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Only {
        #[command(flatten)]
        filters: Filters,
    }

    fn query(arguments: &[&str]) -> Query {
        let all = [&["x"], arguments].concat();
        let only = <Only as clap::Parser>::parse_from(all);
        only.filters.query(ZoneChoice::Utc)
    }

    #[test]
    fn nothing_given_is_every_track() {
        assert_eq!(query(&[]), Query::all());
    }

    #[test]
    fn values_of_one_criterion_stand_beside_each_other() {
        let tasks = query(&["--task", "b", "--task", "c", "--task-prefix", "a"]);
        let filter = tasks.task_filter().unwrap();
        let matching = ["b", "c", "abc", "bc", ""].map(|name| filter.matches(name));
        assert_eq!(matching, [true, true, true, false, false]);

        let users = query(&["--user", "anna", "--user-prefix", "be"]);
        let filter = users.user_filter().unwrap();
        let matching = ["anna", "ben", "anna2"].map(|name| filter.matches(name));
        assert_eq!(matching, [true, true, false]);

        let runs = query(&["--run", "3", "--run", "1"]);
        let runs: Vec<u64> = runs
            .run_filter()
            .unwrap()
            .iter()
            .map(|run| run.number())
            .collect();
        assert_eq!(runs, [1, 3]);

        let data = query(&["--data", "a=1", "--data", "b=2", "--data", "a=x"]);
        let expected = Query::all()
            .field_in("a", [serde_json::json!("x"), serde_json::json!(1)])
            .field("b", 2);
        assert_eq!(data, expected);
    }

    #[test]
    fn times_are_both_included() {
        let query = query(&["--from", "2026-11-23", "--to", "2026-11-24"]);
        let times = query.time_filter().unwrap();
        for (time, within) in [
            ("2026-11-22T23:59:59.999999Z", false),
            ("2026-11-23T00:00:00Z", true),
            ("2026-11-24T23:59:59.999999Z", true),
            ("2026-11-25T00:00:00Z", false),
        ] {
            assert_eq!(times.matches(time.parse().unwrap()), within, "{time}");
        }
    }
}
