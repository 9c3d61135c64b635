//! Keys that saves were made under.

use rusqlite::{Connection, OptionalExtension, Row, params};
use tracking_core::{Fingerprint, Key, KeyUse, NewTrack};

use crate::change::Change;
use crate::error::{InRow as _, StoreResult, corrupt_by};
use crate::rows::track_id;
use crate::sql::Statements;

impl Change<'_> {
    /// What was saved under a key.
    pub(crate) fn key_use(&self, key: &Key) -> StoreResult<Option<KeyUse>> {
        key_use(self.connection, self.sql, key)
    }

    /// Notes what was saved under a key, where there is one.
    pub(crate) fn note_key(&self, saved: &NewTrack, track: i64) -> StoreResult<()> {
        match saved.key() {
            Some(key) => self.add_key(key, track, Fingerprint::of(saved)),
            None => Ok(()),
        }
    }

    pub(crate) fn add_key(
        &self,
        key: &Key,
        track: i64,
        fingerprint: Fingerprint,
    ) -> StoreResult<()> {
        let fingerprint = fingerprint.to_u128().to_be_bytes();
        let mut statement = self.connection.prepare_cached(&self.sql.add_key)?;
        statement.execute(params![key.as_str(), track, fingerprint])?;
        Ok(())
    }
}

/// What was saved under a key.
pub(crate) fn key_use(
    connection: &Connection,
    sql: &Statements,
    key: &Key,
) -> StoreResult<Option<KeyUse>> {
    let mut statement = connection.prepare_cached(&sql.find_key)?;
    let found = statement
        .query_row([key.as_str()], |row| read(row, 0))
        .optional()?;
    found
        .map(|(track, fingerprint)| key_use_of(key.clone(), track, &fingerprint))
        .transpose()
}

/// At most so many keys in order, after one of them.
pub(crate) fn key_uses(
    connection: &Connection,
    sql: &Statements,
    after: Option<&Key>,
    limit: usize,
) -> StoreResult<Vec<KeyUse>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let text = if after.is_some() {
        &sql.keys_after
    } else {
        &sql.first_keys
    };
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = match after {
        Some(after) => statement.query(params![limit, after.as_str()])?,
        None => statement.query([limit])?,
    };
    let mut uses = Vec::new();
    while let Some(row) = rows.next()? {
        uses.push(of_row(row)?);
    }
    Ok(uses)
}

/// A key, its track and its fingerprint, which a row has.
pub(crate) fn of_row(row: &Row<'_>) -> StoreResult<KeyUse> {
    let name: String = row.get(0)?;
    let key = Key::new(name).map_err(|error| corrupt_by("a key", error))?;
    let (track, fingerprint) = read(row, 1)?;
    key_use_of(key, track, &fingerprint)
}

/// The track and the fingerprint, from this column on.
fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<(i64, Vec<u8>)> {
    Ok((row.get(first)?, row.get(first + 1)?))
}

fn key_use_of(key: Key, track: i64, fingerprint: &[u8]) -> StoreResult<KeyUse> {
    let number = fingerprint.try_into().map(u128::from_be_bytes);
    let number = number
        .map_err(|error| corrupt_by("a fingerprint", error))
        .in_row("key", key.as_str())?;
    let track = track_id(track).in_row("key", key.as_str())?;
    Ok(KeyUse::new(key, track, Fingerprint::from_u128(number)))
}
