//! Connections that read, a few of which are kept for the next call.

use std::path::PathBuf;

use parking_lot::Mutex;
use rusqlite::Connection;

use crate::connection::Settings;
use crate::error::{Done, Failure};
use crate::held_names::HeldNames;
use crate::identity::Identity;
use crate::sql::{BEGIN_TO_READ, COMMIT};

/// How many readers are kept while nobody uses them.
const KEPT: usize = 8;

/// The connections of a store that read.
///
/// There are as many as calls at one time, for a visitor may call the store again and must not
/// wait for itself.
#[derive(Debug)]
pub(crate) struct Pool {
    file: PathBuf,
    identity: Identity,
    settings: Settings,
    idle: Mutex<Vec<Reader>>,
}

/// A connection that reads, and the names it has met.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) connection: Connection,
    pub(crate) names: HeldNames,
}

impl Pool {
    pub(crate) fn new(file: PathBuf, identity: Identity, settings: Settings) -> Self {
        Self {
            file,
            identity,
            settings,
            idle: Mutex::default(),
        }
    }

    /// Lends a reader of one's own; it is kept for the next call unless `read` fails.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut Reader) -> Done<T>) -> Done<T> {
        self.identity.check(&self.file)?;
        let idle = self.idle.lock().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader {
                connection: self.settings.connect_reader(&self.file)?,
                names: HeldNames::default(),
            },
        };
        let answer = read(&mut reader);
        if !matches!(answer, Err(Failure::Sqlite(_))) {
            let mut idle = self.idle.lock();
            if idle.len() < KEPT {
                idle.push(reader);
            }
        }
        answer
    }

    /// The same with several statements that all see the file as it is at one moment.
    pub(crate) fn read_at_once<T>(&self, read: impl FnOnce(&mut Reader) -> Done<T>) -> Done<T> {
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
    pub(crate) fn forget(&self) {
        std::mem::take(&mut *self.idle.lock())
            .into_iter()
            .for_each(std::mem::forget);
    }
}
