//! The settings of an export.

use super::Format;
use crate::Context;

/// Writes tracks, runs and counts as data.
///
/// ```
/// use tracking_core::{RunId, TaskId, Timestamp, Track, TrackId, UserName};
/// use tracking_views::{Export, Format};
///
/// let (task, user) = (TaskId::new("=b1")?, UserName::new("u1")?);
/// let data = r#"{"page":3}"#.parse()?;
/// let track = Track::new(TrackId::FIRST, task, RunId::FIRST, user, Timestamp::EPOCH, data);
/// let mut out = Vec::new();
/// Export::new(Format::Csv).tracks(&mut out, [&track])?;
/// assert_eq!(
///     String::from_utf8(out)?,
///     "id,task,run,user,time,data\r\n1,'=b1,1,u1,1970-01-01T00:00:00Z,\"{\"\"page\"\":3}\"\r\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Export<'c> {
    pub(super) format: Format,
    pub(super) raw: bool,
    pub(super) context: Context<'c>,
}

impl<'c> Export<'c> {
    /// Writes this format, without own columns and titles.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            raw: false,
            context: Context::new(),
        }
    }

    /// Adds the columns of a program to the rows of tracks in CSV, and titles of tasks and
    /// users where there are any. JSON is what the store has, and nothing else.
    pub fn with_context(self, context: Context<'c>) -> Self {
        Self { context, ..self }
    }

    /// Leaves the cells of CSV as they are, also those that a spreadsheet takes for a formula.
    pub fn with_raw_cells(self, raw: bool) -> Self {
        Self { raw, ..self }
    }
}
