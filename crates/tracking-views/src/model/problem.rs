//! Lines that could not be read.

/// What went wrong, some of it in full.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Problems {
    title: String,
    total: u64,
    rows: Vec<Problem>,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Problem {
    location: String,
    reason: String,
    text: String,
}

impl Problems {
    /// No problems, under a title such as `Malformed lines`.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            total: 0,
            rows: Vec::new(),
        }
    }

    /// How many there were in all, those without a row included.
    pub fn with_total(self, total: u64) -> Self {
        Self { total, ..self }
    }

    /// One more to show in full.
    pub fn with_row(mut self, problem: Problem) -> Self {
        self.rows.push(problem);
        self
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many there were in all, at least as many as rows.
    pub fn total(&self) -> u64 {
        self.total
            .max(u64::try_from(self.rows.len()).unwrap_or(u64::MAX))
    }

    /// How many there were beyond the rows.
    pub fn hidden(&self) -> u64 {
        let rows = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        self.total().saturating_sub(rows)
    }

    /// Those that are shown in full.
    pub fn rows(&self) -> &[Problem] {
        &self.rows
    }
}

impl Problem {
    /// Says where it was, like `access.log:17:4`, and what was wrong there.
    pub fn new(location: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            location: location.into(),
            reason: reason.into(),
            text: String::new(),
        }
    }

    /// The text that was found there; the renderers cut it where it is long.
    pub fn with_text(self, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..self
        }
    }

    /// Where it was.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// What was wrong.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The text that was found there; empty where none was given.
    pub fn text(&self) -> &str {
        &self.text
    }
}
