//! Counts of tracks that the file keeps, so that a summary need not read every track.
//!
//! The table `track_count` has the numbers of tracks by quarter of an hour, by day and user, by day
//! and task, by user, by task and by run, and the numbers of users and tasks of each day. It covers
//! the tracks up to an id, which is the setting `counted_to`. So a save writes no counts. A commit
//! that leaves [`MAX_UNCOUNTED`] tracks or more after that id counts them, all at once and in its own
//! transaction (`commit_writes.rs`); what reads the counts adds the few tracks after it. Triggers
//! adjust the counts when a track that is covered is changed or removed, also in SQL. Nothing of this
//! is in memory between two statements, so nothing has to be undone where a batch fails.

use crate::error::StoreResult;
use crate::settings::{self, Setting};
use crate::sql::Statements;
use rusqlite::{Connection, Row, params};

/// A commit that leaves so many tracks uncounted counts them. Debug builds count early, so that all
/// tests meet tracks that are counted and tracks that are not.
pub(crate) const MAX_UNCOUNTED: i64 = if cfg!(debug_assertions) { 8 } else { 4_096 };

/// How many tracks are counted in memory at once.
const MAX_COUNTED_AT_ONCE: i64 = 1 << 16;

/// A day and a quarter of an hour in microseconds. A day has a number, counted from 1970 in UTC; a
/// quarter has a number within its day.
pub(crate) const DAY: i64 = 86_400_000_000;
pub(crate) const QUARTER: i64 = 900_000_000;

/// What tracks are counted by: the column `kind`, and what `day` and `item` are. The numbers stand
/// in the file and must never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CountKind {
    /// A day, and a quarter of an hour in it.
    Quarter = 0,
    /// A day and a user.
    DayUser = 1,
    /// A day and a task.
    DayTask = 2,
    /// Day 0 and a user: on any day.
    User = 3,
    /// Day 0 and a task.
    Task = 4,
    /// Day 0 and a run.
    Run = 5,
    /// A day and one of the kinds 1 and 2: not tracks, but how many users or tasks that day has.
    DayItems = 6,
}

/// Each kind that tracks are counted by, and its day and item in SQL.
const KINDS: [(CountKind, &str, &str); 6] = [
    (CountKind::Quarter, DAY_OF_ROW, QUARTER_OF_ROW),
    (CountKind::DayUser, DAY_OF_ROW, "ROW.user"),
    (CountKind::DayTask, DAY_OF_ROW, "ROW.task"),
    (CountKind::User, "0", "ROW.user"),
    (CountKind::Task, "0", "ROW.task"),
    (CountKind::Run, "0", "ROW.run"),
];

/// Division must round towards the past, also before 1970.
const DAY_OF_ROW: &str =
    "((ROW.time - ((ROW.time % 86400000000) + 86400000000) % 86400000000) / 86400000000)";
const QUARTER_OF_ROW: &str =
    "((((ROW.time % 86400000000) + 86400000000) % 86400000000) / 900000000)";

/// A track, as far as it is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountedTrack {
    pub(crate) task: i64,
    pub(crate) user: i64,
    pub(crate) run: i64,
    /// In microseconds.
    pub(crate) time: i64,
}

impl CountedTrack {
    /// A track as a row has it: task, user, run, time.
    pub(crate) fn from_row(row: &Row<'_>) -> StoreResult<Self> {
        Ok(Self {
            task: row.get(0)?,
            user: row.get(1)?,
            run: row.get(2)?,
            time: row.get(3)?,
        })
    }

    /// The kinds, days and items that a track counts for.
    fn keys(self) -> [(CountKind, i64, i64); 6] {
        let (day, quarter) = (
            self.time.div_euclid(DAY),
            self.time.rem_euclid(DAY) / QUARTER,
        );
        [
            (CountKind::Quarter, day, quarter),
            (CountKind::DayUser, day, self.user),
            (CountKind::DayTask, day, self.task),
            (CountKind::User, 0, self.user),
            (CountKind::Task, 0, self.task),
            (CountKind::Run, 0, self.run),
        ]
    }
}

/// The table of counts of a store and its triggers; `$` stands for the prefix of its tables, `@` for
/// the store.
pub(crate) fn tables() -> String {
    let covered = "old.id <= (select value from setting where store = '@' and name = 'counted_to')";
    let (remove, add) = (remove("old"), add("new"));
    let quarter = |row: &str| QUARTER_OF_ROW.replace("ROW", row);
    let day = |row: &str| DAY_OF_ROW.replace("ROW", row);
    format!(
        "create table if not exists $track_count (
  kind integer not null,
  day integer not null,
  item integer not null,
  tracks integer not null,
  primary key (kind, day, item)
) strict, without rowid;
create trigger if not exists $track_uncounted after delete on $track
when {covered} begin
{remove}end;
create trigger if not exists $track_recounted after update of task, run, user, time on $track
when {covered} and (old.task <> new.task or old.run <> new.run or old.user <> new.user
  or {old_day} <> {new_day} or {old_quarter} <> {new_quarter}) begin
{remove}{add}end;
create trigger if not exists $track_count_added after insert on $track_count
when new.kind in (1, 2) begin
  insert into $track_count (kind, day, item, tracks) values (6, new.day, new.kind, 1)
    on conflict (kind, day, item) do update set tracks = tracks + 1;
end;
create trigger if not exists $track_count_removed after delete on $track_count
when old.kind in (1, 2) begin
  update $track_count set tracks = tracks - 1
    where kind = 6 and day = old.day and item = old.kind;
  delete from $track_count
    where kind = 6 and day = old.day and item = old.kind and tracks = 0;
end;
",
        old_day = day("old"),
        new_day = day("new"),
        old_quarter = quarter("old"),
        new_quarter = quarter("new"),
    )
}

/// Statements that take one track out of the counts. A count of none goes.
fn remove(row: &str) -> String {
    let each = KINDS.map(|(kind, day, item)| {
        let key = format!("kind = {} and day = {day} and item = {item}", kind as i64);
        format!(
            "  update $track_count set tracks = tracks - 1 where {key};\n  \
             delete from $track_count where {key} and tracks = 0;\n"
        )
    });
    each.concat().replace("ROW", row)
}

/// A statement that adds one track to the counts.
fn add(row: &str) -> String {
    let each = KINDS.map(|(kind, day, item)| format!("({}, {day}, {item}, 1)", kind as i64));
    let values = each.join(",\n    ").replace("ROW", row);
    format!(
        "  insert into $track_count (kind, day, item, tracks) values\n    {values}\n    \
         on conflict (kind, day, item) do update set tracks = tracks + 1;\n"
    )
}

/// The last track that the counts cover.
pub(crate) fn counted_to(connection: &Connection, sql: &Statements) -> StoreResult<i64> {
    Ok(settings::get(connection, sql, Setting::CountedTo)?.unwrap_or(0))
}

/// Counts all tracks of a store whose table of counts is empty; tells up to which one.
pub(crate) fn count_all(connection: &Connection, sql: &Statements) -> StoreResult<i64> {
    let last = connection.query_row(&sql.counters, [], |row| row.get(0))?;
    count(connection, sql, (0, last))?;
    Ok(last)
}

/// Counts the tracks after one id up to another one, which the counts cover from then on.
pub(crate) fn count(
    connection: &Connection,
    sql: &Statements,
    (after, last): (i64, i64),
) -> StoreResult<()> {
    let mut add = connection.prepare_cached(&sql.add_count)?;
    let mut from = Some(after);
    while let Some(after) = from {
        let mut keys = Vec::new();
        from = read_keys(connection, sql, (after, last), &mut keys)?;
        // In the order of the table, so that pages are changed one after the other.
        keys.sort_unstable();
        for same in keys.chunk_by(|a, b| a == b) {
            if let Some((kind, day, item)) = same.first() {
                let tracks = i64::try_from(same.len()).unwrap_or(i64::MAX);
                add.execute(params![*kind as i64, day, item, tracks])?;
            }
        }
    }
    settings::set(connection, sql, Setting::CountedTo, last)
}

/// Reads what some of the tracks in a range of ids count for; tells after which track there may be
/// more.
fn read_keys(
    connection: &Connection,
    sql: &Statements,
    (after, last): (i64, i64),
    keys: &mut Vec<(CountKind, i64, i64)>,
) -> StoreResult<Option<i64>> {
    let mut statement = connection.prepare_cached(&sql.tracks_to_count)?;
    let mut rows = statement.query(params![after, last, MAX_COUNTED_AT_ONCE])?;
    let (mut end, mut read) = (after, 0);
    while let Some(row) = rows.next()? {
        end = row.get(4)?;
        read += 1;
        keys.extend(CountedTrack::from_row(row)?.keys());
    }
    Ok((read == MAX_COUNTED_AT_ONCE).then_some(end))
}

/// Counts a track that came with its id, if the counts cover that id.
pub(crate) fn count_restored(
    connection: &Connection,
    sql: &Statements,
    number: i64,
) -> StoreResult<()> {
    if number > counted_to(connection, sql)? {
        return Ok(());
    }
    let mut keys = Vec::new();
    read_keys(connection, sql, (number - 1, number), &mut keys)?;
    let mut add = connection.prepare_cached(&sql.add_count)?;
    for (kind, day, item) in keys {
        add.execute(params![kind as i64, day, item, 1])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tracking_core::Timestamp;

    use super::*;

    #[test]
    fn sql_and_rust_count_a_track_for_the_same_day_and_quarter() {
        let connection = Connection::open_in_memory().unwrap();
        let text = format!("select {DAY_OF_ROW}, {QUARTER_OF_ROW} from (select ?1 as time) as ROW");
        for time in [
            Timestamp::MIN.micros(),
            -DAY - 1,
            -DAY,
            -1,
            0,
            QUARTER - 1,
            QUARTER,
            DAY - 1,
            DAY,
            Timestamp::MAX.micros(),
        ] {
            let in_sql: (i64, i64) = connection
                .query_row(&text, [time], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap();
            let track = CountedTrack {
                task: 1,
                user: 2,
                run: 3,
                time,
            };
            let (_, day, quarter) = track.keys()[0];
            assert_eq!(in_sql, (day, quarter), "{time}");
        }
    }
}
