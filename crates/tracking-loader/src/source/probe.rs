//! Looking at the lines of a log until its format is known.

use std::path::Path;

use tracking_core::Timestamp;
use tracking_logfile::FileId;

use super::lookahead::MAX_PEEK_BYTES;
use super::{Lines, OpenSource, Source, SourceError};
use crate::reader::Detector;
use crate::source::text::text_of_line;
use crate::{Detected, Format, FormatOptions};

/// What is known of the format of a log so far, and from where to look on.
#[derive(Debug)]
pub(crate) struct Probe {
    detector: Detector,
    /// Which file was looked at, and up to where.
    seen: Option<(FileId, u64)>,
}

/// How lines are looked at.
#[derive(Clone, Debug)]
pub(crate) struct ProbeOptions {
    pub(crate) format: FormatOptions,
    /// Lines of more bytes are not looked at.
    pub(crate) line_limit: usize,
    /// Whether a last line without its line end counts.
    pub(crate) last_lines: bool,
}

impl Probe {
    pub(crate) fn new(options: &ProbeOptions) -> Self {
        Self {
            detector: Detector::new(&options.format),
            seen: None,
        }
    }

    /// Looks at the lines of a log until its format and its first time are known, or to its end.
    /// A file that was looked at before, and has grown, is looked at from where that ended.
    ///
    /// A log that can be read only once is not touched.
    pub(crate) fn look_at(
        &mut self,
        source: &Source,
        options: &ProbeOptions,
    ) -> Result<(), SourceError> {
        if is_stream(source) {
            return Ok(());
        }
        let mut input = source.open()?;
        let unreadable = |error| SourceError::read(source, 0, error);
        let about = input.about().map_err(unreadable)?;
        let file = about
            .as_ref()
            .map(|about| (FileId::from(about), about.len()));
        match (self.seen, file) {
            (Some((id, at)), Some((same, length))) if id == same && at <= length => {
                input.seek(at).map_err(unreadable)?;
            }
            _ => *self = Self::new(options),
        }
        let at = self.seen.map_or(0, |(_, at)| at);
        let mut lines = Lines::new(input).limit(options.line_limit);
        let mut end = 0;
        while !self.detector.is_enough() {
            let Some(line) = lines.next_line()? else {
                break;
            };
            if !line.is_whole && !options.last_lines {
                break;
            }
            if line.is_cut {
                self.detector.long_line();
            } else {
                self.detector.line(line.bytes);
            }
            lines.consume_line();
            end = lines.offset().bytes;
        }
        self.seen = file.map(|(id, _)| (id, at + end));
        Ok(())
    }

    /// Looks at the lines of what can be read only once, which stay to be read, until its format
    /// is known, or to its end, or as far as they can be kept.
    pub(crate) fn look_ahead(&mut self, input: &mut OpenSource, options: &ProbeOptions) {
        let detector = &mut self.detector;
        let (mut start, mut seen) = (0, 0);
        let ahead = input.look_ahead(MAX_PEEK_BYTES, |ahead| {
            let text = ahead.text();
            while let Some(fresh) = text.get(seen..)
                && let Some(end) = fresh.iter().position(|byte| *byte == b'\n')
            {
                seen += end + 1;
                let line = text.get(start..seen).unwrap_or_default();
                look_at_line(detector, line, true, options);
                start = seen;
                if detector.is_enough() {
                    return true;
                }
            }
            seen = text.len();
            false
        });
        let rest = ahead.text().get(start..).unwrap_or_default();
        if options.last_lines && !detector.is_enough() && !rest.contains(&b'\n') {
            look_at_line(detector, rest, false, options);
        }
    }

    /// The time of the first record, where there is one near the start.
    pub(crate) fn first_time(&self) -> Option<Timestamp> {
        self.detector.first_time()
    }

    /// What was found out so far.
    pub(crate) fn detected(&self, options: &ProbeOptions) -> Detected {
        self.detector.detected(&options.format)
    }

    /// The format that fits best by its name, if any fits that has one.
    pub(crate) fn format(&self) -> Option<Format> {
        self.detector.best_format()
    }

    /// Whether any line was in any of the formats.
    pub(crate) fn fits(&self) -> bool {
        self.detector.fits()
    }

    /// Whether a file is as it was when it was looked at last.
    pub(crate) fn has_seen_all(&self, input: &OpenSource) -> bool {
        let about = input.about().ok().flatten();
        let now = about.map(|about| (FileId::from(&about), about.len()));
        now.is_none() || self.seen == now
    }
}

/// Looks at a line as it stands in a log.
fn look_at_line(detector: &mut Detector, line: &[u8], is_whole: bool, options: &ProbeOptions) {
    let line = line
        .get(super::text::leading_nuls(line)..)
        .unwrap_or_default();
    let line = text_of_line(line, is_whole);
    if line.len() > options.line_limit {
        detector.long_line();
    } else {
        detector.line(line);
    }
}

/// Whether something can be read only once, as far as its name tells.
pub(crate) fn is_stream(source: &Source) -> bool {
    let is_stream = |path: &Path| {
        path.metadata()
            .is_ok_and(|about| !about.is_file() && !about.is_dir())
    };
    match source {
        Source::Stdin => true,
        Source::File(path) => is_stream(path),
    }
}
