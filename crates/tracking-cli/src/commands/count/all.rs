//! Counts all tracks of a query.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;
use tracking_core::{Clock, Query};
use tracking_views::{Context, Part, Total, View};

use crate::args::Format;
use crate::commands::query_args::QueryArgs;
use crate::data::Csv;
use crate::query_session::QueryResult;

/// Counts the tracks of a query. Text has only the number, for scripts.
pub(super) fn count(query_args: &QueryArgs, clock: &dyn Clock) -> Result<()> {
    let session = query_args.open(clock)?;
    let criteria = query_args.query(clock)?;
    let query = query_args.without(&session, criteria.clone())?;
    let tracks = session.store.count(&query)?;
    if session.format() == Format::Text {
        return session.write(|out| Ok(writeln!(out, "{tracks}")?));
    }
    session.show(&Count {
        query,
        criteria,
        tracks,
        totals: [Total::new("Tracks", tracks)],
    })
}

#[derive(Serialize)]
struct Count {
    /// The query.
    query: Query,
    /// The criteria that were given.
    #[serde(skip)]
    criteria: Query,
    /// How many tracks there are.
    tracks: u64,
    #[serde(skip)]
    totals: [Total; 1],
}

impl View for Count {
    fn heading(&self, _: &Context<'_>) -> String {
        "Tracks".into()
    }

    fn parts<'a>(&'a self, _: &Context<'_>) -> Vec<Part<'a>> {
        vec![Part::Query(&self.criteria), Part::Totals(&self.totals)]
    }
}

impl QueryResult for Count {
    fn view(&self) -> &dyn View {
        self
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = Csv::new(out);
        csv.row(&["count"])?;
        csv.row(&[self.tracks.to_string()])
    }

    fn jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{{\"count\":{}}}", self.tracks)
    }
}
