//! How logs are loaded.

use std::thread;

use super::{IfUnsure, LogFilter, SessionGap};
use crate::position::Digest;
use crate::source::{ProbeOptions, is_stream};
use crate::{FormatOptions, Lines, NamePattern, Source};

/// How logs are loaded.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) reading: ReadOptions,
    pub(super) gap: SessionGap,
    pub(super) filter: LogFilter,
    /// Of folders, only files with such names are loaded; all where this is empty.
    pub(super) only_files: Vec<NamePattern>,
    /// How many lines a batch has.
    pub(super) batch_lines: usize,
    /// How many rejected lines the summary keeps.
    pub(super) max_rejects: usize,
    /// Whether the first malformed line ends the load.
    pub(super) strict: bool,
    pub(super) dry_run: bool,
    pub(super) follow: bool,
    /// How many threads parse lines; as many as the machine can run in addition to this one if nothing was
    /// asked for.
    pub(super) parse_threads: Option<usize>,
    /// How many bytes of lines are given to a thread at a time.
    pub(super) parse_block: usize,
    /// Whose sessions the sessions in the logs are.
    pub(super) sessions_of: Option<String>,
}

/// How the lines of logs are read.
#[derive(Clone, Debug)]
pub(super) struct ReadOptions {
    pub(super) format: FormatOptions,
    pub(super) line_limit: usize,
    /// Whether a last line without its line end is read.
    pub(super) last_lines: bool,
    /// Whether a log is read although its format could not be detected.
    pub(super) any_format: bool,
    pub(super) if_unsure: IfUnsure,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            reading: ReadOptions::default(),
            gap: SessionGap::default(),
            filter: LogFilter::new(),
            only_files: Vec::new(),
            batch_lines: 16_000,
            max_rejects: 1000,
            strict: false,
            dry_run: false,
            follow: false,
            parse_threads: None,
            parse_block: 32 * 1024,
            sessions_of: None,
        }
    }
}

impl Options {
    /// Whether the next lines are read while a batch is applied. Reading that waits for more must not
    /// keep a batch waiting, and lines of a stream cannot be read again where a batch does not fit.
    pub(super) fn reads_while_applying(&self, logs: &[Source]) -> bool {
        self.may_delay(logs) && !self.dry_run && self.threads() > 0
    }

    /// Whether a batch may be committed later, with others.
    pub(super) fn may_delay(&self, logs: &[Source]) -> bool {
        // Reading must not wait while others cannot write.
        !self.follow && !logs.iter().any(is_stream)
    }

    /// How many threads parse lines in addition to the one that loads.
    pub(super) fn threads(&self) -> usize {
        self.parse_threads.unwrap_or_else(|| {
            let cores = thread::available_parallelism().map_or(1, usize::from);
            (cores - 1).min(MAX_PARSE_THREADS)
        })
    }
}

/// More threads than these only wait for the one that loads.
const MAX_PARSE_THREADS: usize = 3;

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: FormatOptions::new(),
            line_limit: Lines::DEFAULT_LIMIT,
            last_lines: false,
            any_format: false,
            if_unsure: IfUnsure::Refuse,
        }
    }
}

impl ReadOptions {
    /// A fingerprint of how lines are read in a format of this name. Checkpoints hold it.
    pub(super) fn fingerprint(&self, format: &str) -> String {
        let text = format!("{format} {} {}", self.line_limit, self.format.fingerprint());
        Digest::of(text.as_bytes()).to_string()
    }

    /// How lines are looked at to detect the format.
    pub(super) fn probe(&self) -> ProbeOptions {
        ProbeOptions {
            format: self.format.clone(),
            line_limit: self.line_limit,
            last_lines: self.last_lines,
        }
    }
}
