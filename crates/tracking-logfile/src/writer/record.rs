//! Logs of records.

use std::borrow::Cow;
use std::error::Error;
use std::path::Path;

use serde_json::{Map, Value};
use tracking_core::{NewTrack, RunChoice, RunId, SaveMode, Timestamp};

use super::line::{self, LineZone};
use super::{Logger, LoggerBuilder, WriterError};
use crate::record_format::{DATA_FIELDS, JsonLine};

/// How a logger writes records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordFormat {
    /// A JSON object with `key`, `task`, `run`, `user`, `time` and `data` on each line; key and
    /// run only where there is one. The time is in UTC, to the microsecond.
    #[default]
    JsonLines,
    /// `time;001;principal;node;target;view;params`, as the reference writes it, with the time in
    /// the logger's zone, to the millisecond.
    ///
    /// The principal is the user, the target the task, and the data may have `node`, `target`,
    /// `view` and `params`, all of them text; an empty one is none. Where the node is the task
    /// and the data has no target, the target is empty. A semicolon in a value is written as `\:`,
    /// a line feed as `\n`, a carriage return as `\r`, a backslash as `\\`.
    ///
    /// A key, a run, other data, or a target that is not the task have no place in such a line:
    /// a track that has them is an error.
    Reference,
}

/// A named logger that writes what is tracked to a file of its own, to be loaded into a store
/// later.
///
/// ```
/// use std::sync::Arc;
/// use serde_json::json;
/// use tracking_core::{Key, ManualClock, NewTrack};
/// use tracking_logfile::RecordLogger;
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("access.log");
/// let clock = ManualClock::new("2026-11-23T15:47:01.5Z".parse()?);
/// let logger = RecordLogger::builder("access", &path)
///     .clock(Arc::new(clock))
///     .rotate_at(10_000_000)
///     .gzip()
///     .build()?;
/// let track = NewTrack::new("lesson-1", "anna", json!({"page": 3}))?;
/// logger.record(&track.with_key(Key::new("a")?))?;
/// assert_eq!(
///     std::fs::read_to_string(&path)?,
///     concat!(
///         r#"{"key":"a","task":"lesson-1","user":"anna","time":"2026-11-23T15:47:01.500Z","#,
///         "\"data\":{\"page\":3}}\n",
///     )
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type RecordLogger = Logger<RecordFormat>;

/// Makes a [`RecordLogger`].
pub type RecordLoggerBuilder = LoggerBuilder<RecordFormat>;

impl RecordLoggerBuilder {
    /// Writes records in this format.
    pub fn format(mut self, format: RecordFormat) -> Self {
        self.form = format;
        self
    }
}

impl RecordLogger {
    /// A logger of this name to the file at `path`; see the builder for what can be chosen.
    pub fn builder(name: impl Into<String>, path: impl AsRef<Path>) -> RecordLoggerBuilder {
        let path = path.as_ref().to_owned();
        LoggerBuilder::new(name.into(), path, RecordFormat::default())
    }

    /// Writes a track as one line. Where it has no time, it gets that of the logger's clock.
    ///
    /// A track of the current run or of a session is written without a run: when the log is
    /// loaded, it goes into its user's session, by the session gap of that load.
    ///
    /// # Errors
    ///
    /// [`WriterError::Record`] for a track that the format has no form for: one that updates
    /// another one, one of a run that its batch starts, and see [`RecordFormat`].
    /// [`WriterError::Write`] where the line could not be written, [`WriterError::Open`] where
    /// the file was lost and cannot be opened. The record is not written then, and counted in
    /// [`lost`](Self::lost); the next call tries again.
    pub fn record(&self, track: &NewTrack) -> Result<(), WriterError> {
        self.write(|now, log| {
            let time = track.time().unwrap_or(now);
            line_of(track, time, self.form, &self.zone).map_err(|fault| WriterError::Record {
                path: log.to_owned(),
                reason: fault.0,
                source: fault.1,
            })
        })
    }
}

/// Why a track is no record.
struct Fault(&'static str, Option<Box<dyn Error + Send + Sync>>);

impl From<&'static str> for Fault {
    fn from(reason: &'static str) -> Self {
        Self(reason, None)
    }
}

fn line_of(
    track: &NewTrack,
    time: Timestamp,
    format: RecordFormat,
    zone: &LineZone,
) -> Result<String, Fault> {
    if track.mode() != SaveMode::Append {
        return Err("it updates another track; a log only has new ones".into());
    }
    let run = match track.run() {
        // Whoever loads the log finds the session of a record without a run.
        RunChoice::Current | RunChoice::Session(_) => None,
        RunChoice::Id(run) => Some(run),
        _ => return Err("its run is started by a batch, and has no number yet".into()),
    };
    match format {
        RecordFormat::JsonLines => json(track, time, run),
        RecordFormat::Reference => reference(track, time, run, zone),
    }
}

fn json(track: &NewTrack, time: Timestamp, run: Option<RunId>) -> Result<String, Fault> {
    let line = JsonLine {
        key: track.key().map(|key| Cow::Borrowed(key.as_str())),
        task: Cow::Borrowed(track.task()),
        run,
        user: Cow::Borrowed(track.user()),
        time,
        data: Cow::Borrowed(track.data()),
    };
    let mut text = line
        .to_json()
        .map_err(|source| Fault("its data is no JSON object", Some(Box::new(source))))?;
    text.push('\n');
    Ok(text)
}

fn reference(
    track: &NewTrack,
    time: Timestamp,
    run: Option<RunId>,
    zone: &LineZone,
) -> Result<String, Fault> {
    if run.is_some() || track.key().is_some() {
        return Err("a reference record has no place for a run or a key".into());
    }
    let data = track.data().to_map();
    let data =
        data.map_err(|source| Fault("its data is no JSON object", Some(Box::new(source))))?;
    let [node, target, view, params] = fields(&data)?;
    let task = track.task().as_str();
    let target = match target {
        "" if node == task => "",
        "" => task,
        target if target == task => target,
        _ => return Err("its data has a target that is not its task".into()),
    };
    let values = [track.user().as_str(), node, target, view, params];
    Ok(line::reference(time, zone, values))
}

fn fields(data: &Map<String, Value>) -> Result<[&str; 4], Fault> {
    if !data.keys().all(|key| DATA_FIELDS.contains(&key.as_str())) {
        return Err("its data has more than node, target, view and params".into());
    }
    let mut values = [""; 4];
    for (value, field) in values.iter_mut().zip(DATA_FIELDS) {
        *value = match data.get(field) {
            None => "",
            Some(Value::String(text)) => text,
            Some(_) => return Err("in its data, a field is no text".into()),
        };
    }
    Ok(values)
}
