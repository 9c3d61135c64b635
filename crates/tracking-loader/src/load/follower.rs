//! Going on as logs grow and are rotated.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tracking_logfile::FileId;

use super::load_session::LoadSession;
use super::log_set::ActiveLog;
use super::open_log::FileState;
use super::rotated_files;
use crate::Source;

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
    /// Those that were given and do not come again once they have ended.
    once: Vec<PathBuf>,
    /// The folders that were given, all logs of which are asked for.
    folders: Vec<Source>,
    /// The files that were looked at and are not open.
    seen: Vec<FileSnapshot>,
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
                    this.once.push(path.clone());
                    continue;
                }
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

    /// Whether nothing more comes of what was given but what is open.
    pub(super) fn is_empty(&self) -> bool {
        self.logs.is_empty() && self.folders.is_empty()
    }

    fn is_in_folder(&self, log: &Path) -> bool {
        let is_it =
            |folder: &Source| matches!(folder, Source::File(path) if log.parent() == Some(path));
        self.folders.iter().any(is_it)
    }

    /// Whether a log was not given, but found in following one that was.
    pub(super) fn is_rotated(&self, log: &Source) -> bool {
        let Source::File(log) = log else {
            return false;
        };
        let mut given = self.logs.iter().map(|(path, _)| path).chain(&self.once);
        let is_given = given.any(|path| path == log) || self.is_in_folder(log);
        !self.logs.is_empty() && !is_given
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

impl LoadSession<'_> {
    /// Waits where logs are followed, and tells whether there may be more now.
    pub(super) fn wait_for_more(&mut self) -> bool {
        let may_come = !self.follower.is_empty()
            || self.logs.has_incomplete()
            || self.logs.active.iter().any(|active| active.log.may_grow());
        if !self.options.follow || !may_come || !self.observer.observer.wait(&self.summary) {
            return false;
        }
        self.logs.retry_incomplete();
        for active in std::mem::take(&mut self.logs.active) {
            self.check_file(active);
        }
        self.close_renamed();
        self.open_changed();
        true
    }

    /// Sees whether a log still stands under its name.
    fn check_file(&mut self, mut active: ActiveLog) {
        active.is_at_end = false;
        let path = match active.log.source() {
            Source::File(path) if !active.log.input().is_live() => path.clone(),
            _ => {
                self.logs.active.push(active);
                return;
            }
        };
        if let Some(idle_polls) = active.idle_polls {
            active.idle_polls = Some(idle_polls + 1);
            if idle_polls < MAX_IDLE_POLLS {
                self.logs.active.push(active);
            }
            return;
        }
        match active.log.file_state(&path) {
            FileState::Unchanged => {}
            FileState::Renamed => active.idle_polls = Some(0),
            // What it held is in a copy, if anywhere.
            FileState::Truncated => return,
        }
        self.logs.active.push(active);
    }

    /// Closes the oldest of the files that were moved away, where they are too many.
    fn close_renamed(&mut self) {
        let moved = |active: &ActiveLog| active.idle_polls.is_some();
        let count = self
            .logs
            .active
            .iter()
            .filter(|active| moved(active))
            .count();
        let mut surplus = count.saturating_sub(MAX_RENAMED_OPEN);
        self.logs.active.retain(|active| {
            let is_closed = surplus > 0 && moved(active);
            surplus -= usize::from(is_closed);
            !is_closed
        });
    }

    /// Whether a log is open under its name.
    fn is_open(&self, path: &Path) -> bool {
        let is_it = |active: &ActiveLog| {
            active.idle_polls.is_none()
                && matches!(active.log.source(), Source::File(file) if file == path)
        };
        self.logs.active.iter().any(is_it) || self.logs.has_waiting(path)
    }

    /// Has logs opened that are not open, and those of their rotated files that came since: what
    /// was written between two looks may be in any of them.
    fn open_changed(&mut self) {
        let mut fresh = Vec::new();
        for (path, since) in &self.follower.logs {
            if !self.is_open(path) {
                fresh.push(path.clone());
            }
            let siblings = rotated_files::siblings(path).unwrap_or_default();
            fresh.extend(
                siblings
                    .into_iter()
                    .filter(|sibling| modified(sibling) >= *since),
            );
        }
        for folder in &self.follower.folders {
            let logs = folder.logs(&self.options.only_files).unwrap_or_default();
            fresh.extend(logs.into_iter().filter_map(|log| match log {
                Source::File(path) if !self.is_open(&path) => Some(path),
                _ => None,
            }));
        }
        let mut changed = Vec::new();
        for path in fresh {
            let Ok(about) = path.metadata() else {
                continue;
            };
            if is_pipe(&about) {
                // Somebody may have it open for writing, and wait.
                changed.push(Source::File(path));
                continue;
            }
            let id = FileId::from(&about);
            let open = |active: &ActiveLog| active.log.file_id() == Some(id);
            if !self.logs.active.iter().any(open) && self.follower.has_changed(&about) {
                changed.push(Source::File(path));
            }
        }
        self.add(changed);
    }
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
