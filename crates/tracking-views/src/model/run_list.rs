//! Many runs.

use tracking_core::{Run, RunId, RunQuery};

/// A run, and how many tracks it has, where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RunRow {
    run: Run,
    count: Option<u64>,
}

impl RunRow {
    /// A run.
    pub fn new(run: Run) -> Self {
        Self { run, count: None }
    }

    /// How many tracks it has.
    pub fn with_count(self, count: u64) -> Self {
        Self {
            count: Some(count),
            ..self
        }
    }

    /// The run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// How many tracks it has, if known.
    pub fn count(&self) -> Option<u64> {
        self.count
    }
}

impl From<Run> for RunRow {
    fn from(run: Run) -> Self {
        Self::new(run)
    }
}

/// Runs, in the order in which they are given.
///
/// It may hold them, or only tell of them: rows that are handed to [`HtmlRenderer::run_table`] or
/// [`TextRenderer::run_table`] one by one take constant memory.
///
/// [`HtmlRenderer::run_table`]: crate::HtmlRenderer::run_table
/// [`TextRenderer::run_table`]: crate::TextRenderer::run_table
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RunList {
    title: String,
    query: Option<RunQuery>,
    rows: Vec<RunRow>,
    total: Option<u64>,
    next: Option<RunId>,
    notes: Vec<String>,
}

impl RunList {
    /// No runs, under a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            query: None,
            rows: Vec::new(),
            total: None,
            next: None,
            notes: Vec::new(),
        }
    }

    /// The query whose result the view shows.
    pub fn with_query(self, query: RunQuery) -> Self {
        Self {
            query: Some(query),
            ..self
        }
    }

    /// More runs, below the ones before.
    pub fn with_runs<R: Into<RunRow>>(mut self, runs: impl IntoIterator<Item = R>) -> Self {
        self.rows.extend(runs.into_iter().map(Into::into));
        self
    }

    /// How many runs there are in all, those that are not shown included.
    pub fn with_total(self, total: impl Into<Option<u64>>) -> Self {
        Self {
            total: total.into(),
            ..self
        }
    }

    /// The run after which the next page begins: the last run of this page.
    pub fn with_next(self, next: Option<RunId>) -> Self {
        Self { next, ..self }
    }

    /// One more sentence for the foot, such as where to continue.
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The runs.
    pub fn rows(&self) -> &[RunRow] {
        &self.rows
    }

    /// The query that it answers, if known.
    pub fn query(&self) -> Option<&RunQuery> {
        self.query.as_ref()
    }

    /// How many runs there are in all, if known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The run that the next page begins after, if there is one and it is known.
    pub fn next(&self) -> Option<RunId> {
        self.next
    }

    /// The sentences at the foot, in the order given.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// It without its rows.
    pub(crate) fn without_rows(&self) -> Self {
        Self {
            title: self.title.clone(),
            query: self.query.clone(),
            rows: Vec::new(),
            total: self.total,
            next: self.next,
            notes: self.notes.clone(),
        }
    }
}
