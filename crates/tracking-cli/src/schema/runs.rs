//! Runs.

use serde::Serialize;
use tracking_core::{Run, RunState};
use tracking_views::RunRow;

/// A run, and how many tracks it has.
#[derive(Debug, Serialize)]
pub(crate) struct RunOutput<'a> {
    #[serde(flatten)]
    run: &'a Run,
    /// Whether it goes on, is finished, or is a session, which nobody finishes.
    state: RunState,
    /// How many tracks it has.
    tracks: u64,
}

impl<'a> RunOutput<'a> {
    /// A run of a list.
    pub(crate) fn of(row: &'a RunRow) -> Self {
        Self::new(row.run(), row.count().unwrap_or(0))
    }

    pub(crate) fn new(run: &'a Run, tracks: u64) -> Self {
        let state = run.state();
        Self { run, state, tracks }
    }

    /// Its state, as JSON has it.
    fn state_name(&self) -> &'static str {
        match self.state {
            RunState::Current => "current",
            RunState::Finished => "finished",
            RunState::Session => "session",
            _ => "unfinished",
        }
    }

    /// The heads of the cells.
    pub(crate) const HEADS: [&'static str; 8] = [
        "id", "task", "start", "end", "finished", "current", "tracks", "state",
    ];

    /// It as cells of a row.
    pub(crate) fn cells(&self) -> [String; 8] {
        let run = self.run;
        [
            run.id().to_string(),
            run.task().map(ToString::to_string).unwrap_or_default(),
            run.start().to_string(),
            run.end().to_string(),
            run.is_finished().to_string(),
            run.is_current().to_string(),
            self.tracks.to_string(),
            self.state_name().to_owned(),
        ]
    }
}
