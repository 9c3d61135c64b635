//! A copy of the file, made while others go on writing.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use tracking_core::{Error, Result, Timestamp};

use crate::error::{StoreError, StoreResult};
use crate::{Progress, SqliteStorage};

/// How many pages are copied between two looks at the progress: 4 MiB.
const PAGES_PER_STEP: i32 = 1024;

impl SqliteStorage {
    /// The files that [`backup`](Self::backup) of this process makes and removes again, whatever
    /// becomes of it. A program that is ended by a signal meanwhile has to remove them itself.
    pub fn partial_backup(to: impl AsRef<Path>) -> Vec<PathBuf> {
        let partial = Partial::path_of(to.as_ref());
        companion_files(&partial).to_vec()
    }

    /// Copies the whole file, all its stores, into a new one, as it is at this moment.
    ///
    /// Others may read and write meanwhile; nobody waits. The copy appears under its name once it
    /// is whole and on the disk. Until then the log of the file grows by what is written.
    ///
    /// # Errors
    ///
    /// [`Error::Backend`] where there is something under that name already, and where the file
    /// cannot be read or the copy not be written; nothing is left of it then.
    pub fn backup(&self, to: impl AsRef<Path>, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        let to = to.as_ref();
        let failed =
            |error: io::Error| Error::backend(format!("make the backup {}", to.display()), error);
        if fs::symlink_metadata(to).is_ok() {
            let why = "there is a file already; take another name";
            return Err(failed(io::Error::new(io::ErrorKind::AlreadyExists, why)));
        }
        let partial = Partial::new(to);
        let copied = self.read_named(|reader, _| {
            // The copy is made over again whenever the file changes, unless one moment is held.
            reader
                .connection
                .execute_batch("begin; select 1 from store limit 1")?;
            let copied = copy(&reader.connection, &partial.path, progress).and_then(|copy| {
                renew_epochs(&copy, self.now())?;
                without_log(&copy)
            });
            reader.connection.execute_batch("commit")?;
            // What failed concerns the copy, not the file.
            Ok(copied)
        })?;
        copied.map_err(|failure| failure.into_core("make the backup", to))?;
        File::open(&partial.path)
            .and_then(|file| file.sync_all())
            .map_err(failed)?;
        fs::rename(&partial.path, to).map_err(failed)
    }
}

pub(crate) fn copy(
    from: &Connection,
    to: &Path,
    progress: &mut dyn FnMut(Progress),
) -> StoreResult<Connection> {
    let mut copy = Connection::open(to)?;
    let page_size: i64 = from.query_row("pragma page_size", [], |row| row.get(0))?;
    let backup = Backup::new(from, &mut copy)?;
    loop {
        let step = backup.step(PAGES_PER_STEP)?;
        let pages = backup.progress();
        let (total, left) = (i64::from(pages.pagecount), i64::from(pages.remaining));
        progress(Progress::of_pages(total - left, total, page_size));
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            _ => {
                return Err(StoreError::Refused(Error::unavailable(
                    "make a backup, since somebody keeps the file busy; try again",
                    "the file is busy",
                )));
            }
        }
    }
    drop(backup);
    Ok(copy)
}

/// Begins a new epoch of the change feeds in a copy: whoever follows the store must notice where
/// the copy takes its place.
pub(crate) fn renew_epochs(copy: &Connection, now: Timestamp) -> StoreResult<()> {
    let has_feed: bool = copy.query_row(
        "select exists (select 1 from setting where name = 'feed_epoch' and value > 0)",
        [],
        |row| row.get(0),
    )?;
    if has_feed {
        copy.execute(
            "update setting set value = max(value + 1, ?1) where name = 'feed_epoch' and value > 0",
            [now.micros()],
        )?;
    }
    Ok(())
}

/// Lets a copy be read without files next to it: who opens it for writing turns the log on again.
fn without_log(copy: &Connection) -> StoreResult<()> {
    Ok(copy.query_row("pragma journal_mode = delete", [], |_| Ok(()))?)
}

/// A file, and those that `SQLite` makes next to it.
pub(crate) fn companion_files(file: &Path) -> [PathBuf; 4] {
    ["", "-journal", "-wal", "-shm"].map(|end| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

/// A copy that is not whole yet, and is removed unless it gets its name.
pub(crate) struct Partial {
    pub(crate) path: PathBuf,
}

impl Partial {
    pub(crate) fn new(to: &Path) -> Self {
        let path = Self::path_of(to);
        Self { path }
    }

    pub(crate) fn path_of(to: &Path) -> PathBuf {
        let mut name = to.as_os_str().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        name.into()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Gone already where it got its name.
        for file in companion_files(&self.path) {
            let _gone = fs::remove_file(file);
        }
    }
}
