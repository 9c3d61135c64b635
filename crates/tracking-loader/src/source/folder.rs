//! The logs in a folder.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Source, SourceError};
use crate::NamePattern;

/// How every file of `SQLite` begins.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// What the names of the files end with that `SQLite` keeps next to its own.
const BESIDE_DATABASE: [&str; 3] = ["-wal", "-shm", "-journal"];

impl Source {
    /// The logs that this source stands for: the logs in a folder, sorted by name, or else the source
    /// itself.
    ///
    /// If there are `names`, only files whose names match one of them count. Folders in the folder,
    /// everything else that is not a file, hidden and empty files, and `SQLite` databases do not
    /// count. All other files do, whatever they hold, so that an unreadable log is reported.
    ///
    /// ```
    /// use tracking_loader::{NamePattern, Source};
    ///
    /// # let dir = tempfile::tempdir()?;
    /// # let folder = dir.path();
    /// for name in ["access.log", "access.log.1", "error.log", ".access.log.lock"] {
    ///     std::fs::write(folder.join(name), "a line\n")?;
    /// }
    /// let logs = Source::from(folder).logs(&[NamePattern::new("access.log*")])?;
    /// assert_eq!(logs, [folder.join("access.log").into(), folder.join("access.log.1").into()]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SourceError::Open`] if a folder cannot be read, [`SourceError::NoLogs`] if it has no logs.
    pub fn logs(&self, names: &[NamePattern]) -> Result<Vec<Self>, SourceError> {
        if self.folder().is_none() {
            return Ok(vec![self.clone()]);
        }
        let logs = self.logs_in_folder(names)?;
        if logs.is_empty() {
            let log = self.clone();
            return Err(SourceError::NoLogs { log });
        }
        Ok(logs)
    }

    /// The logs in the folder that it is; an error if it is no folder, or none any more.
    pub(crate) fn logs_in_folder(&self, names: &[NamePattern]) -> Result<Vec<Self>, SourceError> {
        match self {
            Self::File(folder) => {
                logs_in(folder, names).map_err(|error| SourceError::open(self, error))
            }
            Self::Stdin => Ok(Vec::new()),
        }
    }

    /// The folder that it is.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::File(path) if path.is_dir() => Some(path),
            _ => None,
        }
    }
}

fn logs_in(folder: &Path, names: &[NamePattern]) -> io::Result<Vec<Source>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if is_named(&path, names) && is_filled(&path) && !is_database(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths.into_iter().map(Source::File).collect())
}

fn is_named(path: &Path, names: &[NamePattern]) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_like = names.is_empty() || names.iter().any(|pattern| pattern.matches(&name));
    is_like && !name.starts_with('.')
}

/// Whether it is a file with something in it.
fn is_filled(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|about| about.is_file() && about.len() > 0)
}

fn is_database(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let mut ends = BESIDE_DATABASE.iter();
    let beside = ends.find_map(|end| text.strip_suffix(end));
    begins_as_database(path) || beside.is_some_and(|of| begins_as_database(Path::new(of)))
}

/// `false` if it cannot be read: that is reported when it is opened as a log.
fn begins_as_database(path: &Path) -> bool {
    let mut start = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(DATABASE.len() as u64).read_to_end(&mut start));
    read.is_ok() && start == DATABASE
}
