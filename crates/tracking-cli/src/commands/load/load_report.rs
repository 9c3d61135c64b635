//! The result of a load.

use std::fmt::Write;

use serde::Serialize;
use tracking_loader::{LineCounts, LoadSummary, LogState, LogSummary};

use crate::args::CommandResult;
use crate::exit::error_chain;
use crate::schema::{Malformed, Reason, by_reason, list, plural, unlisted};

/// The most malformed lines that are shown; all of them are counted.
const MAX_SHOWN_LINES: usize = 20;

/// The result of a load. The names of the fields are the keys of the JSON and must not change.
#[derive(Debug, Serialize)]
pub(super) struct LoadReport {
    /// Whether it was a dry run.
    dry_run: bool,
    #[serde(flatten)]
    total: Counts,
    /// Malformed lines by what is wrong with them.
    malformed_by_reason: Vec<Reason>,
    /// The first of the malformed lines.
    malformed_lines: Vec<Malformed>,
    /// How many more of them there are.
    malformed_lines_left_out: u64,
    logs: Vec<Log>,
}

#[derive(Debug, Serialize)]
struct Log {
    #[serde(rename = "log")]
    name: String,
    /// `new`, `continued`, `earlier`, `empty`, `skipped` or `unread`.
    state: &'static str,
    format: Option<&'static str>,
    why: Option<String>,
    /// How many lines had been loaded before.
    lines_before: u64,
    #[serde(flatten)]
    counts: Counts,
    /// Whether its last line has no end yet, and waits for it.
    half_line: bool,
    /// How many bytes after the end of the gzip data were ignored.
    bytes_ignored: u64,
    /// What is worth knowing of how it was recognised.
    notes: Vec<String>,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Counts {
    lines: u64,
    blank: u64,
    comments: u64,
    continuations: u64,
    valid: u64,
    malformed: u64,
    filtered: u64,
    duplicates: u64,
    tracks: u64,
    runs: u64,
    nul_bytes: u64,
}

impl LoadReport {
    pub(super) fn new(summary: &LoadSummary, dry_run: bool) -> Self {
        Self {
            dry_run,
            total: Counts::of(&summary.total),
            malformed_by_reason: by_reason(&summary.total),
            malformed_lines: summary.rejects.iter().map(Malformed::from).collect(),
            malformed_lines_left_out: unlisted(summary),
            logs: summary.logs.iter().map(Log::of).collect(),
        }
    }
}

impl Counts {
    fn of(counts: &LineCounts) -> Self {
        Self {
            lines: counts.lines,
            blank: counts.blank,
            comments: counts.comments,
            continuations: counts.continuations,
            valid: counts.valid,
            malformed: counts.malformed,
            filtered: counts.filtered,
            duplicates: counts.duplicates,
            tracks: counts.tracks,
            runs: counts.runs,
            nul_bytes: counts.nul_bytes,
        }
    }

    /// The counts in words, without those that are zero.
    fn words(&self) -> String {
        let Self { tracks, runs, .. } = self;
        let mut words = plural(self.lines, "line");
        let _ = write!(
            words,
            ": {} in {}",
            plural(*tracks, "track"),
            plural(*runs, "new run")
        );
        let others = [
            (self.malformed, "malformed"),
            (self.filtered, "left out"),
            (self.duplicates, "there already by their keys"),
            (self.blank, "blank"),
            (self.comments, "of comments"),
            (
                self.continuations,
                "continuations of lines that were loaded before",
            ),
        ];
        let others = others.iter().filter(|(count, _)| *count > 0);
        let others: Vec<_> = others
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if !others.is_empty() {
            let _ = write!(words, "; {}", list(&others));
        }
        words
    }
}

impl Log {
    fn of(log: &LogSummary) -> Self {
        Self {
            name: log.source.to_string(),
            state: match log.state {
                LogState::Empty => "empty",
                LogState::New => "new",
                LogState::Continued => "continued",
                LogState::AlreadyLoaded => "earlier",
                LogState::Skipped => "skipped",
                _ => "unread",
            },
            format: log.format,
            why: Some(log.why.clone()).filter(|why| !why.is_empty()),
            lines_before: log.lines_before,
            counts: Counts::of(&log.counts),
            half_line: log.has_half_line,
            bytes_ignored: log.bytes_ignored,
            notes: log.notes.iter().map(ToString::to_string).collect(),
            error: log.error.as_ref().map(|error| error_chain(error)),
        }
    }

    /// The log in one or two lines.
    fn sentence(&self) -> String {
        let before = match self.lines_before {
            0 => String::new(),
            1 => "; 1 line was loaded before".to_owned(),
            n => format!("; {n} lines were loaded before"),
        };
        let what = match (self.counts.lines, self.state) {
            (0, "empty") => "no whole line yet".to_owned(),
            (0, "unread") => "not read".to_owned(),
            (0, "skipped") => {
                let why = self.why.as_deref().unwrap_or_default();
                format!("skipped, as it seems to be no log: {why}")
            }
            (0, "earlier") => "nothing new, it is part of a log that was loaded".to_owned(),
            (0, _) => "nothing new".to_owned(),
            _ => self.counts.words(),
        };
        let format = match (&self.format, &self.why) {
            (Some(format), Some(why)) if self.counts.lines > 0 => {
                format!("\n    format {format}: {why}")
            }
            _ => String::new(),
        };
        let half = if self.half_line {
            "\n    its last line has no end yet, and waits for it"
        } else {
            ""
        };
        let nuls = match self.counts.nul_bytes {
            0 => String::new(),
            n => format!("\n    {} before lines left out", plural(n, "NUL byte")),
        };
        let ignored = match self.bytes_ignored {
            0 => String::new(),
            n => {
                let bytes = plural(n, "byte");
                format!("\n    {bytes} after the end of the gzip data ignored")
            }
        };
        let note = |note: &String| format!("\n    {note}");
        let notes: String = self.notes.iter().map(note).collect();
        format!(
            "{}: {what}{before}{format}{half}{nuls}{ignored}{notes}",
            self.name
        )
    }
}

impl CommandResult for LoadReport {
    fn sentence(&self) -> String {
        let mut text = String::new();
        for log in &self.logs {
            let _ = writeln!(text, "{}", log.sentence());
        }
        if self.logs.len() > 1 {
            let words = match self.total.lines {
                0 => "nothing new".to_owned(),
                _ => self.total.words(),
            };
            let _ = writeln!(text, "all {} logs: {words}", self.logs.len());
        }
        if !self.malformed_by_reason.is_empty() {
            let reason = |reason: &Reason| format!("{} {}", reason.count, reason.reason);
            let reasons: Vec<_> = self.malformed_by_reason.iter().map(reason).collect();
            let _ = writeln!(text, "malformed: {}", list(&reasons));
        }
        for line in self.malformed_lines.iter().take(MAX_SHOWN_LINES) {
            let (place, description) = (line.location(), line.description());
            let _ = writeln!(text, "{place}: {description}\n    {}", line.text);
        }
        let hidden = self.total.malformed.saturating_sub(MAX_SHOWN_LINES as u64);
        if hidden > 0 {
            let _ = writeln!(text, "and {hidden} more");
        }
        if self.dry_run {
            text.push_str("this was only tried, nothing was changed\n");
        }
        text.truncate(text.trim_end().len());
        text
    }
}
