//! Properties of a store that every process agrees on: they are kept in the file.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::StoreResult;
use crate::sql::Statements;

/// What can be set. The names stand in the file and must never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// How old a batch id may become, in microseconds; [`NO_LIMIT`] for ever.
    BatchMaxAge,
    /// How many batch ids are remembered; [`NO_LIMIT`] for all.
    BatchMaxCount,
    /// The epoch of the change feed; negative where that is off.
    FeedEpoch,
    /// How old an entry of the change feed may become, in microseconds; [`NO_LIMIT`] for ever.
    FeedMaxAge,
    /// How many entries of the change feed are kept; [`NO_LIMIT`] for all.
    FeedMaxCount,
    /// How many entries of the change feed are forgotten.
    FeedFloor,
    /// The last track that the table of counts covers.
    CountedTo,
}

/// The value of a limit that is none.
pub(crate) const NO_LIMIT: i64 = -1;

impl Setting {
    fn name(self) -> &'static str {
        match self {
            Self::BatchMaxAge => "batch_max_age",
            Self::BatchMaxCount => "batch_max_count",
            Self::FeedEpoch => "feed_epoch",
            Self::FeedMaxAge => "feed_max_age",
            Self::FeedMaxCount => "feed_max_count",
            Self::FeedFloor => "feed_floor",
            Self::CountedTo => "counted_to",
        }
    }
}

/// What a setting is; nothing where it was never set.
pub(crate) fn get(
    connection: &Connection,
    sql: &Statements,
    setting: Setting,
) -> StoreResult<Option<i64>> {
    let mut statement = connection.prepare_cached(&sql.setting)?;
    let value = statement.query_row([setting.name()], |row| row.get(0));
    Ok(value.optional()?)
}

/// Gives a setting a value; within a transaction.
pub(crate) fn set(
    connection: &Connection,
    sql: &Statements,
    setting: Setting,
    value: i64,
) -> StoreResult<()> {
    let mut statement = connection.prepare_cached(&sql.set_setting)?;
    statement.execute(params![setting.name(), value])?;
    Ok(())
}
