//! Reads exported data.

mod csv_rows;
mod elements;
mod error;
mod json_rows;

use std::io::Read;

use serde::de::DeserializeOwned;
use tracking_core::{Group, Run, Track};

use super::Format;
use csv_rows::{CsvRows, FromRow};
use json_rows::{JsonLines, JsonRows};

pub use error::ReadError;

/// Reads tracks, runs and counts that [`Export`](super::Export) wrote, or anything like it: other
/// columns of CSV and other keys of JSON are ignored.
///
/// Records are read one by one, whatever their number. One that cannot be taken is an error in
/// its place, and those after it follow; the input ends early only if it is unclear
/// where the next one begins.
///
/// ```
/// use tracking_views::data::{Format, Import};
///
/// let csv = "id,task,run,user,time,data\n7,'=b1,1,u1,1970-01-01T00:00:00Z,{}\n";
/// let tracks = Import::new(Format::Csv).tracks(csv.as_bytes());
/// let tracks: Vec<_> = tracks.collect::<Result<_, _>>()?;
/// assert_eq!(tracks[0].task().as_str(), "=b1");
/// # Ok::<(), tracking_views::data::ReadError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Import {
    format: Format,
    raw: bool,
}

impl Import {
    /// Reads this format.
    pub fn new(format: Format) -> Self {
        Self { format, raw: false }
    }

    /// Takes the cells of CSV as they are, which is right for what was written
    /// [so](super::Export::with_raw_cells), and for other programs' CSV.
    pub fn with_raw_cells(self, raw: bool) -> Self {
        Self { raw, ..self }
    }

    /// Reads tracks.
    pub fn tracks<R: Read>(
        &self,
        input: R,
    ) -> impl Iterator<Item = Result<Track, ReadError>> + use<R> {
        self.read(input)
    }

    /// Reads runs.
    pub fn runs<R: Read>(&self, input: R) -> impl Iterator<Item = Result<Run, ReadError>> + use<R> {
        self.read(input)
    }

    /// Reads groups; the columns of CSV and the keys of JSON say what was counted by.
    pub fn groups<R: Read>(
        &self,
        input: R,
    ) -> impl Iterator<Item = Result<Group, ReadError>> + use<R> {
        self.read(input)
    }

    fn read<R: Read, T: FromRow + DeserializeOwned>(self, input: R) -> Records<R, T> {
        match self.format {
            Format::Csv => Records::Csv(Box::new(CsvRows::new(input, self.raw))),
            Format::Json => Records::Json(Box::new(JsonRows::new(input))),
            Format::JsonLines => Records::JsonLines(JsonLines::new(input)),
        }
    }
}

/// Records of any format.
enum Records<R: Read, T> {
    Csv(Box<CsvRows<R, T>>),
    Json(Box<JsonRows<R, T>>),
    JsonLines(JsonLines<R, T>),
}

impl<R: Read, T: FromRow + DeserializeOwned> Iterator for Records<R, T> {
    type Item = Result<T, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Csv(rows) => rows.next(),
            Self::Json(rows) => rows.next(),
            Self::JsonLines(rows) => rows.next(),
        }
    }
}
