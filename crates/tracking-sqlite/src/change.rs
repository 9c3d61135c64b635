//! A change within the open transaction.

use rusqlite::Connection;
use tracking_core::ChangeSet;

use crate::error::StoreResult;
use crate::settings::{self, Setting};
use crate::sql::Statements;
use crate::write_cache::WriteCache;

/// A change within an open transaction.
#[derive(Debug)]
pub(crate) struct Change<'w> {
    pub(crate) connection: &'w Connection,
    pub(crate) cache: &'w mut WriteCache,
    pub(crate) sql: &'w Statements,
    /// What goes into the change feed, where there is one.
    pub(crate) changes: Option<ChangeSet>,
}

impl Change<'_> {
    /// Gives a setting of the store a value.
    pub(crate) fn set(&self, setting: Setting, value: i64) -> StoreResult<()> {
        settings::set(self.connection, self.sql, setting, value)
    }
}
