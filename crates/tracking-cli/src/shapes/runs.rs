//! Runs.

use serde::Serialize;
use tracking_core::Run;
use tracking_views::RunRow;

/// A run, and how many tracks it has.
#[derive(Debug, Serialize)]
pub(crate) struct RunShape<'a> {
    #[serde(flatten)]
    run: &'a Run,
    /// How many tracks it has.
    tracks: u64,
}

impl<'a> RunShape<'a> {
    /// A run of a list.
    pub(crate) fn of(row: &'a RunRow) -> Self {
        Self::new(row.run(), row.count().unwrap_or(0))
    }

    pub(crate) fn new(run: &'a Run, tracks: u64) -> Self {
        Self { run, tracks }
    }

    /// The heads of the cells.
    pub(crate) const HEADS: [&'static str; 7] = [
        "id", "task", "start", "end", "finished", "current", "tracks",
    ];

    /// It as cells of a row.
    pub(crate) fn cells(&self) -> [String; 7] {
        let run = self.run;
        [
            run.id().to_string(),
            run.task().map(ToString::to_string).unwrap_or_default(),
            run.start().to_string(),
            run.end().to_string(),
            run.is_finished().to_string(),
            run.is_current().to_string(),
            self.tracks.to_string(),
        ]
    }
}
