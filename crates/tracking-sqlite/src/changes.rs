//! The change feed, in a table of the file.

use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use tracking_core::{
    Change as FeedEntry, ChangeCursor, ChangeFeed, ChangeKind, ChangePage, ChangeSet, Error,
    Timestamp,
};

use crate::SqliteStorage;
use crate::change::Change;
use crate::error::{InRow as _, StoreResult, corrupt_row};
use crate::feed::Feed;
use crate::rows::timestamp;
use crate::settings::{NO_LIMIT, Setting};
use crate::sql::Statements;

/// How long a call that waits for changes sleeps before it looks again.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// At most `limit` entries after a place, or from the oldest one on.
pub(crate) fn page(
    connection: &Connection,
    sql: &Statements,
    after: Option<&ChangeCursor>,
    limit: usize,
) -> StoreResult<ChangePage> {
    let feed = Feed::read(connection, sql)?;
    let (position, from) = feed.start(after)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql.changes_after)?;
    let mut rows = statement.query(params![position, limit])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let (code, first, last): (String, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let kind = ChangeKind::from_code(&code)
            .ok_or_else(|| corrupt_row("an unknown kind of change"))
            .in_row("change", number)?;
        let time = timestamp(row.get(4)?).in_row("change", number)?;
        let ids = (first.unsigned_abs(), last.unsigned_abs());
        changes.push(FeedEntry::new(feed.cursor(number), kind, ids, time));
    }
    let next = changes.last().map_or(from, FeedEntry::cursor);
    Ok(ChangePage::new(changes, next))
}

impl Change<'_> {
    /// Notes that something happened to a track or run, where there is a feed.
    pub(crate) fn note(&mut self, kind: ChangeKind, number: i64) {
        if let Some(changes) = &mut self.changes {
            changes.add(kind, number.unsigned_abs());
        }
    }

    /// The feed as it is in the file, which is remembered while nobody else writes.
    pub(crate) fn feed(&mut self) -> StoreResult<Feed> {
        if let Some(feed) = self.cache.feed {
            return Ok(feed);
        }
        let feed = Feed::read(self.connection, self.sql)?;
        self.cache.feed = Some(feed);
        Ok(feed)
    }

    /// Turns the feed on or off, or changes how long it keeps its entries.
    pub(crate) fn set_feed(&mut self, settings: &ChangeFeed, now: Timestamp) -> StoreResult<()> {
        let before = self.feed()?;
        if settings.is_on() != before.settings.is_on() {
            let mut statement = self.connection.prepare_cached(&self.sql.remove_changes)?;
            statement.execute([])?;
            self.set(Setting::FeedFloor, 0)?;
            let epoch = ChangeFeed::next_epoch(before.epoch, now);
            let epoch = i64::try_from(epoch).unwrap_or(i64::MAX);
            self.set(
                Setting::FeedEpoch,
                if settings.is_on() { epoch } else { -epoch },
            )?;
        }
        let age = settings
            .max_age()
            .map(|age| i64::try_from(age.as_micros()).ok());
        self.set(Setting::FeedMaxAge, age.flatten().unwrap_or(NO_LIMIT))?;
        let count = settings.max_count().map(|count| i64::try_from(count).ok());
        self.set(Setting::FeedMaxCount, count.flatten().unwrap_or(NO_LIMIT))?;
        self.cache.feed = None;
        self.changes = None;
        Ok(())
    }

    /// Writes the changes of this transaction, and forgets what is beyond the retention.
    pub(crate) fn write_changes(&mut self, changes: ChangeSet, now: Timestamp) -> StoreResult<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut feed = self.feed()?;
        let mut insert = self.connection.prepare_cached(&self.sql.add_change)?;
        for range in changes.into_ranges() {
            feed.end += 1;
            let number = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
            let (first, last) = (number(range.first), number(range.last));
            insert.execute(params![
                feed.end,
                range.kind.code(),
                first,
                last,
                now.micros()
            ])?;
        }
        let count = u64::try_from(feed.end - feed.floor).unwrap_or(0);
        let excess = i64::try_from(feed.settings.excess(count)).unwrap_or(i64::MAX);
        let floor = self.first_to_keep(&feed, feed.floor + excess, now)?;
        if floor > feed.floor {
            let mut remove = self
                .connection
                .prepare_cached(&self.sql.remove_changes_to)?;
            remove.execute([floor])?;
            self.set(Setting::FeedFloor, floor)?;
            feed.floor = floor;
        }
        self.cache.feed = Some(feed);
        Ok(())
    }

    /// The position after which entries are kept: at least `floor`, and after those in front that
    /// are too old.
    fn first_to_keep(&self, feed: &Feed, floor: i64, now: Timestamp) -> StoreResult<i64> {
        let mut floor = floor;
        if feed.settings.max_age().is_some() {
            let mut statement = self.connection.prepare_cached(&self.sql.change_time)?;
            while floor < feed.end {
                let time: Option<i64> = statement
                    .query_row([floor + 1], |row| row.get(0))
                    .optional()?;
                match time {
                    Some(time) if !feed.settings.is_too_old(timestamp(time)?, now) => break,
                    _ => floor += 1,
                }
            }
        }
        Ok(floor)
    }
}

impl SqliteStorage {
    /// Waits until there is a change after a place, from any thread or process.
    pub(crate) fn wait(&self, after: &ChangeCursor, timeout: Duration) -> Result<bool, Error> {
        let mut left = timeout;
        loop {
            // One statement as long as nothing has come; all is looked at where something has.
            let end = self.read(|connection, sql| {
                let mut statement = connection.prepare_cached(&sql.last_change)?;
                Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?)
            })?;
            let is_news = end.is_none_or(|end| end.unsigned_abs() != after.position());
            if is_news {
                let page = self
                    .read_snapshot(|reader, sql| page(&reader.connection, sql, Some(after), 1))?;
                if !page.changes.is_empty() {
                    return Ok(true);
                }
            }
            if left.is_zero() {
                return Ok(false);
            }
            let pause = left.min(POLL_INTERVAL);
            thread::sleep(pause);
            left -= pause;
        }
    }
}
