//! One writer to a file, over all processes of the machine.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::WriterError;
use crate::file_id::FileId;

/// The lock of a log, held as long as this value is there. The system lets go of it when the
/// process ends, however it ends.
///
/// It is on a file of its own next to the log: a lock on the log itself would go away with it at
/// each rotation, and on some systems would keep readers out.
pub(super) struct Lock {
    /// Closing it lets go of the lock.
    _file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of the log at `log`, which is there, with its lock file at `place` or
    /// next to the log.
    pub(super) fn take(log: &Path, place: Option<PathBuf>) -> Result<Self, WriterError> {
        let path = match place {
            Some(place) => place,
            None => lock_path(log).map_err(|source| error(log, log.to_owned(), source))?,
        };
        loop {
            let file = open(&path).map_err(TryLockError::Error);
            match file.and_then(|file| try_lock(file, &path)) {
                Ok(Some(file)) => return Ok(Self { _file: file, path }),
                // The last holder has just removed it.
                Ok(None) => {}
                Err(TryLockError::WouldBlock) => {
                    let (path, lock) = (log.to_owned(), path);
                    return Err(WriterError::InUse { path, lock });
                }
                Err(TryLockError::Error(source)) => return Err(error(log, path, source)),
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).open(path)
}

/// Nothing where the file that was opened is not the one at the path any more.
fn try_lock(file: File, path: &Path) -> Result<Option<File>, TryLockError> {
    file.try_lock()?;
    let ours = FileId::from(&file.metadata().map_err(TryLockError::Error)?);
    let same = fs::metadata(path).is_ok_and(|there| FileId::from(&there) == ours);
    Ok(same.then_some(file))
}

/// `dir/.test.log.lock` for `dir/test.log`, under whatever name the log is opened.
fn lock_path(log: &Path) -> io::Result<PathBuf> {
    let log = fs::canonicalize(log)?;
    let mut name = OsString::from(".");
    name.push(log.file_name().unwrap_or_default());
    name.push(".lock");
    Ok(log.with_file_name(name))
}

fn error(log: &Path, lock: PathBuf, source: io::Error) -> WriterError {
    let path = log.to_owned();
    WriterError::Lock { path, lock, source }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still locked, so whoever opens it now sees that it is not the one at the path. Where
        // that cannot be seen, or it cannot be removed, an empty file stays, and harms nobody.
        if cfg!(unix) {
            fs::remove_file(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_had_once_and_again_when_it_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("test.log");
        fs::write(&log, "").unwrap();
        for _ in 0..3 {
            let lock = Lock::take(&log, None).unwrap();
            assert!(folder.path().join(".test.log.lock").is_file());
            let error = Lock::take(&log, None).err().unwrap();
            assert!(matches!(error, WriterError::InUse { .. }), "{error:?}");
            drop(lock);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn another_name_of_the_log_has_the_same_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (log, link) = (folder.path().join("test.log"), folder.path().join("link"));
        fs::write(&log, "").unwrap();
        std::os::unix::fs::symlink(&log, &link).unwrap();
        let _lock = Lock::take(&log, None).unwrap();
        assert!(matches!(
            Lock::take(&link, None),
            Err(WriterError::InUse { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_file_that_is_removed_before_it_is_locked_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let (first, second) = (open(&path).unwrap(), open(&path).unwrap());
        assert!(try_lock(first, &path).unwrap().is_some());
        fs::remove_file(&path).unwrap();
        let third = open(&path).unwrap();
        assert!(try_lock(second, &path).unwrap().is_none());
        assert!(try_lock(third, &path).unwrap().is_some());
    }

    #[test]
    fn a_lock_that_comes_and_goes_is_never_had_twice() {
        use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("test.log");
        fs::write(&log, "").unwrap();
        let (holders, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while taken.load(SeqCst) < 5000 {
                        if let Ok(_lock) = Lock::take(&log, None) {
                            assert_eq!(holders.fetch_add(1, SeqCst), 0);
                            taken.fetch_add(1, SeqCst);
                            holders.fetch_sub(1, SeqCst);
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn a_lock_file_may_be_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let (log, place) = (folder.path().join("test.log"), folder.path().join("place"));
        fs::write(&log, "").unwrap();
        let _lock = Lock::take(&log, Some(place.clone())).unwrap();
        assert!(place.is_file());
        let nowhere = folder.path().join("no/place");
        let error = Lock::take(&log, Some(nowhere)).err().unwrap();
        assert!(matches!(error, WriterError::Lock { .. }), "{error:?}");
    }
}
