//! Going on as logs grow and are rotated.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::logs::Active;
use super::open::Standing;
use super::rotated;
use super::under_way::UnderWay;
use crate::Source;
use crate::file_id::FileId;

/// How often a file that was moved away is looked at in vain before it is closed. Servers write
/// to the old file until they are told, or their last request ends.
const PATIENCE: u32 = 60;

/// How many such files are kept open.
const MOVED_AWAY: usize = 4;

/// A file as it was when it was looked at last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    path: PathBuf,
    id: FileId,
    length: u64,
    modified: Option<SystemTime>,
}

impl Seen {
    fn of(path: &Path, about: &Metadata) -> Self {
        Self {
            path: path.to_owned(),
            id: FileId::of(about),
            length: about.len(),
            modified: about.modified().ok(),
        }
    }
}

impl UnderWay<'_> {
    /// Waits where logs are followed, and tells whether there may be more now.
    pub(super) fn wait_for_more(&mut self) -> bool {
        if !self.options.follow || !self.observer.observer.wait(&self.summary) {
            return false;
        }
        let mut fresh = Vec::new();
        for active in std::mem::take(&mut self.logs.active) {
            self.look_at(active, &mut fresh);
        }
        self.close_moved_away();
        for source in self.given {
            if let Source::File(path) = source
                && !self.is_open(path)
            {
                fresh.push(path.clone());
            }
        }
        self.open_changed(fresh);
        true
    }

    /// Sees whether a log still stands under its name, and if not, where the rest of it is.
    fn look_at(&mut self, mut active: Active, fresh: &mut Vec<PathBuf>) {
        let Source::File(path) = active.log.source().clone() else {
            return;
        };
        active.is_at_end = false;
        if let Some(quiet) = active.quiet {
            active.quiet = Some(quiet + 1);
            if quiet < PATIENCE {
                self.logs.active.push(active);
            }
            return;
        }
        let standing = active.log.standing(&path);
        if standing == Standing::Here {
            active.modified = modified(&path);
            self.logs.active.push(active);
            return;
        }
        // What was written since it was read last may by now be in any of its rotated files, but
        // none that was finished before.
        let siblings = rotated::siblings(&path).unwrap_or_default();
        let is_later = |sibling: &PathBuf| modified(sibling) >= active.modified;
        fresh.extend(siblings.into_iter().filter(is_later));
        if standing == Standing::MovedAway {
            active.quiet = Some(0);
            self.logs.active.push(active);
        }
    }

    /// Closes the oldest of the files that were moved away, where they are too many.
    fn close_moved_away(&mut self) {
        let moved = |active: &Active| active.quiet.is_some();
        let count = self
            .logs
            .active
            .iter()
            .filter(|active| moved(active))
            .count();
        let mut surplus = count.saturating_sub(MOVED_AWAY);
        self.logs.active.retain(|active| {
            let is_closed = surplus > 0 && moved(active);
            surplus -= usize::from(is_closed);
            !is_closed
        });
    }

    /// Whether a log is open under its name.
    fn is_open(&self, path: &Path) -> bool {
        let is_it = |active: &Active| {
            active.quiet.is_none()
                && matches!(active.log.source(), Source::File(file) if file == path)
        };
        self.logs.active.iter().any(is_it) || self.logs.has_waiting(path)
    }

    /// Has files opened that have changed since they were looked at last.
    fn open_changed(&mut self, paths: Vec<PathBuf>) {
        let mut logs = Vec::new();
        for path in paths {
            let Ok(about) = path.metadata() else {
                continue;
            };
            let seen = Seen::of(&path, &about);
            let open = |active: &Active| active.log.file_id() == Some(seen.id);
            if self.seen.contains(&seen) || self.logs.active.iter().any(open) {
                continue;
            }
            self.seen.retain(|other| other.path != path);
            self.seen.push(seen);
            logs.push(Source::File(path));
        }
        self.add(logs);
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}
