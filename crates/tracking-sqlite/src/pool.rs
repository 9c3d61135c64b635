//! A bounded pool of reading connections.

use std::path::PathBuf;
use std::thread::{self, ThreadId};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use tracking_core::Error;

use crate::connection::Settings;
use crate::error::{StoreError, StoreResult};
use crate::events;
use crate::identity::Identity;
use crate::name_cache::NameCache;
use crate::sql::{BEGIN_TO_READ, COMMIT};

/// How much a connection beyond the maximum keeps of the file in memory, in bytes.
const NESTED_CACHE_SIZE: u64 = 1024 * 1024;

/// The connections of a store that read.
///
/// A call waits where all are in use. A visitor that calls the store would wait for itself, so a
/// thread that has a connection already gets another one beyond the maximum, which is closed
/// afterwards.
#[derive(Debug)]
pub(crate) struct Pool {
    file: PathBuf,
    identity: Identity,
    settings: Settings,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Reader>,
    /// Which thread has each connection that is in use.
    in_use: Vec<ThreadId>,
}

/// A connection that reads, and the names it has met.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) connection: Connection,
    pub(crate) names: NameCache,
}

/// The right to use one connection; given back when it is dropped.
struct Permit<'p> {
    pool: &'p Pool,
    thread: ThreadId,
    is_nested: bool,
    /// What is kept for the next call.
    returned_reader: Option<Reader>,
}

impl Pool {
    pub(crate) fn new(file: PathBuf, identity: Identity, settings: Settings) -> Self {
        Self {
            file,
            identity,
            settings,
            state: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// Provides a reader to a call; it is kept for the next call unless `read` fails or panics.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&mut Reader) -> StoreResult<T>,
    ) -> StoreResult<T> {
        self.identity.check(&self.file)?;
        let (mut permit, idle) = self.permit()?;
        let mut reader = match idle {
            Some(reader) => reader,
            None => self.connect(permit.is_nested)?,
        };
        let answer = read(&mut reader);
        if !permit.is_nested && !matches!(answer, Err(StoreError::Sqlite(_))) {
            permit.returned_reader = Some(reader);
        }
        answer
    }

    /// Waits until a connection may be used, as long as for one that writes.
    fn permit(&self) -> StoreResult<(Permit<'_>, Option<Reader>)> {
        let (max, timeout) = (self.settings.max_readers, self.settings.busy_timeout);
        let thread = thread::current().id();
        let mut state = self.state.lock();
        let is_nested = state.in_use.len() >= max && state.in_use.contains(&thread);
        if !is_nested {
            let all_in_use = |state: &mut State| state.in_use.len() >= max;
            let waited = self
                .returned
                .wait_while_for(&mut state, all_in_use, timeout);
            if waited.timed_out() {
                drop(state);
                events::readers_exhausted(&self.file, max, timeout);
                return Err(self.exhausted().into());
            }
        }
        state.in_use.push(thread);
        // One beyond the maximum is not among those that are kept.
        let idle = if is_nested { None } else { state.idle.pop() };
        let permit = Permit {
            pool: self,
            thread,
            is_nested,
            returned_reader: None,
        };
        Ok((permit, idle))
    }

    fn connect(&self, is_nested: bool) -> StoreResult<Reader> {
        let mut settings = self.settings.clone();
        if is_nested {
            let connections = (settings.max_readers as u64).saturating_add(1);
            let small = NESTED_CACHE_SIZE.saturating_mul(connections);
            settings.cache_size = settings.cache_size.min(small);
        }
        Ok(Reader {
            connection: settings.connect_reader(&self.file)?,
            names: NameCache::default(),
        })
    }

    fn exhausted(&self) -> Error {
        let (max, timeout) = (self.settings.max_readers, self.settings.busy_timeout);
        Error::unavailable(
            format!(
                "read from {}; try again, end visits sooner, or allow more with `max_readers`",
                self.file.display()
            ),
            format!("all {max} connections for reading have been in use for {timeout:?}"),
        )
    }

    /// The same with several statements that all see the file as it is at one moment.
    pub(crate) fn read_snapshot<T>(
        &self,
        read: impl FnOnce(&mut Reader) -> StoreResult<T>,
    ) -> StoreResult<T> {
        self.read(|reader| {
            reader
                .connection
                .prepare_cached(BEGIN_TO_READ)?
                .execute([])?;
            let answer = read(reader);
            // Where this is not reached, because of a panic, the connection is closed.
            reader.connection.prepare_cached(COMMIT)?.execute([])?;
            answer
        })
    }

    /// Gives all connections up without closing them, as the child of a fork has to.
    pub(crate) fn leak_connections(&self) {
        std::mem::take(&mut self.state.lock().idle)
            .into_iter()
            .for_each(std::mem::forget);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state.lock();
        let mut threads = state.in_use.iter();
        if let Some(place) = threads.position(|thread| *thread == self.thread) {
            state.in_use.swap_remove(place);
        }
        state.idle.extend(self.returned_reader.take());
        drop(state);
        self.pool.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::Barrier;
    use std::time::Duration;

    use serde_json::json;
    use tracking_core::{Query, Result, TrackingStorage, TrackingStorageExt};

    use crate::SqliteStorage;

    fn store(folder: &tempfile::TempDir, max: usize, timeout: Duration) -> SqliteStorage {
        let builder = SqliteStorage::builder(folder.path().join("test.db"));
        let store = builder.max_readers(max).busy_timeout(timeout).open();
        let store = store.unwrap();
        store.save_data("t", "u", json!({})).unwrap();
        store
    }

    fn open_connections(store: &SqliteStorage) -> usize {
        let state = store.readers.state.lock();
        state.idle.len() + state.in_use.len()
    }

    fn visit(store: &SqliteStorage, meanwhile: impl Fn()) -> Result<()> {
        let visited = store.visit(&Query::all(), &mut |_| {
            meanwhile();
            ControlFlow::Continue(())
        });
        visited.map(drop)
    }

    #[test]
    fn many_visits_at_a_time_take_turns_with_few_connections() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, 3, Duration::from_mins(1));
        std::thread::scope(|scope| {
            for _ in 0..50 {
                scope.spawn(|| {
                    visit(&store, || {
                        assert!(open_connections(&store) <= 3);
                        std::thread::yield_now();
                    })
                    .unwrap();
                });
            }
        });
        assert!((1..=3).contains(&open_connections(&store)));
    }

    #[test]
    fn who_waits_too_long_gets_an_error_and_may_try_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, 2, Duration::from_millis(20));
        let (entered, leave) = (Barrier::new(3), Barrier::new(3));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let hold = || {
                        entered.wait();
                        leave.wait();
                    };
                    visit(&store, hold).unwrap();
                });
            }
            entered.wait();
            let error = store.count(&Query::all()).unwrap_err();
            leave.wait();
            assert!(error.is_retryable(), "{error:?}");
            assert!(error.to_string().contains("max_readers"), "{error}");
            let why = std::error::Error::source(&error).unwrap().to_string();
            assert!(why.contains("all 2 connections"), "{why}");
        });
        assert_eq!(store.count(&Query::all()).unwrap(), 1);
    }

    #[test]
    fn a_visitor_that_calls_the_store_does_not_wait_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, 1, Duration::from_millis(20));
        visit(&store, || {
            visit(&store, || {
                assert_eq!(store.count(&Query::all()).unwrap(), 1);
            })
            .unwrap();
        })
        .unwrap();
        assert_eq!(open_connections(&store), 1, "the others are closed");
    }

    #[test]
    fn a_connection_whose_visitor_panicked_is_closed_and_another_one_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, 1, Duration::from_millis(20));
        for _ in 0..3 {
            std::thread::scope(|scope| {
                let visit = scope.spawn(|| visit(&store, || panic!("as a visitor may")));
                assert!(visit.join().is_err());
            });
            assert_eq!(open_connections(&store), 0);
        }
        assert_eq!(store.count(&Query::all()).unwrap(), 1);
    }
}
