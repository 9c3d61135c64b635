//! The filters of queries.

use anyhow::Result;
use clap::Args;
use tracking_core::{Query, RunId, TimeRange};

use super::criteria::Criteria;
use super::period::Period;
use super::time::Viewer;
use super::zone::ZoneChoice;

/// Criteria that tracks must match, all of them.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which tracks")]
pub(crate) struct Filters {
    #[command(flatten)]
    criteria: Criteria,

    /// Only this run; repeat for more
    #[arg(long = "run", value_name = "ID")]
    runs: Vec<RunId>,

    #[command(flatten)]
    period: Period,
}

impl Filters {
    /// Whether any were given.
    pub(crate) fn are_given(&self) -> bool {
        self.criteria.are_given() || !self.runs.is_empty() || self.period.is_given()
    }

    /// Returns what is wrong with the arguments, if anything.
    pub(crate) fn validate(&self, zone: ZoneChoice) -> Option<String> {
        self.period.validate(zone)
    }

    /// The query with all filters.
    pub(crate) fn query(&self, viewer: Viewer) -> Result<Query> {
        let query = self.of_any_time();
        Ok(match self.range(viewer)? {
            Some(range) => query.within(range),
            None => query,
        })
    }

    /// The same query without limits of time.
    pub(crate) fn of_any_time(&self) -> Query {
        let query = self.criteria.add_to(Query::all());
        if self.runs.is_empty() {
            query
        } else {
            query.runs(self.runs.iter().copied())
        }
    }

    /// The time range, if one was given.
    pub(crate) fn range(&self, viewer: Viewer) -> Result<Option<TimeRange>> {
        let is_given = self.period.is_given();
        is_given.then(|| self.period.range(viewer)).transpose()
    }
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
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let viewer = Viewer::at(ZoneChoice::Utc, now);
        only.filters.query(viewer).unwrap()
    }

    #[test]
    fn nothing_given_is_every_track() {
        assert_eq!(query(&[]), Query::all());
    }

    #[test]
    fn values_of_one_criterion_are_alternatives() {
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
    fn what_is_excepted_is_excluded_pattern_by_pattern() {
        let query = query(&[
            "--except-task",
            "*.css",
            "--except-task",
            "/a?",
            "--only-user",
            "*n",
        ]);
        let excluded = query.excluded_tasks().unwrap();
        let matching = ["/x.css", "/ab", "/abc", "*.css2"].map(|name| excluded.matches(name));
        assert_eq!(matching, [true, true, false, false]);
        let users = query.user_filter().unwrap();
        assert_eq!(
            ["ben", "anna"].map(|name| users.matches(name)),
            [true, false]
        );
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
