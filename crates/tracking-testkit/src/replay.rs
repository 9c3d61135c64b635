//! Recordings of a store at work, and what another one answers to the same.

mod answer;
mod criteria;
mod error;
mod operation;
mod recordings;
mod report;
mod values;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;
use tracking_core::{ManualClock, TrackingStorage};

pub use error::TraceError;
pub use recordings::{Recording, check_recording};
pub use report::{Difference, Report};

use answer::answer;
use operation::{Header, Line};

/// The version of the format that is read here.
const VERSION: u64 = 1;

/// The first two bytes of whatever gzip has packed.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Does to a fresh store what a recording says, and notes where it answers otherwise.
///
/// The recording is JSON lines: a header, then one operation a line with the time, the inputs
/// and the expected answer. The store must go by `clock`, which is set to the time of each
/// operation. After a difference it continues with the next line.
///
/// ```
/// use std::sync::Arc;
/// use tracking_core::{ManualClock, Timestamp};
/// use tracking_testkit::{Model, replay};
///
/// let trace = r#"{"trace":1,"seed":1,"profile":"example"}
/// {"op":"start_run","now":1710100004,"task":"a001","expect":1}
/// {"op":"stop_run","now":1710100009,"task":"a001","run":0,"finish":true,"expect":2}
/// "#;
/// let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
/// let store = Model::new(clock.clone());
/// let report = replay::replay(&store, &clock, trace.as_bytes())?;
/// assert_eq!(report.operations(), 2);
/// let [difference] = report.differences() else { panic!("{report}") };
/// assert_eq!((difference.line(), difference.got()), (3, &1.into()));
/// # Ok::<(), replay::TraceError>(())
/// ```
///
/// # Errors
///
/// [`TraceError`] where the recording cannot be read or is none. An error of the store is an
/// answer like any other.
pub fn replay(
    store: &dyn TrackingStorage,
    clock: &ManualClock,
    mut trace: impl BufRead,
) -> Result<Report, TraceError> {
    let mut report = Report::default();
    let mut buffer = Vec::new();
    let mut header = None;
    for line in 1.. {
        buffer.clear();
        let read = trace.read_until(b'\n', &mut buffer);
        if read.map_err(|source| TraceError::Read { line, source })? == 0 {
            break;
        }
        if buffer.trim_ascii().is_empty() {
            continue;
        }
        let json: Value = serde_json::from_slice(&buffer)
            .map_err(|source| TraceError::NoJson { line, source })?;
        if header.is_none() {
            header = Some(read_header(line, &json)?);
            continue;
        }
        let operation =
            Line::deserialize(&json).map_err(|source| TraceError::Operation { line, source })?;
        clock.set(operation.now());
        let got = answer(store, &operation);
        report.count(line, json, got);
    }
    header.map(|_| report).ok_or(TraceError::Empty)
}

/// Opens a recording, packed by gzip or plain, whatever the file is called.
///
/// # Errors
///
/// [`TraceError::Open`] where there is no such file or it cannot be read.
pub fn open(path: impl AsRef<Path>) -> Result<Box<dyn BufRead>, TraceError> {
    let path = path.as_ref();
    let failed = |source| TraceError::Open {
        path: path.to_owned(),
        source,
    };
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let is_packed = file.fill_buf().map_err(failed)?.starts_with(&GZIP_MAGIC);
    Ok(if is_packed {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    })
}

fn read_header(line: u64, json: &Value) -> Result<Header, TraceError> {
    let header = Header::deserialize(json).map_err(|source| TraceError::Header { line, source })?;
    if header.trace == VERSION {
        Ok(header)
    } else {
        Err(TraceError::Version {
            version: header.trace,
        })
    }
}

#[cfg(test)]
mod tests;
