//! One run.

use chrono::TimeDelta;
use tracking_core::Run;

/// One run; the rows of its tracks are handed to the renderer one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RunView {
    title: String,
    run: Run,
    count: Option<u64>,
}

impl RunView {
    /// Shows a run under the title `Run 3`.
    pub fn new(run: Run) -> Self {
        Self {
            title: format!("Run {}", run.id()),
            run,
            count: None,
        }
    }

    /// Another title.
    pub fn with_title(self, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..self
        }
    }

    /// How many tracks it has.
    pub fn with_count(self, count: u64) -> Self {
        Self {
            count: Some(count),
            ..self
        }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// How many tracks it has, if known.
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// How long it took; negative where it was stopped before it started.
    pub fn duration(&self) -> TimeDelta {
        self.run.end().since(self.run.start())
    }

    /// `current`, `finished`, or `not finished` for one that was replaced or stopped so.
    pub fn state(&self) -> &'static str {
        match (self.run.is_current(), self.run.is_finished()) {
            (true, _) => "current",
            (false, true) => "finished",
            (false, false) => "not finished",
        }
    }
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self::new(run)
    }
}
