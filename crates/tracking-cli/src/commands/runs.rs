//! `tracking runs` lists runs page by page.

use std::io::Write;

use anyhow::Result;
use clap::{Args, ValueEnum};
use tracking_core::{Clock, Query, RunId, RunQuery, RunState, TrackingStorage};
use tracking_views::{Context, RunList, describe};

use super::query_args::validate_output;
use super::{Action, Environment};
use crate::args::{Criteria, Format, Limit, OutputArgs, Period, WithoutArgs, limit};
use crate::data::{Csv, json_line};
use crate::exit;
use crate::queries::{RunsRequest, each_run};
use crate::query_session::QuerySession;
use crate::schema::RunOutput;
use crate::store::StoreArgs;

/// Arguments of `tracking runs`.
#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    output: OutputArgs,
}

/// Criteria that runs must match, all of them.
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

    /// Show at most N, or `all` [default: 100 in text and html, else all]
    #[arg(long, value_name = "N", value_parser = limit)]
    limit: Option<Limit>,

    /// Continue after this run, the last one of the previous page
    #[arg(long, value_name = "ID")]
    after: Option<RunId>,
}

/// The state of a run, as an argument.
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
    /// The query for runs, without the criteria for their tracks and without the limit.
    fn query(&self, clock: &dyn Clock) -> Result<RunQuery> {
        let mut query = RunQuery::all();
        if !self.which.states.is_empty() {
            query = query.states(self.which.states.iter().map(|state| state.of_run()));
        }
        if self.which.started.is_given() {
            let viewer = self.output.viewer(clock);
            query = query.started(self.which.started.range(viewer)?);
        }
        Ok(match self.which.after {
            Some(after) => query.after(after),
            None => query,
        })
    }

    fn request(&self, store: &dyn TrackingStorage, clock: &dyn Clock) -> Result<RunsRequest> {
        let tracks = self.which.criteria.add_to(Query::all());
        let tracks = self.which.without.apply(store, tracks)?;
        let limit = Limit::or_default(self.which.limit, self.output.format());
        Ok(RunsRequest {
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
    fn validate(&self) -> Option<String> {
        let store = validate_output(&self.store, &self.output);
        store.or_else(|| self.which.started.validate(self.output.zone.time_zone))
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let session = QuerySession::open(&self.store, &self.output, clock)?;
        let session = session.without(&self.which.without);
        let request = self.request(&*session.store, clock)?;
        match session.format() {
            Format::Text | Format::Html => self.people(&session, &request),
            Format::Json => session.write(|out| document(out, &session, &request)),
            Format::Csv | Format::Jsonl => rows(&session, &request),
        }
    }
}

impl RunsArgs {
    fn people(&self, session: &QuerySession<'_>, request: &RunsRequest) -> Result<()> {
        let mut list = RunList::new("Runs").with_query(request.runs.clone());
        let criteria = self.which.criteria.add_to(Query::all());
        if !criteria.has_no_criteria() {
            let criteria = describe(&criteria, &Context::new()).into_iter();
            let criteria: Vec<String> = criteria
                .map(|criterion| format!("{}: {}", criterion.about, criterion.condition))
                .collect();
            let criteria = criteria.join("; ");
            list = list.with_note(format!("Only runs that have tracks with {criteria}."));
        }
        match session.format() {
            Format::Html => html(session, &list, request),
            _ => text(session, &list, request),
        }
    }
}

fn text(session: &QuerySession<'_>, list: &RunList, request: &RunsRequest) -> Result<()> {
    session.write(|out| {
        let mut table = session.text().run_table(out, list)?;
        let next = each_run(&*session.store, request, |row| Ok(table.row(&row)?))?;
        Ok(table.finish_at(next)?)
    })
}

/// A page on its own has no link to the next one, so the cursor is printed to standard error.
fn html(session: &QuerySession<'_>, list: &RunList, request: &RunsRequest) -> Result<()> {
    let mut next = None;
    session.write(|out| {
        let mut table = session.html().run_table_page(out, list)?;
        next = each_run(&*session.store, request, |row| Ok(table.row(&row)?))?;
        Ok(table.finish_at(next)?)
    })?;
    print_next(next);
    Ok(())
}

/// Writes one object: the runs and the cursor.
fn document(out: &mut dyn Write, session: &QuerySession<'_>, request: &RunsRequest) -> Result<()> {
    let mut before = "{\"runs\":[\n";
    let next = each_run(&*session.store, request, |row| {
        write!(out, "{before}")?;
        before = ",";
        Ok(json_line(out, &RunOutput::of(&row))?)
    })?;
    let open = if before == "," { "" } else { before };
    write!(out, "{open}],\"next\":")?;
    json_line(out, &next)?;
    Ok(writeln!(out, "}}")?)
}

fn rows(session: &QuerySession<'_>, request: &RunsRequest) -> Result<()> {
    let mut next = None;
    session.write(|out| {
        if session.format() == Format::Csv {
            Csv::new(out).row(&RunOutput::HEADS)?;
        }
        next = each_run(&*session.store, request, |row| {
            let output = RunOutput::of(&row);
            match session.format() {
                Format::Csv => Csv::new(out).row(output.cells())?,
                _ => json_line(out, &output)?,
            }
            Ok(())
        })?;
        Ok(())
    })?;
    print_next(next);
    Ok(())
}

fn print_next(next: Option<RunId>) {
    if let Some(next) = next {
        exit::print_message(&format!("there are more runs: go on with --after {next}"));
    }
}
