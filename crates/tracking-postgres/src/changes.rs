//! The change feed, in a table of its own.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use tracking_core::{
    Change as FeedEntry, ChangeCursor, ChangeFeed, ChangeKind, ChangePage, Error, Timestamp,
};

use crate::commit_writes::oldest_kept;
use crate::error::{Result, StoreError, corrupt_row};
use crate::statement::Sql;
use crate::store_row::{StoreRow, micros, number};
use crate::transaction::Transaction;
use crate::values::Time;

impl Transaction {
    /// Adds the statements that write what has changed and forget what is beyond the retention.
    pub(crate) fn push_changes(&mut self, all: &mut Vec<Sql>) {
        let Some(changes) = self.changes.take().filter(|changes| !changes.is_empty()) else {
            return;
        };
        self.push_epoch_after_failover(all);
        let (mut positions, mut kinds) = (Vec::new(), Vec::new());
        let (mut firsts, mut lasts) = (Vec::new(), Vec::new());
        let id = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
        for range in changes.into_ranges() {
            self.row.last_change += 1;
            positions.push(self.row.last_change);
            kinds.push(range.kind.code().to_owned());
            firsts.push(id(range.first));
            lasts.push(id(range.last));
        }
        all.push(
            Sql::fixed(
                "insert into tracking.change (store, position, kind, first_id, last_id, time) \
                 select $1, n.*, $6 from unnest($2::bigint[], $3::text[], $4::bigint[], \
                 $5::bigint[]) as n",
            )
            .with_text(self.store.as_str())
            .with_ints(positions)
            .with_texts(kinds)
            .with_ints(firsts)
            .with_ints(lasts)
            .with_time(self.now),
        );
        if let Some(count) = number(self.row.feed.max_count()) {
            all.push(
                Sql::fixed("delete from tracking.change where store = $1 and position <= $2")
                    .with_text(self.store.as_str())
                    .with_int(self.row.last_change.saturating_sub(count)),
            );
        }
        if let Some(oldest) = oldest_kept(self.now, micros(self.row.feed.max_age())) {
            all.push(
                Sql::fixed(
                    "delete from tracking.change where store = $1 and position < \
                     (select position from tracking.change where store = $1 and time >= $2 \
                     order by position limit 1)",
                )
                .with_text(self.store.as_str())
                .with_time(oldest),
            );
        }
    }

    /// A server that was a standby may lack the last changes, and gives their numbers again: from
    /// here on it is another epoch, which begins after what has survived. So it is where nobody
    /// knows on which server the epoch began.
    fn push_epoch_after_failover(&mut self, all: &mut Vec<Sql>) {
        let row = &mut self.row;
        if row.timeline.is_none() || row.timeline == row.feed_timeline {
            return;
        }
        row.feed_epoch = next_epoch(row.feed_epoch, self.now);
        row.feed_timeline = row.timeline;
        all.push(insert_epoch(&self.store, row));
    }

    /// Turns the feed on or off, or changes how long it keeps its entries.
    pub(crate) async fn set_feed(&mut self, feed: &ChangeFeed) -> Result<Vec<Sql>> {
        // Also without an entry, since the first one may be lost in a failover.
        let timeline = self.query(Sql::fixed("select tracking.timeline()")).await?;
        let timeline = timeline.first().map(|row| row.try_get(0)).transpose()?;
        let mut all = Vec::new();
        let row = &mut self.row;
        if feed.is_on() != row.feed.is_on() {
            for text in [
                "delete from tracking.change where store = $1",
                "delete from tracking.feed_epoch where store = $1",
            ] {
                all.push(Sql::fixed(text).with_text(self.store.as_str()));
            }
            row.last_change = 0;
            row.feed_epoch = next_epoch(row.feed_epoch, self.now);
            row.feed_timeline = timeline.flatten();
            if feed.is_on() {
                all.push(insert_epoch(&self.store, row));
            }
        }
        row.feed = *feed;
        all.push(
            Sql::fixed(
                "update tracking.store set feed_is_on = $2, feed_max_age = $3, \
                 feed_max_count = $4 where store = $1",
            )
            .with_text(self.store.as_str())
            .with(feed.is_on(), Type::BOOL)
            .with(micros(feed.max_age()), Type::INT8)
            .with(number(feed.max_count()), Type::INT8),
        );
        self.changes = None;
        Ok(all)
    }

    /// Whether counters have moved that are to be written.
    pub(crate) fn is_row_changed(&self) -> bool {
        self.row.written() != self.before
    }

    /// Adds the statement that writes the counters.
    pub(crate) fn push_row(&self, all: &mut Vec<Sql>) {
        if !self.is_row_changed() {
            return;
        }
        let update = Sql::fixed(
            "update tracking.store set feed_timeline = $2, last_track = $3, last_run = $4, \
             last_batch = $5, last_index = $6, last_change = $7, feed_epoch = $8 \
             where store = $1",
        );
        let update = update
            .with_text(self.store.as_str())
            .with(self.row.feed_timeline, Type::INT4);
        all.push(self.row.written().into_iter().fold(update, Sql::with_int));
    }
}

fn next_epoch(before: i64, now: Timestamp) -> i64 {
    i64::try_from(ChangeFeed::next_epoch(before.unsigned_abs(), now)).unwrap_or(i64::MAX)
}

fn insert_epoch(store: &str, row: &StoreRow) -> Sql {
    Sql::fixed("insert into tracking.feed_epoch (store, epoch, start_position) values ($1, $2, $3)")
        .with_text(store)
        .with_int(row.feed_epoch)
        .with_int(row.last_change)
}

/// The feed as of one moment: where it is, and the entries after a place.
///
/// Each row has the state of the feed, and an entry where there is one.
///
/// Where a server loses its parent process, commits stop to wait for the synchronous standby, and
/// the processes that are left show them although they may be lost. Such a process ends as soon as
/// it waits for something; so the statement waits, and nobody sees a change that is lost.
pub(crate) fn select_page(store: &str, after: Option<&ChangeCursor>, limit: usize) -> Sql {
    let epoch = after.map(|after| i64::try_from(after.epoch()).unwrap_or(i64::MAX));
    let position = after.map(|after| i64::try_from(after.position()).unwrap_or(i64::MAX));
    Sql::fixed(
        "select s.feed_is_on, s.feed_epoch, s.last_change, \
         coalesce((select min(position) - 1 from tracking.change where store = $1), \
         s.last_change), \
         (select start_position from tracking.feed_epoch where store = $1 and epoch > $2 \
         order by epoch limit 1), \
         exists (select from tracking.feed_epoch where store = $1 and epoch = $2), \
         c.position, c.kind, c.first_id, c.last_id, c.time, \
         (select max(epoch) from tracking.feed_epoch where store = $1 \
         and start_position < c.position), \
         pg_is_in_recovery(), (select pg_sleep(0.001) is null) \
         from tracking.store as s left join lateral (select * from tracking.change as c \
         where c.store = $1 and c.position > coalesce($3, -1) order by c.position limit $4) as c \
         on s.feed_is_on where s.store = $1 order by c.position",
    )
    .with_text(store)
    .with(epoch, Type::INT8)
    .with(position, Type::INT8)
    .with_int(i64::try_from(limit).unwrap_or(i64::MAX))
}

/// The state of a feed.
struct Feed {
    epoch: u64,
    floor: u64,
    end: u64,
    /// Where the epoch after that of the cursor begins.
    next_epoch_start: Option<u64>,
    knows_epoch: bool,
    /// Whether the server is a standby, which may not have everything yet.
    is_standby: bool,
}

impl Feed {
    fn of_row(row: &Row) -> Result<Self> {
        if !row.try_get::<_, bool>(0)? {
            return Err(Error::feed_off().into());
        }
        let next: Option<i64> = row.try_get(4)?;
        Ok(Self {
            epoch: unsigned(row, 1)?,
            end: unsigned(row, 2)?,
            floor: unsigned(row, 3)?,
            next_epoch_start: next.map(i64::unsigned_abs),
            knows_epoch: row.try_get(5)?,
            is_standby: row.try_get(12)?,
        })
    }

    fn last(&self) -> ChangeCursor {
        ChangeCursor::new(self.epoch, self.end)
    }

    /// Whether a standby has not yet what the consumer has seen on the primary.
    fn is_behind(&self, after: &ChangeCursor) -> bool {
        self.is_standby && (after.epoch(), after.position()) > (self.epoch, self.end)
    }

    /// The place to read from, unless entries after it are gone.
    fn start(&self, after: Option<&ChangeCursor>) -> Result<ChangeCursor> {
        let Some(after) = after else {
            return Ok(ChangeCursor::new(self.epoch, self.floor));
        };
        let position = after.position();
        let is_there = self.knows_epoch
            && (self.floor..=self.end).contains(&position)
            // What was seen of an earlier epoch beyond the begin of the next was lost in a failover.
            && self.next_epoch_start.is_none_or(|start| position <= start);
        if is_there {
            Ok(*after)
        } else {
            Err(Error::changes_expired(*after, self.last()).into())
        }
    }
}

fn unsigned(row: &Row, column: usize) -> Result<u64> {
    Ok(row.try_get::<_, i64>(column)?.unsigned_abs())
}

fn first_row(rows: &[Row]) -> Result<&Row> {
    rows.first()
        .ok_or_else(|| StoreError::Core(Error::not_found("the store; it was removed", None)))
}

/// The page that [`select_page`] found.
pub(crate) fn page(rows: &[Row], after: Option<&ChangeCursor>) -> Result<ChangePage> {
    let feed = Feed::of_row(first_row(rows)?)?;
    if let Some(after) = after.filter(|after| feed.is_behind(after)) {
        return Ok(ChangePage::new(Vec::new(), *after));
    }
    let from = feed.start(after)?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(position) = row.try_get::<_, Option<i64>>(6)? else {
            break;
        };
        let code: &str = row.try_get(7)?;
        let kind = ChangeKind::from_code(code)
            .ok_or_else(|| corrupt_row("change", position, "the kind is unknown"))?;
        let ids = (unsigned(row, 8)?, unsigned(row, 9)?);
        let time: Time = row.try_get(10)?;
        let epoch: Option<i64> = row.try_get(11)?;
        let epoch = epoch.map_or(feed.epoch, i64::unsigned_abs);
        let cursor = ChangeCursor::new(epoch, position.unsigned_abs());
        changes.push(FeedEntry::new(cursor, kind, ids, time.0));
    }
    let next = changes.last().map_or(from, FeedEntry::cursor);
    Ok(ChangePage::new(changes, next))
}

/// The place after the last entry, as [`select_page`] found it.
pub(crate) fn last(rows: &[Row]) -> Result<ChangeCursor> {
    Ok(Feed::of_row(first_row(rows)?)?.last())
}
