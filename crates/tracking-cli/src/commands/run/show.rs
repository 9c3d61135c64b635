//! `tracking run show`: one run.

use std::io::{self, Write};

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tracking_core::{Clock, Group, GroupBy, Order, Query, RunId, RunSummary, Timestamp};
use tracking_views::{Ranking, RunView, Timeline, View};

use super::super::Action;
use super::super::looking::output_fault;
use crate::args::{Format, Limit, Shown, limit};
use crate::data::Csv;
use crate::look::{Answer, Look};
use crate::pages::each_track;
use crate::shapes::{OfTask, OfUser, RunShape, largest};
use crate::store::StoreArgs;

/// Where help tells the options of its own.
const HEADING: &str = "What is shown";

/// Which run is shown.
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

    /// At most so many of its tracks, or `all`, in text and html [default: 100]
    #[arg(long, value_name = "N", value_parser = limit, help_heading = HEADING)]
    limit: Option<Limit>,

    #[command(flatten)]
    shown: Shown,
}

impl Action for RunShowArgs {
    fn fault(&self) -> Option<String> {
        output_fault(&self.store, &self.shown)
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let look = Look::open(&self.store, &self.shown, clock)?;
        let Some(summary) = look.store.run_summary(self.id)? else {
            bail!("there is no run {}; `tracking runs` lists all", self.id);
        };
        let run = summary.run.clone();
        let query = Query::all().run(run.id());
        let groups = |by: GroupBy| look.store.groups(&query, &by.into());
        let (tasks, users) = (groups(GroupBy::Task)?, groups(GroupBy::User)?);
        let mut timeline = Timeline::of_run(&run);
        each_track(&*look.store, &query, |track| {
            timeline.add(&track);
            Ok(())
        })?;
        let found = Found {
            shape: RunShape::new(&run, summary.tracks),
            tasks: summary.tasks,
            users: summary.users,
            first: summary.times.map(|times| times.0),
            last: summary.times.map(|times| times.1),
            top_tasks: largest(&tasks, self.top, OfTask::of),
            top_users: largest(&users, self.top, OfUser::of),
            view: view(&summary, self.top, tasks, users, timeline),
        };
        let query = query.order(Order::Time);
        let query = match Limit::or_default(self.limit, look.format()) {
            Some(most) => query.limit(most),
            None => query,
        };
        match look.format() {
            Format::Text => text(&look, &found.view, &query),
            Format::Html => html(&look, &found.view, &query),
            _ => look.show(&found),
        }
    }
}

fn text(look: &Look<'_>, view: &RunView, query: &Query) -> Result<()> {
    look.write(|out| {
        let mut table = look.text().table(out, view, &view.track_list())?;
        each_track(&*look.store, query, |track| Ok(table.row(&track)?))?;
        Ok(table.finish()?)
    })
}

fn html(look: &Look<'_>, view: &RunView, query: &Query) -> Result<()> {
    look.write(|out| {
        let mut table = look.html().table_page(out, view, &view.track_list())?;
        each_track(&*look.store, query, |track| Ok(table.row(&track)?))?;
        Ok(table.finish()?)
    })
}

#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    shape: RunShape<'a>,
    /// How many different tasks and users its tracks have.
    tasks: u64,
    users: u64,
    /// The times of its first and last track.
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    top_tasks: Vec<OfTask>,
    top_users: Vec<OfUser>,
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

impl Answer for Found<'_> {
    fn view(&self) -> &dyn View {
        &self.view
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = Csv::new(out);
        csv.row(&RunShape::HEADS)?;
        csv.row(self.shape.cells())
    }
}
