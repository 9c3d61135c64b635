//! The state of the change feed, as it is in the file.

use std::time::Duration;

use rusqlite::Connection;
use tracking_core::{ChangeCursor, ChangeFeed, Error};

use crate::error::StoreResult;
use crate::settings::{self, Setting};
use crate::sql::Statements;

/// The feed as it is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    pub(crate) settings: ChangeFeed,
    /// The epoch of the feed that is on, or was on last.
    pub(crate) epoch: u64,
    /// How many entries of the epoch are forgotten, and how many there were so far.
    pub(crate) floor: i64,
    pub(crate) end: i64,
}

impl Feed {
    pub(crate) fn read(connection: &Connection, sql: &Statements) -> StoreResult<Self> {
        let get = |setting| settings::get(connection, sql, setting);
        let epoch = get(Setting::FeedEpoch)?.unwrap_or(0);
        let mut feed = Self {
            settings: ChangeFeed::OFF,
            epoch: epoch.unsigned_abs(),
            floor: 0,
            end: 0,
        };
        // The epoch of a feed that was turned off is kept as a negative number.
        if epoch <= 0 {
            return Ok(feed);
        }
        let age = get(Setting::FeedMaxAge)?.and_then(|age| u64::try_from(age).ok());
        let count = get(Setting::FeedMaxCount)?.and_then(|count| u64::try_from(count).ok());
        feed.settings = ChangeFeed::UNLIMITED
            .with_max_age(age.map(Duration::from_micros))
            .with_max_count(count);
        feed.floor = get(Setting::FeedFloor)?.unwrap_or(0);
        let mut statement = connection.prepare_cached(&sql.last_change)?;
        let last: Option<i64> = statement.query_row([], |row| row.get(0))?;
        feed.end = last.unwrap_or(feed.floor);
        Ok(feed)
    }

    pub(crate) fn cursor(&self, position: i64) -> ChangeCursor {
        ChangeCursor::new(self.epoch, position.unsigned_abs())
    }

    /// The place after the last entry.
    pub(crate) fn last(&self) -> StoreResult<ChangeCursor> {
        if self.settings.is_on() {
            Ok(self.cursor(self.end))
        } else {
            Err(Error::feed_off().into())
        }
    }

    /// The position to read from.
    pub(crate) fn start(&self, after: Option<&ChangeCursor>) -> StoreResult<(i64, ChangeCursor)> {
        let last = self.last()?;
        let from = after.copied().unwrap_or_else(|| self.cursor(self.floor));
        match i64::try_from(from.position()) {
            Ok(position)
                if from.epoch() == self.epoch && (self.floor..=self.end).contains(&position) =>
            {
                Ok((position, from))
            }
            _ => Err(Error::changes_expired(from, last).into()),
        }
    }
}
