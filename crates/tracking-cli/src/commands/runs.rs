//! `tracking runs`: runs, page by page.

use std::io::Write;

use anyhow::Result;
use clap::{Args, ValueEnum};
use tracking_core::{Clock, Query, RunId, RunQuery, RunState, TrackingStorage};
use tracking_views::{Context, RunList, describe};

use super::Action;
use super::looking::output_fault;
use crate::args::{Criteria, Format, Limit, Period, Shown, WithoutArgs, limit};
use crate::data::{Csv, json_line};
use crate::exit;
use crate::gather::{RunsAsked, each_run};
use crate::look::Look;
use crate::shapes::RunShape;
use crate::store::StoreArgs;

/// Which runs are listed.
#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    shown: Shown,
}

/// Criteria that runs must meet, all of them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which runs")]
struct Which {
    #[command(flatten, next_help_heading = "Which runs")]
    criteria: Criteria,

    #[command(flatten, next_help_heading = "Which runs")]
    without: WithoutArgs,

    /// Only runs in this state; repeat for more
    #[arg(long = "state", value_enum, value_name = "STATE")]
    states: Vec<State>,

    #[command(flatten)]
    started: Period,

    /// At most so many, or `all` [default: 100 in text and html, else all]
    #[arg(long, value_name = "N", value_parser = limit)]
    limit: Option<Limit>,

    /// Continue after this run, the last one of the previous page
    #[arg(long, value_name = "ID")]
    after: Option<RunId>,
}

/// The state of a run, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum State {
    /// The one that goes on
    Current,
    /// Not finished, and not the one that goes on
    Unfinished,
    /// Stopped as finished
    Finished,
    /// Of no task: what a user does without a long pause, as logs have it
    Session,
}

impl RunsArgs {
    /// The runs that a store is asked for, whatever their tracks and however many.
    fn query(&self, clock: &dyn Clock) -> Result<RunQuery> {
        let mut query = RunQuery::all();
        if !self.which.states.is_empty() {
            query = query.states(self.which.states.iter().map(|state| state.of_run()));
        }
        if self.which.started.is_given() {
            let viewer = self.shown.viewer(clock);
            query = query.started(self.which.started.range(viewer)?);
        }
        Ok(match self.which.after {
            Some(after) => query.after(after),
            None => query,
        })
    }

    fn asked(&self, store: &dyn TrackingStorage, clock: &dyn Clock) -> Result<RunsAsked> {
        let tracks = self.which.criteria.add_to(Query::all());
        let tracks = self.which.without.apply(store, tracks)?;
        let limit = Limit::or_default(self.which.limit, self.shown.format());
        Ok(RunsAsked {
            runs: self.query(clock)?,
            tracks: (!tracks.has_no_criteria()).then_some(tracks),
            limit: limit.unwrap_or(usize::MAX),
        })
    }
}

impl State {
    pub(super) fn of_run(self) -> RunState {
        match self {
            Self::Current => RunState::Current,
            Self::Unfinished => RunState::Unfinished,
            Self::Finished => RunState::Finished,
            Self::Session => RunState::Session,
        }
    }
}

impl Action for RunsArgs {
    fn fault(&self) -> Option<String> {
        let store = output_fault(&self.store, &self.shown);
        store.or_else(|| self.which.started.fault(self.shown.zone.time_zone))
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let look = Look::open(&self.store, &self.shown, clock)?;
        let look = look.without(&self.which.without);
        let asked = self.asked(&*look.store, clock)?;
        match look.format() {
            Format::Text | Format::Html => self.people(&look, &asked),
            Format::Json => look.write(|out| document(out, &look, &asked)),
            Format::Csv | Format::Jsonl => rows(&look, &asked),
        }
    }
}

impl RunsArgs {
    fn people(&self, look: &Look<'_>, asked: &RunsAsked) -> Result<()> {
        let mut list = RunList::new("Runs").with_query(asked.runs.clone());
        let criteria = self.which.criteria.add_to(Query::all());
        if !criteria.has_no_criteria() {
            let criteria = describe(&criteria, &Context::new()).into_iter();
            let criteria: Vec<String> = criteria
                .map(|criterion| format!("{}: {}", criterion.about, criterion.wanted))
                .collect();
            let criteria = criteria.join("; ");
            list = list.with_note(format!("Only runs that have tracks with {criteria}."));
        }
        match look.format() {
            Format::Html => html(look, &list, asked),
            _ => text(look, &list, asked),
        }
    }
}

fn text(look: &Look<'_>, list: &RunList, asked: &RunsAsked) -> Result<()> {
    look.write(|out| {
        let mut table = look.text().run_table(out, list)?;
        let next = each_run(&*look.store, asked, |row| Ok(table.row(&row)?))?;
        Ok(table.finish_at(next)?)
    })
}

/// A page that stands alone has no link to the next one, so that is told beside it.
fn html(look: &Look<'_>, list: &RunList, asked: &RunsAsked) -> Result<()> {
    let mut next = None;
    look.write(|out| {
        let mut table = look.html().run_table_page(out, list)?;
        next = each_run(&*look.store, asked, |row| Ok(table.row(&row)?))?;
        Ok(table.finish_at(next)?)
    })?;
    tell(next);
    Ok(())
}

/// One object: the runs, and where to go on.
fn document(out: &mut dyn Write, look: &Look<'_>, asked: &RunsAsked) -> Result<()> {
    let mut before = "{\"runs\":[\n";
    let next = each_run(&*look.store, asked, |row| {
        write!(out, "{before}")?;
        before = ",";
        Ok(json_line(out, &RunShape::of(&row))?)
    })?;
    let open = if before == "," { "" } else { before };
    write!(out, "{open}],\"next\":")?;
    json_line(out, &next)?;
    Ok(writeln!(out, "}}")?)
}

fn rows(look: &Look<'_>, asked: &RunsAsked) -> Result<()> {
    let mut next = None;
    look.write(|out| {
        if look.format() == Format::Csv {
            Csv::new(out).row(&RunShape::HEADS)?;
        }
        next = each_run(&*look.store, asked, |row| {
            let shape = RunShape::of(&row);
            match look.format() {
                Format::Csv => Csv::new(out).row(shape.cells())?,
                _ => json_line(out, &shape)?,
            }
            Ok(())
        })?;
        Ok(())
    })?;
    tell(next);
    Ok(())
}

fn tell(next: Option<RunId>) {
    if let Some(next) = next {
        exit::tell(&format!("there are more runs: go on with --after {next}"));
    }
}
