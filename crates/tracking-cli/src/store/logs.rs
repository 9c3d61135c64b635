//! Logs, loaded into memory.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use clap::builder::Resettable;
use tracking_btree::BTreeStorage;
use tracking_core::{Query, TimeRange, TrackingStorage};
use tracking_logfile::{LoadSummary, Loader, LogFilter, Source};

use super::spec::is_same_file;
use crate::args::ReadingArgs;
use crate::progress::Bar;

/// Which logs are loaded, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the tracks come from")]
pub(crate) struct LogArgs {
    /// Logs, plain or gzip; `-` is standard input
    #[arg(value_name = "FILE", help_heading = Resettable::Reset)]
    files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
}

/// A store in memory, and what was read to fill it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The store.
    pub(crate) store: Box<dyn TrackingStorage>,
    /// What became of their lines.
    pub(crate) summary: LoadSummary,
}

impl LogArgs {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The logs to read.
    pub(crate) fn sources(&self) -> Vec<Source> {
        self.files.iter().map(Source::from_argument).collect()
    }

    /// What they are called in a title.
    pub(crate) fn name(&self) -> String {
        match self.files.as_slice() {
            [file] => match Source::from_argument(file) {
                Source::File(path) => {
                    let last = path.file_name().unwrap_or(path.as_os_str());
                    last.display().to_string()
                }
                other => other.to_string(),
            },
            files => format!("{} logs", files.len()),
        }
    }

    /// Loads them, as far as they are within a range of time. A last line is taken also without
    /// its line end, as nothing more comes.
    pub(crate) fn load(&self, range: TimeRange) -> Result<Loaded> {
        let store = Box::new(BTreeStorage::new());
        let filter = LogFilter::new().only(Query::all().within(range));
        let loader = Loader::new(&*store).last_lines(true).any_format(true);
        let loader = self.reading.on(loader).filter(filter);
        let mut bar = Bar::new();
        let summary = loader.load(&self.sources(), &mut bar);
        drop(bar);
        let mut summary = summary?;
        if let Some(error) = summary.take_error() {
            return Err(error.into());
        }
        Ok(Loaded { store, summary })
    }

    /// Says what cannot be meant, beside an output that the option `option` names.
    pub(crate) fn fault(&self, option: &str, output: Option<&Path>) -> Option<String> {
        let sources = self.sources();
        if sources.iter().filter(|log| **log == Source::Stdin).count() > 1 {
            return Some("standard input (-) can be read only once".to_owned());
        }
        if let Some(fault) = self.reading.fault() {
            return Some(fault);
        }
        let output = output?;
        let log = self.files.iter().find(|file| is_same_file(file, output))?;
        let log = log.display();
        Some(format!(
            "{option} {log} would overwrite a log that is to be read"
        ))
    }
}
