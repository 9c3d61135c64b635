//! Connections that read, a few of which are kept for the next call.

use std::path::PathBuf;

use parking_lot::Mutex;
use rusqlite::Connection;

use crate::connection::Settings;
use crate::error::{Done, Failure};

/// How many connections are kept while nobody uses them.
const KEPT: usize = 8;

/// The connections of a store that read.
///
/// There are as many as calls at one time, for a visitor may call the store again and must not
/// wait for itself.
#[derive(Debug)]
pub(crate) struct Pool {
    file: PathBuf,
    settings: Settings,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(crate) fn new(file: PathBuf, settings: Settings) -> Self {
        Self {
            file,
            settings,
            idle: Mutex::default(),
        }
    }

    /// Lends a connection of one's own; it is kept for the next call unless `read` fails.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Done<T>) -> Done<T> {
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.settings.connect_reader(&self.file)?,
        };
        let answer = read(&connection);
        if !matches!(answer, Err(Failure::Sqlite(_))) {
            let mut idle = self.idle.lock();
            if idle.len() < KEPT {
                idle.push(connection);
            }
        }
        answer
    }

    /// Gives all connections up without closing them, as the child of a fork has to.
    pub(crate) fn forget(&self) {
        std::mem::take(&mut *self.idle.lock())
            .into_iter()
            .for_each(std::mem::forget);
    }
}
