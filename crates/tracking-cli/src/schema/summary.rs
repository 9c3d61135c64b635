//! Tracks, summed up.

use std::io;

use chrono::NaiveDate;
use serde::Serialize;
use tracking_core::{Group, Query, Timestamp, Track};
use tracking_views::{Granularity, Series};

use super::{RunCount, TaskCount, UserCount};
use crate::args::SummaryArgs;
use crate::data::Csv;
use crate::queries::Summary;

/// Counts of the tracks that a query asks for.
#[derive(Debug, Serialize)]
pub(crate) struct SummaryOutput<'a> {
    /// The query.
    query: &'a Query,
    /// How many tracks.
    tracks: u64,
    /// How many different tasks they are of.
    tasks: u64,
    /// How many different users they are of.
    users: u64,
    /// How many different runs they are of.
    runs: u64,
    /// When the first one was.
    first: Option<Timestamp>,
    /// When the last one was.
    last: Option<Timestamp>,
    /// `day`, `week` or `month`.
    per: &'static str,
    /// How many there were in each; those without any are left out.
    over_time: Vec<Span>,
    /// The tasks with the most tracks, and of equal ones those that sort first.
    top_tasks: Vec<TaskCount>,
    /// The users with the most tracks, and of equal ones those that sort first.
    top_users: Vec<UserCount>,
    /// The runs with the highest ids, and how many of the tracks they have.
    newest_runs: Vec<RunCount>,
    /// The latest tracks.
    newest: &'a [Track],
}

/// A day, week or month.
#[derive(Debug, Serialize)]
struct Span {
    /// Its first day.
    start: NaiveDate,
    count: u64,
}

impl<'a> SummaryOutput<'a> {
    /// What was found, cut to what was asked for.
    pub(crate) fn new(query: &'a Query, sums: &'a Summary, args: &SummaryArgs) -> Self {
        let per = args.per.of(&sums.days);
        Self {
            query,
            tracks: sums.numbers.tracks,
            tasks: sums.numbers.tasks,
            users: sums.numbers.users,
            runs: sums.numbers.runs,
            first: sums.period.map(|period| period.0),
            last: sums.period.map(|period| period.1),
            per: per.name(),
            over_time: spans(per, &sums.days),
            top_tasks: sums.tasks.iter().filter_map(TaskCount::of).collect(),
            top_users: sums.users.iter().filter_map(UserCount::of).collect(),
            newest_runs: newest(&sums.runs, args.top),
            newest: &sums.newest,
        }
    }

    /// A row for each count: what is counted, its name and the count.
    pub(crate) fn csv(&self, csv: &mut Csv<'_>) -> io::Result<()> {
        csv.row(&["counted", "name", "count"])?;
        csv.row(&["all tracks", "", &self.tracks.to_string()])?;
        let mut row =
            |counted: &str, name: &str, count: u64| csv.row(&[counted, name, &count.to_string()]);
        for span in &self.over_time {
            row(self.per, &span.start.to_string(), span.count)?;
        }
        for of in &self.top_tasks {
            row("task", &of.task, of.count)?;
        }
        for of in &self.top_users {
            row("user", &of.user, of.count)?;
        }
        for of in &self.newest_runs {
            row("run", &of.run.to_string(), of.count)?;
        }
        Ok(())
    }
}

fn spans(per: Granularity, days: &[Group]) -> Vec<Span> {
    let points = Series::new("")
        .with_granularity(per)
        .with_groups(days)
        .points();
    let spans = points
        .into_iter()
        .map(|(start, count)| Span { start, count });
    spans.collect()
}

/// Groups come in the order of their keys.
fn newest(runs: &[Group], limit: usize) -> Vec<RunCount> {
    runs.iter()
        .rev()
        .filter_map(RunCount::of)
        .take(limit)
        .collect()
}
