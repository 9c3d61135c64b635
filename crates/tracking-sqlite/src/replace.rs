//! Replaces the file of a store with another one.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{self, Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tracking_core::{Error, Result};

use crate::backup::companion_files;
use crate::error::{StoreError, StoreResult};
use crate::header::Header;
use crate::open::{foreign, retry_while_busy};
use crate::schema::APPLICATION_ID;
use crate::shrink::checkpoint_and_truncate;

/// The file to replace, or to create.
pub(crate) struct Target {
    /// The file as it was named, for messages.
    name: PathBuf,
    /// Where it is, with links followed.
    pub(crate) path: PathBuf,
    /// Its owner and permissions, if it exists.
    replaced: Option<Metadata>,
    /// Keeps all others out of it.
    lock: Option<Connection>,
}

impl Target {
    pub(crate) fn find(name: &Path) -> Result<Self> {
        let find = || -> io::Result<(PathBuf, Option<Metadata>)> {
            match fs::symlink_metadata(name) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Ok((path::absolute(name)?, None))
                }
                Err(error) => Err(error),
                Ok(_) => {
                    let path = fs::canonicalize(name)?;
                    let about = fs::metadata(&path)?;
                    Ok((path, Some(about)))
                }
            }
        };
        let (path, replaced) = find().map_err(|error| cannot_restore(name, error))?;
        Ok(Self {
            name: name.to_owned(),
            path,
            replaced,
            lock: None,
        })
    }

    /// Whether there is a file to replace.
    pub(crate) fn exists(&self) -> bool {
        self.replaced.is_some()
    }

    /// Refuses to replace a file that must stay: one that nobody said to replace, one that is no
    /// store, and the new file itself.
    pub(crate) fn require_replaceable(&self, replace: bool, new: &Path) -> Result<()> {
        let refused = |why: String| {
            let error = io::Error::new(io::ErrorKind::AlreadyExists, why);
            Err(cannot_restore(&self.name, error))
        };
        if self.exists() && fs::canonicalize(new).is_ok_and(|new| new == self.path) {
            return refused("it is the backup itself".to_owned());
        }
        if !replace && self.exists() {
            return refused("there is a file already; take another name or replace it".to_owned());
        }
        if let Some(left) = self.left_over().filter(|_| !replace && !self.exists()) {
            let left = left.display();
            return refused(format!(
                "{left} is left of an earlier store, and would damage this one; remove it"
            ));
        }
        match Header::read(&self.path)? {
            // All but the first page of a file that was just made is still in its log; see `lock`.
            Some(header) if (header.application, header.version) == (0, 0) && header.pages <= 1 => {
                Ok(())
            }
            Some(header) if i64::from(header.application) != i64::from(APPLICATION_ID) => {
                Err(foreign(&self.name, i64::from(header.application)))
            }
            _ => Ok(()),
        }
    }

    /// A file that `SQLite` would apply to what takes this place.
    fn left_over(&self) -> Option<PathBuf> {
        let [_, others @ ..] = companion_files(&self.path);
        others
            .into_iter()
            .find(|file| fs::symlink_metadata(file).is_ok())
    }

    /// Waits until nobody else has the file open, and keeps others out from then on. From here on
    /// this process must not open the file in another way: closing it would give up the lock.
    pub(crate) fn lock(&mut self, timeout: Duration) -> Result<()> {
        if !self.exists() {
            return Ok(());
        }
        self.lock = match retry_while_busy(&self.path, timeout, || lock(&self.path)) {
            Ok(connection) => Some(connection),
            Err(StoreError::Sqlite(error)) => match error.sqlite_error_code() {
                // Nobody can work with it.
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => None,
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    let what = format!(
                        "replace {}, since another program has it open; stop that program and try \
                         again",
                        self.name.display()
                    );
                    return Err(Error::unavailable(what, error));
                }
                _ => return Err(StoreError::Sqlite(error).into_core("replace", &self.name)),
            },
            Err(failure) => return Err(failure.into_core("replace", &self.name)),
        };
        Ok(())
    }

    /// Puts a new file in its place.
    pub(crate) fn put(mut self, new: &Path) -> Result<()> {
        let name = self.name.clone();
        let mut put = || -> io::Result<()> {
            match &self.replaced {
                Some(replaced) => copy_owner(replaced, new)?,
                None if fs::symlink_metadata(&self.path).is_ok() => {
                    return Err(io::Error::from(io::ErrorKind::AlreadyExists));
                }
                None => {}
            }
            // The log of the old file would damage the new one. All that is in it is in the old
            // file by now.
            while let Some(file) = self.left_over() {
                fs::remove_file(file)?;
            }
            if cfg!(windows) {
                // An open file cannot be replaced there.
                self.lock = None;
            }
            fs::rename(new, &self.path)?;
            sync_folder(&self.path)
        };
        put().map_err(|error| cannot_restore(&name, error))
    }
}

/// Gets a file for this connection alone, with its log moved into it.
fn lock(path: &Path) -> StoreResult<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // At the end, the name is that of the new file, whose log must not be removed.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.query_row("pragma locking_mode = exclusive", [], |_| Ok(()))?;
    connection.execute_batch("begin exclusive; commit")?;
    if checkpoint_and_truncate(&connection)? {
        require_ours(&connection, path)?;
        return Ok(connection);
    }
    let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    Err(rusqlite::Error::SqliteFailure(busy, None).into())
}

/// Refuses to replace a database of another program.
fn require_ours(connection: &Connection, path: &Path) -> StoreResult<()> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let application = number("pragma application_id")?;
    if application == i64::from(APPLICATION_ID)
        || number("select count(*) from sqlite_schema")? == 0
    {
        return Ok(());
    }
    Err(foreign(path, application).into())
}

/// Creates a file that only its owner can read.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Gives the new file the owner, the group and the permissions of the one that it replaces.
#[cfg(unix)]
fn copy_owner(replaced: &Metadata, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};

    let about = fs::metadata(new)?;
    let owner = Some(replaced.uid()).filter(|owner| *owner != about.uid());
    let group = Some(replaced.gid()).filter(|group| *group != about.gid());
    if (owner, group) != (None, None) {
        chown(new, owner, group).map_err(|error| {
            let why = "the new file cannot have the owner of the old one; run this as that owner";
            io::Error::new(error.kind(), format!("{why}: {error}"))
        })?;
    }
    fs::set_permissions(new, replaced.permissions())
}

#[cfg(not(unix))]
fn copy_owner(_replaced: &Metadata, _new: &Path) -> io::Result<()> {
    Ok(())
}

/// Has a rename survive a loss of power.
fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn cannot_restore(file: &Path, error: io::Error) -> Error {
    Error::backend(format!("restore to {}", file.display()), error)
}
