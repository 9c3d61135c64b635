//! In which formats logs are, each by its lines and by those of the logs next to it.

use std::collections::HashMap;

use tracking_core::Timestamp;

use super::rotated_files;
use crate::source::{OpenSource, Probe, ProbeOptions};
use crate::{Detected, Explanation, Format, FormatOptions, Lines, Source, SourceError};

/// Finds out in which formats logs are, in the way in which they are loaded.
///
/// A log is looked at line by line until twenty lines are in one format, or to its end; what can
/// be read only once, as far as it can be kept in memory. A log of which no line is in any format
/// is taken to be in that of its rotated files, or of the log whose rotated file it is, as far as
/// these have been [looked at](Self::look_at) before.
///
/// ```
/// use tracking_loader::{FormatOptions, FormatSurvey, Source};
///
/// # let dir = tempfile::tempdir()?;
/// # let folder = dir.path();
/// let line = "192.0.2.1 - - [23/Nov/2026:15:47:01 +0100] \"GET /a HTTP/1.1\" 200 -\n";
/// std::fs::write(folder.join("access.log.1"), line)?;
/// std::fs::write(folder.join("access.log"), "noise\n")?;
/// let logs = Source::from(folder).logs(&[])?;
/// let mut survey = FormatSurvey::new(FormatOptions::new());
/// for log in &logs {
///     survey.look_at(log)?;
/// }
/// let explained = survey.explain(&logs[0], 20)?;
/// assert_eq!((explained.format, explained.is_sure), ("access", true));
/// assert_eq!(explained.why, "the logs that belong to it are in it; no known format fits its only line");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FormatSurvey {
    options: ProbeOptions,
    /// What is known of logs of which no line is in any format.
    unknown: HashMap<Source, Probe>,
    /// The formats of logs by the names that they had before they were rotated; nothing where it
    /// was chosen by something else than its name.
    formats: HashMap<String, Option<Format>>,
}

impl FormatSurvey {
    /// Finds formats out with these options. A last line counts also without its line end.
    pub fn new(options: FormatOptions) -> Self {
        Self::with(ProbeOptions {
            format: options,
            line_limit: Lines::DEFAULT_LIMIT,
            last_lines: true,
        })
    }

    pub(super) fn with(options: ProbeOptions) -> Self {
        Self {
            options,
            unknown: HashMap::new(),
            formats: HashMap::new(),
        }
    }

    /// Looks at a log, and gives the time of its first record; nothing where it has none near its
    /// start, or can be read only once.
    ///
    /// # Errors
    ///
    /// Those of [`Source::open`], [`SourceError::Read`] and [`SourceError::Encoding`].
    pub fn look_at(&mut self, source: &Source) -> Result<Option<Timestamp>, SourceError> {
        let known = self.unknown.remove(source);
        let mut probe = known.unwrap_or_else(|| Probe::new(&self.options));
        probe.look_at(source, &self.options)?;
        let first = probe.first_time();
        if probe.fits() {
            if let Source::File(path) = source {
                self.formats
                    .insert(rotated_files::base(path), probe.format());
            }
        } else {
            self.unknown.insert(source.clone(), probe);
        }
        Ok(first)
    }

    /// The format of a log that is open and stands at its start.
    pub(super) fn detect(&mut self, input: &mut OpenSource) -> Result<Detected, SourceError> {
        let source = input.source().clone();
        let mut probe = match self.unknown.remove(&source) {
            Some(probe) if probe.has_seen_all(input) => probe,
            Some(mut probe) => {
                probe.look_at(&source, &self.options)?;
                probe
            }
            None => Probe::new(&self.options),
        };
        if input.is_stream() {
            probe.look_ahead(input, &self.options);
        } else if !probe.fits() {
            probe.look_at(&source, &self.options)?;
        }
        let detected = probe.detected(&self.options);
        if !detected.fits {
            self.unknown.insert(source.clone(), probe);
        }
        Ok(self.with_siblings(&source, detected))
    }

    /// Takes a log that is in no format for one like those that belong to it.
    fn with_siblings(&self, source: &Source, detected: Detected) -> Detected {
        let Source::File(path) = source else {
            return detected;
        };
        match self.formats.get(&rotated_files::base(path)) {
            Some(format) if !detected.fits => Detected {
                format: match format {
                    Some(format) => self.options.format.reader(*format),
                    None => detected.format,
                },
                why: format!("the logs that belong to it are in it; {}", detected.why),
                is_sure: true,
                fits: true,
                lines: detected.lines,
                why_not: None,
            },
            _ => detected,
        }
    }

    /// Explains the first lines of a log, so many of them, in the format that it is found to be in.
    ///
    /// # Errors
    ///
    /// As of [`look_at`](Self::look_at).
    pub fn explain(&mut self, source: &Source, lines: usize) -> Result<Explanation, SourceError> {
        let mut input = source.open()?;
        let detected = self.detect(&mut input)?;
        let limit = self.options.line_limit;
        let mut explanation = Explanation::begin(&detected);
        let (mut format, mut input) = (detected.format, Lines::new(input).limit(limit));
        while explanation.lines.len() < lines
            && let Some(line) = input.next_line()?
        {
            if line.is_cut {
                explanation.add_long(line.number, line.bytes, limit);
            } else {
                explanation.add(line.number, line.bytes, format.as_mut());
            }
        }
        Ok(explanation)
    }
}
