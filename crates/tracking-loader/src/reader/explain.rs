//! What the first lines of a log become, for people who look whether a format fits.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeStruct;

use super::{Detected, FormatOptions, LineContent, LineError, LineFormat, detect};
use crate::LogRecord;
use crate::reject::printable_excerpt;

/// The format of a log, why it is this one, and what its first lines become.
///
/// It prints as a text for people, and serializes for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The name of the format.
    pub format: &'static str,
    /// Why it is this one.
    pub why: String,
    /// Whether it is this one for sure: because it was asked for, or because lines are in it.
    pub is_sure: bool,
    /// Whether any of the lines that were looked at is in it.
    pub fits: bool,
    /// How many lines were looked at to find that out, blank ones aside.
    pub looked_at: u64,
    /// Why no line is in it, where none is.
    #[serde(skip)]
    pub why_not: String,
    /// The lines, one by one.
    pub lines: Vec<ExplainedLine>,
}

/// A line, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedLine {
    /// Its number, counted from 1.
    pub number: u64,
    /// Its start, without control characters.
    pub text: String,
    /// What becomes of it.
    pub meaning: Meaning,
}

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// A record.
    Record(Box<LogRecord>),
    /// Nothing: it is a directive or a comment.
    Nothing,
    /// Nothing: it is blank.
    Blank,
    /// It cannot be read.
    Wrong(LineError),
}

/// Explains the first lines of a log, given without their line breaks.
///
/// ```
/// use tracking_loader::{FormatOptions, explain};
///
/// let explained = explain(&[b"23.11.2026 15:47 hello"], &FormatOptions::new());
/// let text = explained.to_string();
/// assert!(text.starts_with("format access, not sure: no known format fits its only line\n"));
/// assert!(text.contains("line 1 is wrong at column 23: expected "));
/// ```
pub fn explain(first_lines: &[&[u8]], options: &FormatOptions) -> Explanation {
    let detected = detect(first_lines, options);
    let mut explanation = Explanation::begin(&detected);
    let mut format = detected.format;
    for (line, number) in first_lines.iter().zip(1..) {
        explanation.add(number, line, format.as_mut());
    }
    explanation
}

impl Explanation {
    /// What is known of the format, with no lines yet.
    pub(crate) fn begin(detected: &Detected) -> Self {
        Self {
            format: detected.format.name(),
            why: detected.why.clone(),
            is_sure: detected.is_sure,
            fits: detected.fits,
            looked_at: detected.lines,
            why_not: detected.why_not.clone().unwrap_or_default(),
            lines: Vec::new(),
        }
    }

    /// Adds the next line.
    pub(crate) fn add(&mut self, number: u64, line: &[u8], format: &mut dyn LineFormat) {
        let meaning = Meaning::of(line, format);
        self.push(number, line, meaning);
    }

    /// Adds a line of which only the start is here, as lines have at most so many bytes.
    pub(crate) fn add_long(&mut self, number: u64, start: &[u8], limit: usize) {
        let error = LineError::too_long(limit, start);
        self.push(number, start, Meaning::Wrong(error));
    }

    fn push(&mut self, number: u64, line: &[u8], meaning: Meaning) {
        self.lines.push(ExplainedLine {
            number,
            text: printable_excerpt(line),
            meaning,
        });
    }
}

impl Meaning {
    fn of(line: &[u8], format: &mut dyn LineFormat) -> Self {
        match format.read(line) {
            _ if line.trim_ascii().is_empty() => Self::Blank,
            Ok(LineContent::Record(record)) => Self::Record(record),
            Ok(LineContent::Nothing) => Self::Nothing,
            Err(error) => Self::Wrong(error),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sure = if self.is_sure { "" } else { ", not sure" };
        writeln!(f, "format {}{sure}: {}", self.format, self.why)?;
        self.lines.iter().try_for_each(|line| line.fmt(f))
    }
}

impl fmt::Display for ExplainedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.meaning {
            Meaning::Record(record) => {
                writeln!(f, "line {}", self.number)?;
                let odd = |name: &str| name.escape_debug().to_string();
                writeln!(f, "    task  {}", odd(record.task()))?;
                match record.user().as_str() {
                    "" => writeln!(f, "    user  (nobody)")?,
                    user => writeln!(f, "    user  {}", odd(user))?,
                }
                writeln!(f, "    time  {}", record.time())?;
                if let Some(run) = record.session_id() {
                    writeln!(f, "    run   {}", odd(run))?;
                }
                if let Some(key) = record.key() {
                    writeln!(f, "    key   {}", odd(key))?;
                }
                writeln!(f, "    data  {}", record.data().as_str())
            }
            Meaning::Nothing => {
                writeln!(
                    f,
                    "line {} is a directive or a comment\n    {}",
                    self.number, self.text
                )
            }
            Meaning::Blank => writeln!(f, "line {} is blank", self.number),
            Meaning::Wrong(error) => {
                let number = self.number;
                writeln!(f, "line {number} is wrong at {error}\n    {}", self.text)
            }
        }
    }
}

impl Serialize for ExplainedLine {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("ExplainedLine", 4)?;
        line.serialize_field("number", &self.number)?;
        line.serialize_field("text", &self.text)?;
        match &self.meaning {
            Meaning::Record(record) => {
                line.serialize_field("is", "record")?;
                line.serialize_field("record", record)?;
            }
            Meaning::Wrong(error) => {
                line.serialize_field("is", "wrong")?;
                line.serialize_field("error", error)?;
            }
            Meaning::Nothing => line.serialize_field("is", "nothing")?,
            Meaning::Blank => line.serialize_field("is", "blank")?,
        }
        line.end()
    }
}
