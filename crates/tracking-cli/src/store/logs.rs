//! Logs, loaded into memory.

use std::path::{Path, PathBuf};

use anyhow::Result;
use chrono::TimeDelta;
use clap::Args;
use clap::builder::Resettable;
use tracking_btree::BTreeStorage;
use tracking_core::{TimeRange, TrackingStorage};
use tracking_logfile::{LoadSummary, Loader, LogReader, ReadSummary, SessionGap, Source};

use super::spec::is_same_file;
use crate::progress::Bar;

/// Which logs are loaded, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the tracks come from")]
pub(crate) struct LogArgs {
    /// Logs, plain or gzip; `-` is standard input
    #[arg(value_name = "FILE", help_heading = Resettable::Reset)]
    files: Vec<PathBuf>,

    /// The longest pause within a session, like `30m` or `1h 30m`
    #[arg(long, value_name = "LENGTH", default_value = "30m", value_parser = session_gap)]
    pub(crate) session_gap: SessionGap,
}

/// A store in memory, and what was read to fill it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The store.
    pub(crate) store: Box<dyn TrackingStorage>,
    /// The lines that were read.
    pub(crate) read: ReadSummary,
    /// The tracks that they became.
    pub(crate) tracks: LoadSummary,
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

    /// What a run is, as a sentence.
    pub(crate) fn about_runs(&self) -> String {
        let gap = self.session_gap.length().to_std().unwrap_or_default();
        let gap = humantime::format_duration(gap);
        format!("A run is what one user does without a pause of more than {gap}.")
    }

    /// Loads them, as far as they are within a range of time.
    pub(crate) fn load(&self, range: TimeRange) -> Result<Loaded> {
        let mut bar = Bar::new();
        let read = LogReader::new().read(&self.sources(), |progress| bar.show(progress));
        drop(bar);
        let (records, read) = read?;
        let store = BTreeStorage::new();
        let loaded = Loader::new(&store)
            .session_gap(self.session_gap)
            .within(range)
            .load(records)?;
        let store = Box::new(store);
        Ok(Loaded {
            store,
            read,
            tracks: loaded,
        })
    }

    /// Says what cannot be meant, beside an output that the option `option` names.
    pub(crate) fn fault(&self, option: &str, output: Option<&Path>) -> Option<String> {
        let sources = self.sources();
        if sources.iter().filter(|log| **log == Source::Stdin).count() > 1 {
            return Some("standard input (-) can be read only once".to_owned());
        }
        let output = output?;
        let log = self.files.iter().find(|file| is_same_file(file, output))?;
        let log = log.display();
        Some(format!(
            "{option} {log} would overwrite a log that is to be read"
        ))
    }
}

fn session_gap(text: &str) -> Result<SessionGap> {
    let length = TimeDelta::from_std(humantime::parse_duration(text)?)?;
    SessionGap::new(length).ok_or_else(|| anyhow::anyhow!("a gap cannot be negative"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_gap_is_written_as_people_say_it() {
        let gap = session_gap("1h 30m").unwrap();
        assert_eq!(gap.length(), TimeDelta::minutes(90));
        assert_eq!(session_gap("0s").unwrap().length(), TimeDelta::zero());
        for text in ["", "30", "-30m", "soon", "99999999999999y"] {
            assert!(session_gap(text).is_err(), "{text}");
        }
    }
}
