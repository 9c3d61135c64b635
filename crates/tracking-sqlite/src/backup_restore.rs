//! Restores a backup: puts a checked copy of it in the place of a store's file.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tracking_core::{Clock, Error, Result, StoreName, SystemClock};

use crate::backup::{Partial, companion_files, copy, renew_epochs};
use crate::check::{IntegrityIssue, check_pages, find_issues};
use crate::durability::BUSY_TIMEOUT;
use crate::error::StoreResult;
use crate::replace::{Target, create_private};
use crate::schema::VERSION;
use crate::sql::Statements;
use crate::{Progress, SqliteStorage, open, version};

/// Restores a backup, with all its stores, to a file.
///
/// The restore checks the backup first. It then copies it next to the file and renames the copy, so
/// the file is the old one or the whole backup at every moment. Every change feed in it begins a
/// new epoch, so whoever follows one notices.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let (file, backup) = (folder.path().join("t.db"), folder.path().join("backup.db"));
/// use tracking_sqlite::{BackupRestore, SqliteStorage};
///
/// let store = SqliteStorage::open(&file)?;
/// store.backup(&backup, &mut |_| ())?;
/// drop(store);
///
/// let restored = BackupRestore::new(&backup, &file).replace(true).run(&mut |_| ())?;
/// assert!(restored.replaced);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct BackupRestore {
    backup: PathBuf,
    file: PathBuf,
    replace: bool,
    dry_run: bool,
    busy_timeout: Duration,
    clock: Arc<dyn Clock>,
}

/// What a restore put in place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RestoredBackup {
    /// The names of the stores in the backup, sorted.
    pub stores: Vec<StoreName>,
    /// The size of the backup, in bytes.
    pub bytes: u64,
    /// Whether a file was replaced, or would be in a dry run.
    pub replaced: bool,
}

/// A backup that was checked, as it is at one moment.
struct Source {
    connection: Connection,
    version: i64,
    stores: Vec<StoreName>,
    bytes: u64,
}

impl BackupRestore {
    /// A restore of a backup to a file, which must not exist unless
    /// [`replace`](Self::replace) is set.
    pub fn new(backup: impl Into<PathBuf>, file: impl Into<PathBuf>) -> Self {
        Self {
            backup: backup.into(),
            file: file.into(),
            replace: false,
            dry_run: false,
            busy_timeout: BUSY_TIMEOUT,
            clock: Arc::new(SystemClock),
        }
    }

    /// Whether to replace the file if it exists. It keeps its owner and its permissions. By
    /// default, an existing file is an error.
    pub fn replace(self, replace: bool) -> Self {
        Self { replace, ..self }
    }

    /// Whether to check the backup only, and change nothing.
    pub fn dry_run(self, dry_run: bool) -> Self {
        Self { dry_run, ..self }
    }

    /// How long to wait until no program has the replaced file open: 10 seconds by default.
    pub fn busy_timeout(self, busy_timeout: Duration) -> Self {
        Self {
            busy_timeout,
            ..self
        }
    }

    /// Takes the time from another clock.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The files that the restore creates and removes again. A program that is ended by a signal
    /// meanwhile has to remove them itself.
    pub fn temporary_files(&self) -> Vec<PathBuf> {
        // Where the file cannot be found, nothing is created.
        let target = Target::find(&self.file);
        target.map_or_else(
            |_| Vec::new(),
            |target| companion_files(&Partial::path_of(&target.path)).to_vec(),
        )
    }

    /// Restores the backup.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] for a damaged backup, [`Error::ForeignFormat`] for a file that is none,
    /// or if the file to replace is no store, one of the kind
    /// [`Unavailable`](tracking_core::ErrorKind::Unavailable) if another program has the file open,
    /// and [`Error::Backend`] if there is a file already, or the copy cannot be written. The file
    /// is unchanged then.
    pub fn run(&self, progress: &mut dyn FnMut(Progress)) -> Result<RestoredBackup> {
        version::check(&self.backup)?;
        let mut target = Target::find(&self.file)?;
        target.require_replaceable(self.replace, &self.backup)?;
        let source = self.check_backup()?;
        let restored = RestoredBackup {
            stores: source.stores.clone(),
            bytes: source.bytes,
            replaced: target.exists(),
        };
        if self.dry_run {
            return Ok(restored);
        }
        target.lock(self.busy_timeout)?;
        let partial = Partial::new(&target.path);
        self.fill(&partial.path, &source, target.exists(), progress)?;
        target.put(&partial.path)?;
        Ok(restored)
    }

    /// Opens the backup read-only and checks it.
    fn check_backup(&self) -> Result<Source> {
        let backup = &*self.backup;
        let mut settings = SqliteStorage::builder(backup).read_only().settings;
        let version = open::open_any_version(backup, &mut settings)?;
        let look = || -> StoreResult<(Source, Vec<IntegrityIssue>)> {
            let connection = settings.connect_reader(backup)?;
            // What is checked is what is copied.
            connection.execute_batch("begin; select 1 from sqlite_schema limit 1")?;
            let mut issues = Vec::new();
            check_pages(&connection, &mut issues)?;
            let stores = store_names(&connection)?;
            for store in stores.iter().filter(|_| version == VERSION) {
                if issues.is_empty() {
                    issues = find_issues(&connection, &Statements::of(store), store)?;
                }
            }
            let size = "select page_count * page_size from pragma_page_count, pragma_page_size";
            let bytes: i64 = connection.query_row(size, [], |row| row.get(0))?;
            let source = Source {
                connection,
                version,
                stores,
                bytes: bytes.unsigned_abs(),
            };
            Ok((source, issues))
        };
        let (source, issues) = look().map_err(|failure| failure.into_core("check", backup))?;
        refuse_damaged(backup, &issues)?;
        Ok(source)
    }

    /// Makes the copy, as it is to be put in place.
    fn fill(
        &self,
        partial: &Path,
        source: &Source,
        is_private: bool,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let failed = |error| Error::backend(format!("restore to {}", self.file.display()), error);
        if is_private {
            // Nobody else may read it before it has the permissions of the replaced file.
            create_private(partial).map_err(failed)?;
        }
        copy(&source.connection, partial, progress)
            .map(drop)
            .map_err(|failure| failure.into_core("restore to", &self.file))?;
        if source.version != VERSION {
            self.upgrade(partial, &source.stores)?;
        }
        let finish = || -> StoreResult<()> {
            let copy = Connection::open(partial)?;
            renew_epochs(&copy, self.clock.now())?;
            copy.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
            Ok(copy.close().map_err(|(_, error)| error)?)
        };
        finish().map_err(|failure| failure.into_core("restore to", &self.file))?;
        File::open(partial)
            .and_then(|file| file.sync_all())
            .map_err(failed)
    }

    /// Upgrades a copy of an earlier version, and checks its stores.
    fn upgrade(&self, partial: &Path, stores: &[StoreName]) -> Result<()> {
        for name in stores {
            let store = SqliteStorage::builder(partial)
                .store(name.clone())
                .clock(Arc::clone(&self.clock))
                .open()?;
            refuse_damaged(&self.backup, &store.check()?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for BackupRestore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackupRestore")
            .field("backup", &self.backup)
            .field("file", &self.file)
            .field("replace", &self.replace)
            .field("dry_run", &self.dry_run)
            .field("busy_timeout", &self.busy_timeout)
            .finish_non_exhaustive()
    }
}

fn store_names(connection: &Connection) -> StoreResult<Vec<StoreName>> {
    let mut statement = connection.prepare("select name from store order by name")?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    names.map(|name| Ok(StoreName::new(name?)?)).collect()
}

fn refuse_damaged(backup: &Path, issues: &[IntegrityIssue]) -> Result<()> {
    let Some(first) = issues.first() else {
        return Ok(());
    };
    let reason = match issues.len() - 1 {
        0 => first.to_string(),
        more => format!("{first}, and {more} more"),
    };
    let place = format!("the backup {}", backup.display());
    Err(Error::corrupt(place, None, reason, None))
}
