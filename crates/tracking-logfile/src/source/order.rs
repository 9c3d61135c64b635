//! Several logs in the order in which they were written.

use tracking_core::Timestamp;

use super::{Source, SourceError};
use crate::{FormatOptions, LineContent, detect};

/// A log, and when it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimedSource {
    /// The log.
    pub source: Source,
    /// The time of its first record; nothing where it has none near its start, or cannot be
    /// looked into before it is read.
    pub first: Option<Timestamp>,
}

/// How many lines are looked at for a first record.
const LOOKED_AT: usize = 1000;

/// How many lines the format is found out from.
const DETECTED_FROM: usize = 20;

/// Puts logs in the order of their first time stamps. Logs that start at the same time keep
/// their order; those without a time come last, and standard input, which can be read only
/// once, after them.
///
/// # Errors
///
/// Those of [`Source::open`], and [`SourceError::Read`].
pub fn in_order_of_time(
    sources: &[Source],
    options: &FormatOptions,
) -> Result<Vec<TimedSource>, SourceError> {
    let timed = |source: &Source| {
        let first = first_time(source, options)?;
        let source = source.clone();
        Ok(TimedSource { source, first })
    };
    let mut timed = sources.iter().map(timed).collect::<Result<Vec<_>, _>>()?;
    timed.sort_by_key(|log| (log.source == Source::Stdin, log.first.is_none(), log.first));
    Ok(timed)
}

/// The time of a log's first record; nothing where it has none near its start, or can be read
/// only once.
pub(crate) fn first_time(
    source: &Source,
    options: &FormatOptions,
) -> Result<Option<Timestamp>, SourceError> {
    let is_once = match source {
        Source::Stdin => true,
        Source::File(path) => path
            .metadata()
            .is_ok_and(|about| !about.is_file() && !about.is_dir()),
    };
    if is_once {
        return Ok(None);
    }
    let mut lines = source.lines()?;
    let mut start: Vec<Vec<u8>> = Vec::new();
    while start.len() < LOOKED_AT
        && let Some(line) = lines.next_line()?
    {
        start.push(line.bytes.to_owned());
        if start.len() >= DETECTED_FROM
            && let Some(time) = first_of(&start, options)
        {
            return Ok(Some(time));
        }
    }
    Ok(first_of(&start, options))
}

fn first_of(start: &[Vec<u8>], options: &FormatOptions) -> Option<Timestamp> {
    let first_lines: Vec<&[u8]> = start
        .iter()
        .take(DETECTED_FROM)
        .map(AsRef::as_ref)
        .collect();
    let mut format = detect(&first_lines, options).format;
    start.iter().find_map(|line| match format.read(line) {
        Ok(LineContent::Record(record)) => Some(record.time()),
        _ => None,
    })
}
