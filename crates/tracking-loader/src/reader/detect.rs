//! Which format the lines of a log are in.

use tracking_core::Timestamp;

use super::{Format, FormatChoice, FormatOptions, LineContent, LineFormat};
use crate::AccessFormat;

/// A format that was chosen or found out, and why.
#[derive(Debug)]
#[non_exhaustive]
pub struct Detected {
    /// A reader of the format, which has not read any line yet.
    pub format: Box<dyn LineFormat>,
    /// Why it is this one, for people to read.
    pub why: String,
    /// Whether it is this one for sure: because it was asked for, or because lines are in it.
    pub is_sure: bool,
    /// Whether any of the lines that were looked at is in it.
    pub fits: bool,
    /// How many lines were looked at, blank ones aside.
    pub lines: u64,
    /// Why no line is in it, where none is.
    pub(crate) why_not: Option<String>,
}

/// The formats that are tried, the more special ones first: of two that read as many lines, the
/// first one is taken.
const TRIED: [Format; 11] = [
    Format::Tracking,
    Format::Caddy,
    Format::Traefik,
    Format::Nginx,
    Format::W3c,
    Format::Reference,
    Format::Haproxy,
    Format::S3,
    Format::Alb,
    Format::Elb,
    Format::Access,
];

/// Chooses the format of a log as the options have it, or else the one that most of its first
/// lines are in. Where no line is in any, it is [`Format::Access`], so that the lines are
/// rejected with what such a line looks like.
///
/// To find out the format of a log as a load does, which looks at as many lines as it takes, see
/// [`FormatSurvey`](crate::FormatSurvey).
///
/// ```
/// use tracking_loader::{FormatOptions, detect};
///
/// let line = r#"192.0.2.1 - - [23/Nov/2026:15:47:01 +0100] "GET /a HTTP/1.1" 200 -"#;
/// let detected = detect(&[line.as_bytes(), b"noise"], &FormatOptions::new());
/// assert_eq!(detected.format.name(), "access");
/// assert_eq!(detected.why, "1 of the first 2 lines is in it (Common)");
/// ```
pub fn detect(first_lines: &[&[u8]], options: &FormatOptions) -> Detected {
    let mut detector = Detector::new(options);
    for line in first_lines {
        detector.line(line);
    }
    detector.detected(options)
}

/// Finds out a format line by line, in bounded memory.
#[derive(Debug)]
pub(crate) struct Detector {
    /// The formats that are tried; the one that was chosen, alone.
    candidates: Vec<Candidate>,
    /// Why it is the one that was chosen, if one was.
    chosen: Option<&'static str>,
    /// How many lines were looked at, blank ones aside.
    lines: u64,
    /// How many of them start as JSON does.
    json: u64,
    /// How they are compressed, if they look like that.
    compressed: Option<&'static str>,
}

/// A format that is tried.
#[derive(Debug)]
struct Candidate {
    /// Nothing where it was chosen by something else than its name.
    format: Option<Format>,
    reader: Box<dyn LineFormat>,
    fit: Fit,
    /// The time of its first record.
    first: Option<Timestamp>,
}

impl Detector {
    /// So many lines in one format tell that a log is in it.
    const MIN_MATCHING_LINES: u64 = 20;

    /// After so many lines a log without any record in them is taken for one without a time.
    const MAX_LINES_WITHOUT_TIME: u64 = 1000;

    pub(crate) fn new(options: &FormatOptions) -> Self {
        let chosen = options.chosen().map(|reader| {
            let why = match options.choice() {
                FormatChoice::Map(_) => "a field map was given",
                FormatChoice::Pattern(_) => "a pattern was given",
                FormatChoice::Template(_) => "the server's log format was given",
                FormatChoice::Named(_) | FormatChoice::Detect => "it was asked for",
            };
            (why, Candidate::new(None, reader))
        });
        let tried = || {
            let candidate = |format| Candidate::new(Some(format), options.reader(format));
            TRIED.into_iter().map(candidate).collect()
        };
        let (chosen, candidates) = match chosen {
            Some((why, candidate)) => (Some(why), vec![candidate]),
            None => (None, tried()),
        };
        Self {
            candidates,
            chosen,
            lines: 0,
            json: 0,
            compressed: None,
        }
    }

    /// Looks at the next line, without its line end.
    pub(crate) fn line(&mut self, line: &[u8]) {
        let text = line.trim_ascii();
        if text.is_empty() {
            return;
        }
        if self.lines == 0 {
            self.compressed = compression(line);
        }
        self.lines += 1;
        self.json += u64::from(text.starts_with(b"{"));
        let candidates = self.candidates.iter_mut();
        candidates.for_each(|candidate| candidate.line(line));
    }

    /// Looks at a line that is too long to be read.
    pub(crate) fn long_line(&mut self) {
        self.lines += 1;
    }

    /// Whether more lines would tell nothing more.
    pub(crate) fn is_enough(&self) -> bool {
        self.candidates.iter().any(|candidate| {
            let is_timed = candidate.first.is_some() || self.lines >= Self::MAX_LINES_WITHOUT_TIME;
            let is_it = self.chosen.is_some() || candidate.score() >= Self::MIN_MATCHING_LINES;
            is_timed && is_it && (candidate.score() > 0)
        })
    }

    /// Whether any line was in any of the formats.
    pub(crate) fn fits(&self) -> bool {
        let mut candidates = self.candidates.iter();
        candidates.any(|candidate| candidate.score() > 0)
    }

    /// The format that fits best by its name, if any fits that has a name.
    pub(crate) fn best_format(&self) -> Option<Format> {
        self.best().and_then(|best| best.format)
    }

    /// The time of the first record in the format that fits best.
    pub(crate) fn first_time(&self) -> Option<Timestamp> {
        self.best().and_then(|best| best.first)
    }

    /// The candidate that reads the most lines; of two, the one that is tried first.
    fn best(&self) -> Option<&Candidate> {
        let fitting = self.candidates.iter().filter(|one| one.score() > 0);
        fitting.rev().max_by_key(|candidate| candidate.score())
    }

    /// What was found out so far.
    pub(crate) fn detected(&self, options: &FormatOptions) -> Detected {
        let best = self.best();
        let why_not = best.is_none().then(|| self.why_not());
        let chosen = self.chosen.zip(options.chosen());
        let (format, why, is_sure) = match (chosen, best) {
            (Some((why, format)), _) => (format, why.to_owned(), true),
            (None, best) => {
                let format = best.and_then(|best| best.format).unwrap_or(Format::Access);
                let why = best.map(|best| best.why(self.lines)).or(why_not.clone());
                (
                    options.reader(format),
                    why.unwrap_or_default(),
                    best.is_some(),
                )
            }
        };
        Detected {
            format,
            why,
            is_sure,
            fits: best.is_some(),
            lines: self.lines,
            why_not,
        }
    }

    /// Why it is none.
    fn why_not(&self) -> String {
        match (self.lines, self.json, self.compressed) {
            (1.., ..) if self.chosen.is_some() => {
                "no line of it is in the format that was asked for".to_owned()
            }
            (0, ..) => "there is no line to look at".to_owned(),
            (.., Some(how)) => format!("it is compressed with {how}, and only gzip is unpacked"),
            (1, 0, _) => "no known format fits its only line".to_owned(),
            (lines, 0, _) => format!("no known format fits any of the first {lines} lines"),
            _ => "the lines are JSON of no known server; say by a field map which field is which"
                .to_owned(),
        }
    }
}

impl Candidate {
    fn new(format: Option<Format>, reader: Box<dyn LineFormat>) -> Self {
        Self {
            format,
            reader,
            fit: Fit::default(),
            first: None,
        }
    }

    fn line(&mut self, line: &[u8]) {
        match self.reader.read(line) {
            Ok(LineContent::Record(record)) => {
                self.first.get_or_insert(record.time());
                self.fit.records += 1;
                let kind = record.access_format();
                self.fit.common += u64::from(kind == Some(AccessFormat::Common));
                self.fit.combined += u64::from(kind == Some(AccessFormat::Combined));
            }
            Ok(LineContent::Nothing) => self.fit.nothing += 1,
            Err(_) => {}
        }
    }

    /// How many lines are in it. Any line that starts with `#` looks like a directive; one that
    /// says what comes is one.
    fn score(&self) -> u64 {
        match (self.fit.nothing, self.fit.records) {
            (0, records) => records,
            (_, records) if self.reader.state().is_none() => records,
            (nothing, records) => nothing + records,
        }
    }

    /// Why it is this one of so many lines.
    fn why(&self, all: u64) -> String {
        let kinds = match (self.fit.common, self.fit.combined) {
            (0, 0) => "",
            (_, 0) => " (Common)",
            (0, _) => " (Combined)",
            (_, _) => " (Common and Combined)",
        };
        match (self.score(), all) {
            (1, 1) => format!("the first line is in it{kinds}"),
            (fit, all) if fit == all => format!("the first {all} lines are in it{kinds}"),
            (1, all) => format!("1 of the first {all} lines is in it{kinds}"),
            (fit, all) => format!("{fit} of the first {all} lines are in it{kinds}"),
        }
    }
}

/// How bytes are compressed that start like this, where that is not unpacked.
fn compression(start: &[u8]) -> Option<&'static str> {
    const STARTS: [(&[u8], &str); 5] = [
        (b"\xfd7zXZ", "xz"),
        (b"BZh", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"PK\x03\x04", "zip"),
        (b"\x1f\x9d", "compress"),
    ];
    let found = STARTS.iter().find(|(magic, _)| start.starts_with(magic));
    found.map(|(_, name)| *name)
}

/// How many lines a format reads.
#[derive(Clone, Copy, Debug, Default)]
struct Fit {
    records: u64,
    nothing: u64,
    common: u64,
    combined: u64,
}
