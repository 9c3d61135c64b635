//! `tracking list`: tracks, page by page.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, Cursor, Query, TrackingStorage};
use tracking_views::{Export, TrackList, data::TrackRows};

use super::Action;
use super::looking::Looking;
use crate::args::{Format, Paging};
use crate::look::Look;
use crate::pages::each_track;
use crate::{data, exit};

/// Which tracks are listed.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    looking: Looking,

    #[command(flatten)]
    paging: Paging,
}

impl Action for ListArgs {
    fn fault(&self) -> Option<String> {
        self.looking.fault().or_else(|| self.paging.fault())
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let look = self.looking.open(clock)?;
        let asked = self.looking.query(clock)?;
        let query = self.looking.without(&look, asked.clone())?;
        let query = self.paging.of(query, look.format());
        let list = || {
            let asked = self.paging.of(asked, look.format());
            titled(&*look.store, &query, asked)
        };
        let store = &*look.store;
        match look.format() {
            Format::Text => text(&look, &list()?, &query),
            Format::Html => html(&look, &list()?, &query),
            Format::Json => look.write(|out| json(out, store, &query)),
            Format::Csv => rows(&look, &query, tracking_views::Format::Csv),
            Format::Jsonl => rows(&look, &query, tracking_views::Format::JsonLines),
        }
    }
}

fn text(look: &Look<'_>, list: &TrackList, query: &Query) -> Result<()> {
    look.write(|out| {
        let mut table = look.text().table(out, list, list)?;
        let next = each_track(&*look.store, query, |track| Ok(table.row(&track)?))?;
        Ok(table.finish_at(next)?)
    })
}

/// A page that stands alone has no link to the next one, so that is told beside it.
fn html(look: &Look<'_>, list: &TrackList, query: &Query) -> Result<()> {
    let mut next = None;
    look.write(|out| {
        let mut table = look.html().table_page(out, list, list)?;
        next = each_track(&*look.store, query, |track| Ok(table.row(&track)?))?;
        Ok(table.finish_at(next)?)
    })?;
    tell(next);
    Ok(())
}

/// What stands above the rows of a query: the criteria that were given, and how many match.
fn titled(store: &dyn TrackingStorage, query: &Query, asked: Query) -> Result<TrackList> {
    let list = TrackList::new("Tracks").with_query(asked);
    Ok(list.with_total(store.count(query)?))
}

/// Rows alone; where to go on is told beside them.
fn rows(look: &Look<'_>, query: &Query, format: tracking_views::Format) -> Result<()> {
    let mut next = None;
    look.write(|out| {
        next = write_rows(out, &*look.store, query, format)?;
        Ok(())
    })?;
    tell(next);
    Ok(())
}

fn tell(next: Option<Cursor>) {
    if let Some(next) = next {
        exit::tell(&format!("there are more tracks: go on with --after {next}"));
    }
}

/// One object: what was asked for, the tracks, and where to go on.
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
