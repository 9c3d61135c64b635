//! Going on as logs grow and are rotated.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tracking_logfile::FileId;

use super::active_log::ActiveLog;
use super::log_set::LogSet;
use super::monitor::LoadMonitor;
use super::open_log::FileState;
use super::rotated_files;
use super::summary::{LoadSummary, LogSummary};
use crate::events;
use crate::{NamePattern, Source, SourceError};

/// How often a file that was moved away is looked at in vain before it is closed. Servers write
/// to the old file until they are told, or their last request ends.
const MAX_IDLE_POLLS: u32 = 60;

/// How many such files are kept open.
const MAX_RENAMED_OPEN: usize = 4;

/// A file as it was when it was looked at last, whatever its name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FileSnapshot {
    id: FileId,
    length: u64,
    modified: Option<SystemTime>,
}

impl FileSnapshot {
    fn of(about: &Metadata) -> Self {
        Self {
            id: FileId::from(about),
            length: about.len(),
            modified: about.modified().ok(),
        }
    }
}

/// What is known of the files of the logs that are followed.
#[derive(Debug, Default)]
pub(super) struct Follower {
    /// The logs that were given, and when somebody had last written to them at first: rotated
    /// files that were finished before are not asked for.
    logs: Vec<(PathBuf, Option<SystemTime>)>,
    /// The folders that were given, all logs of which are asked for.
    folders: Vec<Source>,
    /// The files that were looked at and are not open.
    seen: Vec<FileSnapshot>,
    /// The files and folders that the last poll could not read.
    unreadable: Vec<(Source, SourceError)>,
}

impl Follower {
    /// Looks at what was given, and the logs that this stands for, before they are opened.
    pub(super) fn new(given: &[Source], logs: &[Source]) -> Self {
        let mut this = Self::default();
        for source in given {
            if source.folder().is_some() {
                this.folders.push(source.clone());
            } else if let Source::File(path) = source {
                if !may_come_again(path) {
                    continue;
                }
                // The first poll reports a folder that cannot be read.
                let siblings = rotated_files::siblings(path).unwrap_or_default();
                let latest = siblings
                    .iter()
                    .filter_map(|sibling| modified(sibling))
                    .max();
                let since = modified(path).or(latest);
                this.logs.push((path.clone(), since));
                let there = siblings.iter().filter_map(|path| path.metadata().ok());
                this.seen
                    .extend(there.map(|about| FileSnapshot::of(&about)));
            }
        }
        let in_folders = logs.iter().filter_map(|log| match log {
            Source::File(path) if this.is_in_folder(path) => path.metadata().ok(),
            _ => None,
        });
        let in_folders: Vec<_> = in_folders.map(|about| FileSnapshot::of(&about)).collect();
        this.seen.extend(in_folders);
        this
    }

    fn is_in_folder(&self, log: &Path) -> bool {
        let is_it =
            |folder: &Source| matches!(folder, Source::File(path) if log.parent() == Some(path));
        self.folders.iter().any(is_it)
    }

    /// Looks at a file, and tells whether it has changed since it was looked at last.
    fn has_changed(&mut self, about: &Metadata) -> bool {
        let seen = FileSnapshot::of(about);
        if self.seen.contains(&seen) {
            return false;
        }
        self.seen.retain(|other| other.id != seen.id);
        self.seen.push(seen);
        true
    }
}

impl Follower {
    /// Whether more may come, of the logs that are open or of others.
    pub(super) fn may_find_more(&self, logs: &LogSet<'_>) -> bool {
        !self.logs.is_empty()
            || !self.folders.is_empty()
            || logs.has_incomplete()
            || logs.active.iter().any(|active| active.log.may_grow())
    }

    /// Looks at the logs, closes those that are gone, and gives those that are to be opened.
    pub(super) fn poll(
        &mut self,
        logs: &mut LogSet<'_>,
        only_files: &[NamePattern],
        monitor: &mut LoadMonitor<'_>,
    ) -> Vec<Source> {
        logs.retry_incomplete();
        let active = std::mem::take(&mut logs.active);
        logs.active = active.into_iter().filter_map(check_file).collect();
        close_renamed(logs);
        let before = std::mem::take(&mut self.unreadable);
        let changed = self.changed(logs, only_files);
        for (source, error) in &self.unreadable {
            if !before.iter().any(|(reported, _)| reported == source) {
                events::source_unreadable(source);
                monitor.report_unreadable(source, error);
            }
        }
        changed
    }

    /// Adds the files and folders that the last poll could not read to the summary.
    pub(super) fn report_unreadable(&mut self, summary: &mut LoadSummary) {
        for (source, error) in self.unreadable.drain(..) {
            let mut logs = summary.logs.iter_mut();
            if let Some(log) = logs.find(|log| log.source == source) {
                log.error.get_or_insert(error);
            } else {
                summary.logs.push(LogSummary::unread(source, error));
            }
        }
    }

    /// The logs that are not open, and those of their rotated files that came since: what was
    /// written between two polls may be in any of them.
    fn changed(&mut self, logs: &LogSet<'_>, only_files: &[NamePattern]) -> Vec<Source> {
        let mut changed = Vec::new();
        for path in self.candidates(logs, only_files) {
            let about = match path.metadata() {
                Ok(about) => about,
                Err(error) => {
                    self.note_unreadable(&path, error);
                    continue;
                }
            };
            if is_pipe(&about) {
                // Somebody may have it open for writing, and wait.
                changed.push(Source::File(path));
                continue;
            }
            let id = FileId::from(&about);
            let is_open = |active: &ActiveLog| active.log.file_id() == Some(id);
            if !logs.active.iter().any(is_open) && self.has_changed(&about) {
                changed.push(Source::File(path));
            }
        }
        changed
    }

    /// The files that may have changed.
    fn candidates(&mut self, logs: &LogSet<'_>, only_files: &[NamePattern]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut failed = Vec::new();
        for (path, since) in &self.logs {
            if !is_open(logs, path) {
                found.push(path.clone());
            }
            match rotated_files::siblings(path) {
                Ok(siblings) => {
                    let is_fresh = |sibling: &PathBuf| modified(sibling) >= *since;
                    found.extend(siblings.into_iter().filter(is_fresh));
                }
                Err(error) => failed.push((path.clone(), error)),
            }
        }
        for (path, error) in failed {
            self.note_unreadable(&path, error);
        }
        for folder in &self.folders {
            match folder.logs_in_folder(only_files) {
                Ok(in_folder) => found.extend(in_folder.into_iter().filter_map(|log| match log {
                    Source::File(path) if !is_open(logs, &path) => Some(path),
                    _ => None,
                })),
                Err(error) => self.unreadable.push((folder.clone(), error)),
            }
        }
        found
    }

    /// Notes a log that cannot be read. One that does not exist may come.
    fn note_unreadable(&mut self, path: &Path, error: io::Error) {
        if error.kind() == io::ErrorKind::NotFound {
            return;
        }
        let source = Source::from(path);
        if !self.unreadable.iter().any(|(noted, _)| *noted == source) {
            let error = SourceError::open(&source, error);
            self.unreadable.push((source, error));
        }
    }
}

/// Sees whether a log still stands under its name; nothing where it is to be closed.
fn check_file(mut active: ActiveLog) -> Option<ActiveLog> {
    active.is_at_end = false;
    let path = match active.log.source() {
        Source::File(path) if !active.log.input().is_live() => path.clone(),
        _ => return Some(active),
    };
    if let Some(idle_polls) = active.idle_polls {
        active.idle_polls = Some(idle_polls + 1);
        return (idle_polls < MAX_IDLE_POLLS).then_some(active);
    }
    match active.log.file_state(&path) {
        FileState::Unchanged => {}
        FileState::Renamed => {
            events::log_moved(&path);
            active.idle_polls = Some(0);
        }
        // What it held is in a copy, if anywhere.
        FileState::Truncated => {
            events::log_truncated(&path);
            return None;
        }
    }
    Some(active)
}

/// Closes the oldest of the renamed files, where they are too many.
fn close_renamed(logs: &mut LogSet<'_>) {
    let is_renamed = |active: &ActiveLog| active.idle_polls.is_some();
    let renamed = logs.active.iter().filter(|active| is_renamed(active));
    let mut surplus = renamed.count().saturating_sub(MAX_RENAMED_OPEN);
    logs.active.retain(|active| {
        let is_closed = surplus > 0 && is_renamed(active);
        surplus -= usize::from(is_closed);
        !is_closed
    });
}

/// Whether a log is open under its name, or waits to be opened.
fn is_open(logs: &LogSet<'_>, path: &Path) -> bool {
    let is_it = |active: &ActiveLog| {
        active.idle_polls.is_none()
            && matches!(active.log.source(), Source::File(file) if file == path)
    };
    logs.active.iter().any(is_it) || logs.has_waiting(path)
}

/// Whether something may come again under a name after what was there has ended: not the pipes
/// that only the programs at their ends have, as `/dev/stdin` is one.
fn may_come_again(path: &Path) -> bool {
    match path.metadata() {
        Ok(about) if is_pipe(&about) => path.canonicalize().is_ok(),
        Ok(about) => about.is_file(),
        Err(_) => true,
    }
}

fn is_pipe(about: &Metadata) -> bool {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileTypeExt::is_fifo(&about.file_type())
    }
    #[cfg(not(unix))]
    {
        let _ = about;
        false
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}
