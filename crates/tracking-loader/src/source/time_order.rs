//! Several logs in the order in which they were written.

use tracking_core::Timestamp;

use super::{Lines, Probe, ProbeOptions, Source, SourceError};
use crate::FormatOptions;

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
    let options = ProbeOptions {
        format: options.clone(),
        line_limit: Lines::DEFAULT_LIMIT,
        last_lines: true,
    };
    let timed = |source: &Source| {
        let mut probe = Probe::new(&options);
        probe.look_at(source, &options)?;
        let (source, first) = (source.clone(), probe.first_time());
        Ok(TimedSource { source, first })
    };
    let mut timed = sources.iter().map(timed).collect::<Result<Vec<_>, _>>()?;
    timed.sort_by_key(|log| (log.source == Source::Stdin, log.first.is_none(), log.first));
    Ok(timed)
}
