//! Opening a store with settings.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tracking_core::{Clock, Field, Result, SystemClock, TrackingStorage as _};

use crate::PostgresStorage;
use crate::config::{ANSWER_TIMEOUT, LOCK_TIMEOUT, MAX_CONNECTIONS, Settings};
use tracking_core::StoreName;

/// Opens a [`PostgresStorage`] with settings.
///
/// | setting | default |
/// |---|---|
/// | [`store`](Self::store) | the store `main` of the database |
/// | [`index`](Self::index) | the indexes on data fields that the store already has |
/// | [`max_connections`](Self::max_connections) | 8 |
/// | [`lock_timeout`](Self::lock_timeout) | 10 seconds |
/// | [`answer_timeout`](Self::answer_timeout) | 30 seconds |
/// | [`prepare_statements`](Self::prepare_statements) | what the connection string says, else yes |
/// | [`read_from`](Self::read_from) | what the connection string says, else the primary alone |
/// | [`partition_every`](Self::partition_every) | what the connection string says, else no partitions |
/// | [`environment`](Self::environment) | what the connection string says |
/// | [`clock`](Self::clock) | the clock of the machine |
/// | [`read_only`](Self::read_only) | no |
#[derive(Clone)]
#[must_use]
pub struct PostgresStorageBuilder {
    connection: String,
    store: StoreName,
    indexes: Vec<Field>,
    clock: Arc<dyn Clock>,
    max_connections: usize,
    lock_timeout: Duration,
    answer_timeout: Duration,
    prepares: Option<bool>,
    reads_only: bool,
    takes_environment: bool,
    read_from: Option<(String, Duration)>,
    partition_every: Option<u64>,
}

impl PostgresStorageBuilder {
    fn new(connection: String) -> Self {
        Self {
            connection,
            store: StoreName::default(),
            indexes: Vec::new(),
            clock: Arc::new(SystemClock),
            max_connections: MAX_CONNECTIONS,
            lock_timeout: LOCK_TIMEOUT,
            answer_timeout: ANSWER_TIMEOUT,
            prepares: None,
            reads_only: false,
            takes_environment: false,
            read_from: None,
            partition_every: None,
        }
    }

    /// Fills in what the connection string leaves out, as libpq does: from `PGHOST`, `PGPORT`,
    /// `PGUSER`, `PGDATABASE`, `PGPASSWORD`, `PGSSLMODE`, `PGSSLROOTCERT`, the password file that
    /// `PGPASSFILE` names, or `~/.pgpass`, and the certificates in `~/.postgresql/root.crt`.
    pub fn environment(self) -> Self {
        Self {
            takes_environment: true,
            ..self
        }
    }

    /// Opens another store of the database, which is created where it does not exist.
    pub fn store(self, store: StoreName) -> Self {
        Self { store, ..self }
    }

    /// Gives a data field an index, where it has none.
    pub fn index(mut self, field: impl Into<Field>) -> Self {
        self.indexes.push(field.into());
        self
    }

    /// Takes the time from another clock.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// How many connections are open at most, at least one. An export opens one more.
    pub fn max_connections(self, max_connections: usize) -> Self {
        Self {
            max_connections: max_connections.max(1),
            ..self
        }
    }

    /// How long a change waits for others that write to the same store, before it fails with an
    /// error that [is worth a retry](tracking_core::Error::is_retryable). PostgreSQL counts whole
    /// milliseconds, from 1 to 2,147,483,647 (24 days).
    pub fn lock_timeout(self, lock_timeout: Duration) -> Self {
        Self {
            lock_timeout,
            ..self
        }
    }

    /// How long the server may take to answer a statement of a change. After that, the connection
    /// is given up. While a change waits for others, [`lock_timeout`](Self::lock_timeout) comes on
    /// top. A query, a removal, an index and an export may take longer.
    pub fn answer_timeout(self, answer_timeout: Duration) -> Self {
        Self {
            answer_timeout,
            ..self
        }
    }

    /// Whether a connection prepares statements that come again; without this, what the connection
    /// string says with `prepare_statements=on` or `off`. Turn it off behind a pooler that gives
    /// each transaction another connection, such as PgBouncer in transaction mode.
    pub fn prepare_statements(self, prepares: bool) -> Self {
        Self {
            prepares: Some(prepares),
            ..self
        }
    }

    /// Reads from standbys, `HOST` or `HOST:PORT` with commas between; without this, those that the
    /// connection string names with `read_from=HOST,HOST&max_lag=SECONDS` (5 by default). A standby
    /// answers if it shows everything that was committed `max_lag` ago and everything that this
    /// store has changed before; else, and where none can be reached, the primary does. Two reads
    /// may see the store at two moments in either order.
    pub fn read_from(self, hosts: impl Into<String>, max_lag: Duration) -> Self {
        Self {
            read_from: Some((hosts.into(), max_lag)),
            ..self
        }
    }

    /// Creates the store with partitions that cover so many ids of tracks each, at least one; without this,
    /// as the connection string says with `partition_every=TRACKS`. A removal by age alone then drops a
    /// partition instead of deleting its tracks, once all of them are too old.
    ///
    /// The tables of the database must have been created by a program that opened its store with this. The
    /// size of a store never changes. A partition is ended by the save that fills it, or by one that follows:
    /// it takes more ids while others read the store for long, and while only roles save that do not own the
    /// tables.
    pub fn partition_every(self, tracks: u64) -> Self {
        Self {
            partition_every: Some(tracks),
            ..self
        }
    }

    /// Only reads, from any host, standbys included; creates nothing, and every change is an error.
    pub fn read_only(self) -> Self {
        Self {
            reads_only: true,
            ..self
        }
    }

    /// Opens the store.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`](tracking_core::Error::InvalidName) for a connection string that
    /// cannot be read, and for [`partition_every`](Self::partition_every) where the store exists with another
    /// size or without partitions, or the tables cannot have any; kind `unavailable` where no host answers,
    /// `access_denied` where the server refuses the user, `not_found` where the database, or for reading only
    /// the store, does not exist, `newer_version` where a newer version of this program has upgraded the
    /// tables.
    pub fn open(self) -> Result<PostgresStorage> {
        let storage = PostgresStorage::unopened(self.settings()?, self.store, self.clock)?;
        storage.prepare()?;
        for field in &self.indexes {
            storage.add_index(field)?;
        }
        Ok(storage)
    }

    /// The names of the stores in the database, sorted.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open) for reading only.
    pub fn store_names(self) -> Result<Vec<StoreName>> {
        let reader = self.read_only();
        let settings = reader.settings()?;
        PostgresStorage::unopened(settings, reader.store, reader.clock)?.all_names()
    }

    fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::parse(&self.connection)?;
        if self.takes_environment {
            crate::environment::complete(&mut settings, |name| std::env::var(name).ok())?;
        }
        settings.set_up_tls()?;
        settings.max_connections = self.max_connections;
        settings.set_lock_timeout(self.lock_timeout);
        settings.answer_timeout = self.answer_timeout;
        settings.prepares = self.prepares.unwrap_or(settings.prepares);
        settings.reads_only = self.reads_only;
        if let Some(tracks) = self.partition_every {
            settings.set_partition_every(tracks)?;
        }
        settings.read_from = self.read_from.clone().or(settings.read_from);
        Ok(settings)
    }
}

impl PostgresStorage {
    /// Opens the store `main` of a database, with the clock of the machine. `connection` is a URL
    /// like `postgres://user@host1,host2/database`, or `key=value` pairs as libpq takes them. The
    /// tables and the store are created where they do not exist.
    ///
    /// # Errors
    ///
    /// Those of [`PostgresStorageBuilder::open`].
    pub fn open(connection: impl Into<String>) -> Result<Self> {
        Self::builder(connection).open()
    }

    /// Opens a database with settings: another store, indexes, time limits.
    pub fn builder(connection: impl Into<String>) -> PostgresStorageBuilder {
        PostgresStorageBuilder::new(connection.into())
    }

    /// The names of the stores in a database, sorted.
    ///
    /// # Errors
    ///
    /// Those of [`PostgresStorageBuilder::open`] for reading only.
    pub fn store_names(connection: impl Into<String>) -> Result<Vec<StoreName>> {
        Self::builder(connection).store_names()
    }
}

impl fmt::Debug for PostgresStorageBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStorageBuilder")
            .field("store", &self.store)
            .field("indexes", &self.indexes)
            .finish_non_exhaustive()
    }
}
