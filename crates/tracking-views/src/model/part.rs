//! The parts of views.

use std::borrow::Cow;
use std::fmt;

use tracking_core::{Data, Query, RunQuery, Timestamp, Track};

use super::{
    Entry, Histogram, Matrix, Problems, Ranking, RunList, RunRow, Series, Timeline, Total,
    TrackList,
};

/// A part of a view.
#[derive(Clone)]
#[non_exhaustive]
pub enum Part<'a> {
    /// A sentence below the title.
    Lead(Cow<'a, str>),
    /// The first and the last moment that the view covers.
    Period(Timestamp, Timestamp),
    /// The query whose result the view shows.
    Query(&'a Query),
    /// The query for runs that it answers.
    RunQuery(&'a RunQuery),
    /// Metadata.
    Entries(Vec<Entry>),
    /// Figures.
    Totals(&'a [Total]),
    /// Counts over time.
    Series(Series),
    /// Counts of categories in their natural order.
    Histogram(Histogram),
    /// Parts side by side, if the output is wide enough.
    SideBySide(Vec<Self>),
    /// What they count, as a heading, and the rankings.
    Rankings(Cow<'a, str>, Cow<'a, [Ranking]>),
    /// The pages of a list: which one this is, how many there are, and the addresses of the one
    /// before and the one after.
    Pages {
        /// Which page this is, from 1.
        page: u64,
        /// How many pages there are.
        pages: u64,
        /// The address of the page before, if there is one.
        previous: Option<String>,
        /// The address of the page after, if there is one.
        next: Option<String>,
    },
    /// Two things counted against each other.
    Matrix(&'a Matrix),
    /// A title, the runs below it, and how many there are in all if that is known.
    Runs(Cow<'a, str>, &'a [RunRow], Option<u64>),
    /// The runs of a list, and its notes.
    RunList(&'a RunList),
    /// The tracks of each user over time.
    Timeline(&'a Timeline),
    /// Some tracks as an example: of the list only its title, its query, which
    /// leads to all of them, and its columns count.
    Tracks(Box<TrackList>, &'a [Track]),
    /// The data of a track.
    Data(&'a Data),
    /// Lines that could not be read, and the like.
    Problems(&'a Problems),
    /// Sentences at the foot.
    Notes(&'a [String]),
}

impl Part<'_> {
    /// Whether it describes a query.
    pub(crate) fn is_query(&self) -> bool {
        matches!(self, Self::Query(_) | Self::RunQuery(_))
    }

    /// Whether there is nothing in it to be shown.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Lead(text) => text.is_empty(),
            Self::Entries(entries) => entries.is_empty(),
            Self::Totals(totals) => totals.is_empty(),
            Self::Series(series) => series.is_empty(),
            Self::Histogram(histogram) => histogram.is_empty(),
            Self::SideBySide(parts) => parts.iter().all(Part::is_empty),
            Self::Pages { pages, .. } => *pages < 2,
            Self::Rankings(_, rankings) => rankings.is_empty(),
            Self::Notes(notes) => notes.is_empty(),
            Self::Timeline(timeline) => timeline.lanes().is_empty(),
            Self::Tracks(_, tracks) => tracks.is_empty(),
            _ => false,
        }
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Lead(_) => "Lead",
            Self::Period(..) => "Period",
            Self::Query(_) => "Query",
            Self::RunQuery(_) => "RunQuery",
            Self::Entries(_) => "Entries",
            Self::Totals(_) => "Totals",
            Self::Series(_) => "Series",
            Self::Histogram(_) => "Histogram",
            Self::SideBySide(_) => "Beside",
            Self::Pages { .. } => "Pages",
            Self::Rankings(..) => "Rankings",
            Self::Matrix(_) => "Matrix",
            Self::Runs(..) => "Runs",
            Self::RunList(_) => "RunList",
            Self::Timeline(_) => "Timeline",
            Self::Tracks(..) => "Tracks",
            Self::Data(_) => "Data",
            Self::Problems(_) => "Problems",
            Self::Notes(_) => "Notes",
        };
        f.write_str(name)
    }
}
