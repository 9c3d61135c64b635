//! CSV, read again.

use std::io::Read;

use thiserror::Error;
use tracking_core::{Data, RunId, TaskId, Timestamp, Track, TrackId, UserName};

use super::cells::restored;

/// A row of CSV that is no track.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The text is not CSV, or cannot be read.
    #[error("cannot read the CSV")]
    Csv(#[from] csv::Error),
    /// A column is not there.
    #[error("line {line} has no column {column:?}; export the tracks again")]
    Missing {
        /// The number of the line, from 1.
        line: u64,
        /// The name of the column.
        column: &'static str,
    },
    /// A value does not fit its column.
    #[error("line {line}, column {column:?}: cannot take {value:.60?}")]
    Value {
        /// The number of the line, from 1.
        line: u64,
        /// The name of the column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// Why it does not fit.
        source: tracking_core::Error,
    },
}

/// Reads tracks that [`Export`](super::Export) wrote as CSV, row by row; `raw` tells whether
/// that was with [raw cells](super::Export::with_raw_cells). Other columns are passed over.
///
/// ```
/// use tracking_views::data::read_tracks;
///
/// let csv = "id,task,run,user,time,data\n7,'=b1,1,u1,1970-01-01T00:00:00Z,{}\n";
/// let tracks: Vec<_> = read_tracks(csv.as_bytes(), false).collect::<Result<_, _>>()?;
/// assert_eq!(tracks[0].task().as_str(), "=b1");
/// # Ok::<(), tracking_views::data::ReadError>(())
/// ```
pub fn read_tracks<R: Read>(input: R, raw: bool) -> impl Iterator<Item = Result<Track, ReadError>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let header = reader.headers().cloned();
    let mut records = reader.into_records();
    let mut header = Some(header);
    let mut known = None;
    std::iter::from_fn(move || {
        match header.take() {
            Some(Ok(names)) => known = Some(Columns::of(&names)),
            Some(Err(error)) => return Some(Err(error.into())),
            None => {}
        }
        let columns = known?;
        let record = records.next()?;
        Some(record.map_err(ReadError::from).and_then(|record| {
            let row = Row {
                line: record.position().map_or(0, csv::Position::line),
                record: &record,
                raw,
            };
            row.track(columns)
        }))
    })
}

/// Which place each column has.
#[derive(Clone, Copy, Debug)]
struct Columns([Option<usize>; 6]);

const NAMES: [&str; 6] = ["id", "task", "run", "user", "time", "data"];

impl Columns {
    fn of(header: &csv::StringRecord) -> Self {
        Self(NAMES.map(|name| header.iter().position(|column| column == name)))
    }
}

struct Row<'a> {
    line: u64,
    record: &'a csv::StringRecord,
    raw: bool,
}

impl Row<'_> {
    fn track(&self, columns: Columns) -> Result<Track, ReadError> {
        let [id, task, run, user, time, data] = columns.0;
        let id: TrackId = self.cell(id, NAMES[0], str::parse)?;
        let task = self.cell(task, NAMES[1], TaskId::new)?;
        let run: RunId = self.cell(run, NAMES[2], str::parse)?;
        let user = self.cell(user, NAMES[3], UserName::new)?;
        let time: Timestamp = self.cell(time, NAMES[4], str::parse)?;
        let data: Data = self.cell(data, NAMES[5], str::parse)?;
        Ok(Track::new(id, task, run, user, time, data))
    }

    fn cell<'r, T>(
        &'r self,
        place: Option<usize>,
        column: &'static str,
        read: impl FnOnce(&'r str) -> Result<T, tracking_core::Error>,
    ) -> Result<T, ReadError> {
        let line = self.line;
        let missing = ReadError::Missing { line, column };
        let cell = place
            .and_then(|place| self.record.get(place))
            .ok_or(missing)?;
        let cell = if self.raw { cell } else { restored(cell) };
        read(cell).map_err(|source| ReadError::Value {
            line,
            column,
            value: cell.to_owned(),
            source,
        })
    }
}
