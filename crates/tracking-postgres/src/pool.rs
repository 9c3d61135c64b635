//! The connections of a store.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Settings;
use crate::connection::Connection;
use crate::error::{Result, StoreError};
use crate::events;
use crate::runtime::RuntimeThread;

/// Lends connections, at most so many at once, and opens them as they are needed.
pub(crate) struct Pool {
    pub(crate) settings: Settings,
    thread: RuntimeThread,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
    /// Connections of an earlier generation are closed when they come back.
    generation: AtomicU64,
}

impl Pool {
    pub(crate) fn new(settings: Settings, thread: RuntimeThread) -> Arc<Self> {
        Arc::new(Self {
            permits: Arc::new(Semaphore::new(settings.max_connections)),
            settings,
            thread,
            idle: Mutex::default(),
            generation: AtomicU64::new(0),
        })
    }

    /// Lends a connection; waits while all are in use.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<PooledConnection> {
        let limit = self.settings.locking_timeout();
        let permit = Arc::clone(&self.permits).acquire_owned();
        let Ok(Ok(permit)) = tokio::time::timeout(limit, permit).await else {
            events::pool_exhausted(self.settings.max_connections, limit);
            return Err(StoreError::PoolExhausted(limit));
        };
        let generation = self.generation.load(Ordering::Acquire);
        let connection = match self.take_idle(generation) {
            Some(idle) => idle,
            None => self.open(generation).await?,
        };
        Ok(PooledConnection {
            connection: Some(connection),
            pool: Arc::clone(self),
            _permit: permit,
        })
    }

    /// Opens a connection that is not counted.
    pub(crate) async fn extra(&self) -> Result<Connection> {
        self.open(self.generation.load(Ordering::Acquire)).await
    }

    async fn open(&self, generation: u64) -> Result<Connection> {
        // In a box, since it is large and rarely needed, while the future of each call is moved.
        Box::pin(Connection::open(
            &self.settings,
            self.thread.clone(),
            generation,
        ))
        .await
    }

    fn take_idle(&self, generation: u64) -> Option<Connection> {
        let mut idle = self.idle.lock();
        while let Some(connection) = idle.pop() {
            if connection.generation == generation && connection.is_usable() {
                return Some(connection);
            }
        }
        None
    }

    /// Closes the idle connections, since one of their age was found dead; those in use follow when
    /// they come back.
    pub(crate) fn renew(&self, dead: u64) {
        let next = dead + 1;
        let renewed =
            self.generation
                .compare_exchange(dead, next, Ordering::AcqRel, Ordering::Acquire);
        if renewed.is_ok() {
            self.idle.lock().clear();
            events::connections_renewed(next);
        }
    }
}

/// A connection that goes back to its pool.
pub(crate) struct PooledConnection {
    /// Only taken when it is dropped.
    connection: Option<Connection>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl PooledConnection {
    /// Closes all connections of its generation.
    pub(crate) fn renew_pool(&self) {
        if let Some(connection) = &self.connection {
            connection.break_off();
            self.pool.renew(connection.generation);
        }
    }
}

impl Deref for PooledConnection {
    type Target = Connection;

    #[expect(
        clippy::expect_used,
        reason = "it is only taken when it is dropped, after which nobody asks"
    )]
    fn deref(&self) -> &Connection {
        self.connection
            .as_ref()
            .expect("it is there until it is dropped")
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let generation = self.pool.generation.load(Ordering::Acquire);
        if connection.is_usable() && connection.generation == generation {
            self.pool.idle.lock().push(connection);
        }
    }
}
