//! How many tracks there are in all.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;
use tracking_core::{Clock, Query};
use tracking_views::{Context, Part, Total, View};

use crate::args::Format;
use crate::commands::looking::Looking;
use crate::data::Csv;
use crate::look::Answer;

/// Counts the tracks that are asked for. As text it is the number alone, for scripts.
pub(super) fn count(looking: &Looking, clock: &dyn Clock) -> Result<()> {
    let look = looking.open(clock)?;
    let asked = looking.query(clock)?;
    let query = looking.without(&look, asked.clone())?;
    let tracks = look.store.count(&query)?;
    if look.format() == Format::Text {
        return look.write(|out| Ok(writeln!(out, "{tracks}")?));
    }
    look.show(&Count {
        query,
        asked,
        tracks,
        totals: [Total::new("Tracks", tracks)],
    })
}

#[derive(Serialize)]
struct Count {
    /// What was asked for.
    query: Query,
    /// The criteria that were given.
    #[serde(skip)]
    asked: Query,
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
        vec![Part::Query(&self.asked), Part::Totals(&self.totals)]
    }
}

impl Answer for Count {
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
