//! `tracking list` lists tracks page by page.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use tracking_core::{Cursor, Query, TrackingStorage};
use tracking_views::{Export, TrackList, data::TrackRows};

use super::query_args::QueryArgs;
use super::{Action, Environment};
use crate::args::{Format, Paging};
use crate::pages::each_track;
use crate::query_session::QuerySession;
use crate::{data, exit};

/// Arguments of `tracking list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    query_args: QueryArgs,

    #[command(flatten)]
    paging: Paging,
}

impl Action for ListArgs {
    fn validate(&self) -> Option<String> {
        self.query_args
            .validate()
            .or_else(|| self.paging.validate())
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let session = self.query_args.open(clock)?;
        let criteria = self.query_args.query(clock)?;
        let query = self.query_args.without(&session, criteria.clone())?;
        let query = self.paging.of(query, session.format());
        let list = || {
            let criteria = self.paging.of(criteria, session.format());
            titled(&*session.store, &query, criteria)
        };
        let store = &*session.store;
        match session.format() {
            Format::Text => text(&session, &list()?, &query),
            Format::Html => html(&session, &list()?, &query),
            Format::Json => session.write(|out| json(out, store, &query)),
            Format::Csv => rows(&session, &query, tracking_views::Format::Csv),
            Format::Jsonl => rows(&session, &query, tracking_views::Format::JsonLines),
        }
    }
}

fn text(session: &QuerySession<'_>, list: &TrackList, query: &Query) -> Result<()> {
    session.write(|out| {
        let mut table = session.text().table(out, list, list)?;
        let next = each_track(&*session.store, query, |track| Ok(table.row(&track)?))?;
        Ok(table.finish_at(next)?)
    })
}

/// A page on its own has no link to the next one, so the cursor is printed to standard error.
fn html(session: &QuerySession<'_>, list: &TrackList, query: &Query) -> Result<()> {
    let mut next = None;
    session.write(|out| {
        let mut table = session.html().table_page(out, list, list)?;
        next = each_track(&*session.store, query, |track| Ok(table.row(&track)?))?;
        Ok(table.finish_at(next)?)
    })?;
    print_next(next);
    Ok(())
}

/// The heading of a list: the criteria, and the number of matches.
fn titled(store: &dyn TrackingStorage, query: &Query, criteria: Query) -> Result<TrackList> {
    let list = TrackList::new("Tracks").with_query(criteria);
    Ok(list.with_total(store.count(query)?))
}

/// Writes rows only, and prints the cursor to standard error.
fn rows(session: &QuerySession<'_>, query: &Query, format: tracking_views::Format) -> Result<()> {
    let mut next = None;
    session.write(|out| {
        next = write_rows(out, &*session.store, query, format)?;
        Ok(())
    })?;
    print_next(next);
    Ok(())
}

fn print_next(next: Option<Cursor>) {
    if let Some(next) = next {
        exit::print_message(&format!("there are more tracks: go on with --after {next}"));
    }
}

/// Writes one object: the query, the tracks and the cursor.
fn json(out: &mut dyn Write, store: &dyn TrackingStorage, query: &Query) -> Result<()> {
    write!(out, "{{\"query\":")?;
    data::json_line(out, query)?;
    write!(out, ",\"tracks\":")?;
    let next = write_rows(out, store, query, tracking_views::Format::Json)?;
    write!(out, ",\"next\":")?;
    data::json_line(out, &next)?;
    Ok(writeln!(out, "}}")?)
}

fn write_rows(
    out: &mut dyn Write,
    store: &dyn TrackingStorage,
    query: &Query,
    format: tracking_views::Format,
) -> Result<Option<Cursor>> {
    let mut rows = TrackRows::new(out, &Export::new(format))?;
    let next = each_track(store, query, |track| Ok(rows.row(&track)?))?;
    rows.finish()?;
    Ok(next)
}
