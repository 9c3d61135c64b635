//! `tracking run show` shows one run.

use std::io::{self, Write};

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tracking_core::{Group, GroupBy, Order, Query, RunId, RunSummary, Timestamp};
use tracking_views::{Ranking, RunView, Timeline, View};

use super::super::query_args::validate_output;
use super::super::{Action, Environment};
use crate::args::{Format, Limit, OutputArgs, limit};
use crate::data::Csv;
use crate::pages::each_track;
use crate::query_session::{QueryResult, QuerySession};
use crate::schema::{RunOutput, TaskCount, UserCount, largest};
use crate::store::StoreArgs;

/// The heading of its own options in the help.
const HEADING: &str = "What is shown";

/// Arguments of `tracking run show`.
#[derive(Debug, Args)]
pub(crate) struct RunShowArgs {
    /// The id of the run, as `list` and `runs` show it
    #[arg(value_name = "ID")]
    id: RunId,

    #[command(flatten)]
    store: StoreArgs,

    /// How many tasks and users to list
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = HEADING)]
    top: usize,

    /// Show at most N of its tracks, or `all`, in text and html [default: 100]
    #[arg(long, value_name = "N", value_parser = limit, help_heading = HEADING)]
    limit: Option<Limit>,

    #[command(flatten)]
    output: OutputArgs,
}

impl Action for RunShowArgs {
    fn validate(&self) -> Option<String> {
        validate_output(&self.store, &self.output)
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let session = QuerySession::open(&self.store, &self.output, clock)?;
        let Some(summary) = session.store.run_summary(self.id)? else {
            bail!("there is no run {}; `tracking runs` lists all", self.id);
        };
        let run = summary.run.clone();
        let query = Query::all().run(run.id());
        let groups = |by: GroupBy| session.store.groups(&query, &by.into());
        let (tasks, users) = (groups(GroupBy::Task)?, groups(GroupBy::User)?);
        let mut timeline = Timeline::of_run(&run);
        each_track(&*session.store, &query, |track| {
            timeline.add(&track);
            Ok(())
        })?;
        let found = Found {
            output: RunOutput::new(&run, summary.tracks),
            tasks: summary.tasks,
            users: summary.users,
            first: summary.times.map(|times| times.0),
            last: summary.times.map(|times| times.1),
            top_tasks: largest(&tasks, self.top, TaskCount::of),
            top_users: largest(&users, self.top, UserCount::of),
            view: view(&summary, self.top, tasks, users, timeline),
        };
        let query = query.order(Order::Time);
        let query = match Limit::or_default(self.limit, session.format()) {
            Some(limit) => query.limit(limit),
            None => query,
        };
        match session.format() {
            Format::Text => text(&session, &found.view, &query),
            Format::Html => html(&session, &found.view, &query),
            _ => session.show(&found),
        }
    }
}

fn text(session: &QuerySession<'_>, view: &RunView, query: &Query) -> Result<()> {
    session.write(|out| {
        let mut table = session.text().table(out, view, &view.track_list())?;
        each_track(&*session.store, query, |track| Ok(table.row(&track)?))?;
        Ok(table.finish()?)
    })
}

fn html(session: &QuerySession<'_>, view: &RunView, query: &Query) -> Result<()> {
    session.write(|out| {
        let mut table = session.html().table_page(out, view, &view.track_list())?;
        each_track(&*session.store, query, |track| Ok(table.row(&track)?))?;
        Ok(table.finish()?)
    })
}

#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    output: RunOutput<'a>,
    /// How many different tasks and users its tracks have.
    tasks: u64,
    users: u64,
    /// The times of its first and last track.
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    top_tasks: Vec<TaskCount>,
    top_users: Vec<UserCount>,
    #[serde(skip)]
    view: RunView,
}

fn view(
    summary: &RunSummary,
    top: usize,
    tasks: Vec<Group>,
    users: Vec<Group>,
    timeline: Timeline,
) -> RunView {
    RunView::new(summary.run.clone())
        .with_summary(summary)
        .with_timeline(timeline)
        .with_ranking(Ranking::new("Users", "User").with_groups(users, top))
        .with_ranking(Ranking::new("Tasks", "Task").with_groups(tasks, top))
}

impl QueryResult for Found<'_> {
    fn view(&self) -> &dyn View {
        &self.view
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = Csv::new(out);
        csv.row(&RunOutput::HEADS)?;
        csv.row(self.output.cells())
    }
}
