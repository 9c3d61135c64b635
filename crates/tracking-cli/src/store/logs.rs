//! Logs, loaded into memory.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use tracking_btree::BTreeStorage;
use tracking_core::TrackingStorage;
use tracking_loader::{LoadSummary, Loader, LogFilter, LogState, Source};

use crate::args::{FilesArgs, ReaderArgs};
use crate::exit;
use crate::progress::Bar;

/// The logs to load, and how to read them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the tracks come from")]
pub(crate) struct LogArgs {
    #[command(flatten)]
    files: FilesArgs,

    #[command(flatten)]
    pub(crate) reader: ReaderArgs,
}

/// A store in memory, and the summary of the load.
#[derive(Debug)]
pub(crate) struct LoadedLogs {
    /// The store.
    pub(crate) store: Box<dyn TrackingStorage>,
    /// What became of their lines.
    pub(crate) summary: LoadSummary,
}

impl LogArgs {
    /// Whether no logs are named.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.files.is_empty()
    }

    /// Their name in a title.
    pub(crate) fn name(&self) -> String {
        match self.files.files.as_slice() {
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

    /// Loads the records that a filter matches. A last line is loaded also without its line end,
    /// as nothing more comes.
    pub(crate) fn load(&self, filter: LogFilter) -> Result<LoadedLogs> {
        let store = Box::new(BTreeStorage::new());
        let loader = Loader::new(&*store).last_lines(true);
        let loader = self.files.on(self.reader.on(loader)).filter(filter);
        let mut bar = Bar::new();
        let summary = loader.load(&self.files.sources(), &mut bar);
        drop(bar);
        let mut summary = summary?;
        if let Some(error) = summary.take_error() {
            return Err(error.into());
        }
        for log in &summary.logs {
            if log.state == LogState::Skipped {
                let (source, why) = (&log.source, &log.why);
                exit::print_message(&format!(
                    "{source} was skipped, as it seems to be no log: {why}"
                ));
            }
        }
        Ok(LoadedLogs { store, summary })
    }

    /// Returns what is wrong with the arguments, or with the output of the option `option`.
    pub(crate) fn validate(&self, option: &str, output: Option<&Path>) -> Option<String> {
        let problem = self.files.validate().or_else(|| self.reader.validate());
        problem.or_else(|| self.files.validate_output(option, output?))
    }
}
