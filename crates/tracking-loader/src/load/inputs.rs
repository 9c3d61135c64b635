//! What a load was given, and what of it stands for other logs.

use std::path::Path;

use super::summary::{LoadSummary, LogState};
use crate::{Source, SourceError};

/// The logs and folders that were given.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    logs: Vec<Source>,
    folders: Vec<Source>,
}

impl Inputs {
    pub(super) fn new(given: &[Source]) -> Self {
        let given = given.iter().cloned();
        let (folders, logs) = given.partition(|source| source.folder().is_some());
        Self { logs, folders }
    }

    /// Whether a log was not named, but found in a folder that was.
    pub(super) fn is_found_in_folder(&self, log: &Source) -> bool {
        !self.logs.contains(log) && self.folders.iter().any(|folder| is_in(log, folder))
    }

    /// Whether a log was named itself.
    pub(super) fn is_named(&self, log: &Source) -> bool {
        self.logs.contains(log)
    }

    /// Whether a log was named, or is in a folder that was; else it was found in following one.
    pub(super) fn is_given(&self, log: &Source) -> bool {
        self.logs.contains(log) || self.is_found_in_folder(log)
    }

    /// Makes it an error of each file in a folder that it was skipped, where that holds for all of
    /// them: then something is wrong with the folder.
    pub(super) fn report_folders_without_logs(&self, summary: &mut LoadSummary) {
        for folder in &self.folders {
            let mut logs: Vec<_> = summary.logs.iter_mut().collect();
            logs.retain(|log| is_in(&log.source, folder));
            if logs.iter().all(|log| log.state == LogState::Skipped) {
                for log in logs {
                    let (source, why) = (log.source.clone(), log.why.clone());
                    log.error = Some(SourceError::UnknownFormat { log: source, why });
                    log.state = LogState::Unread;
                }
            }
        }
    }
}

fn is_in(log: &Source, folder: &Source) -> bool {
    let parent = |path: &Path| path.parent().map(Path::to_owned);
    match (log, folder) {
        (Source::File(log), Source::File(folder)) => parent(log).as_deref() == Some(folder),
        _ => false,
    }
}
