//! Checks the counts of tracks.

use rusqlite::{CachedStatement, Connection, OptionalExtension as _, params};

use crate::error::StoreResult;
use crate::sql::Statements;
use crate::track_counts::{CountKind, DAY, QUARTER, counted_to};

/// Each kind, the column of the item, and the day and item of a track with an item and a time. In
/// the index on that column, the tracks of the same day and item are adjacent.
type KeyOf = fn(i64, i64) -> (i64, i64);
const KINDS: [(CountKind, &str, KeyOf); 6] = [
    (CountKind::Quarter, "time", |_, time| {
        (time.div_euclid(DAY), time.rem_euclid(DAY) / QUARTER)
    }),
    (CountKind::DayUser, "user", day_and_item),
    (CountKind::DayTask, "task", day_and_item),
    (CountKind::User, "user", |item, _| (0, item)),
    (CountKind::Task, "task", |item, _| (0, item)),
    (CountKind::Run, "run", |item, _| (0, item)),
];

/// The days whose numbers of users or tasks differ from the counts of these.
const WRONG_ITEMS_OF_DAYS: &str = "with counted as (select day, kind as item, count(*) as items \
    from $track_count where kind in (1, 2) group by kind, day), \
    kept as (select day, item, tracks as items from $track_count where kind = 6) \
    select * from (select * from counted except select * from kept) union all \
    select * from (select * from kept except select * from counted)";

fn day_and_item(item: i64, time: i64) -> (i64, i64) {
    (time.div_euclid(DAY), item)
}

/// At most this many wrong counts of a kind are reported.
const MAX_ISSUES_PER_KIND: usize = 10;

/// Describes counts that differ from the tracks.
pub(crate) fn check_counts(connection: &Connection, sql: &Statements) -> StoreResult<Vec<String>> {
    let counted_to = counted_to(connection, sql)?;
    let (last, _): (i64, i64) =
        connection.query_row(&sql.counters, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if counted_to < 0 || counted_to > last {
        return Ok(vec![format!(
            "the counts cover the tracks up to {counted_to}, and the last one is {last}; \
             `reindex` counts again"
        )]);
    }
    let mut issues = Vec::new();
    for (kind, column, key_of) in KINDS {
        let mut checker = Checker {
            kind,
            find: connection.prepare_cached(&sql.find_count)?,
            keys: 0,
            issues: Vec::new(),
        };
        let text = format!(
            "select {column}, time from {0}track indexed by ix_{0}track_{column} where id <= ?1 \
             order by {column}, time",
            sql.prefix
        );
        let mut statement = connection.prepare(&text)?;
        let mut rows = statement.query([counted_to])?;
        let mut current: Option<((i64, i64), i64)> = None;
        while let Some(row) = rows.next()? {
            let key = key_of(row.get(0)?, row.get(1)?);
            match &mut current {
                Some((same, tracks)) if *same == key => *tracks += 1,
                _ => {
                    checker.check(current)?;
                    current = Some((key, 1));
                }
            }
        }
        checker.check(current)?;
        checker.check_size(connection, sql)?;
        issues.append(&mut checker.issues);
    }
    let mut statement = connection.prepare(&WRONG_ITEMS_OF_DAYS.replace('$', &sql.prefix))?;
    let mut rows = statement.query([])?;
    if let Some(row) = rows.next()? {
        let day: i64 = row.get(0)?;
        issues.push(format!(
            "track_count of kind {} and day {day} is not the number of users or tasks that this day \
             has; `reindex` counts again",
            CountKind::DayItems as i64
        ));
    }
    Ok(issues)
}

/// Compares the counts of a kind.
struct Checker<'c> {
    kind: CountKind,
    find: CachedStatement<'c>,
    /// How many different days and items came.
    keys: i64,
    issues: Vec<String>,
}

impl Checker<'_> {
    /// Compares one count with the number of tracks.
    fn check(&mut self, count: Option<((i64, i64), i64)>) -> StoreResult<()> {
        let Some(((day, item), tracks)) = count else {
            return Ok(());
        };
        self.keys += 1;
        let key = params![self.kind as i64, day, item];
        let counted: Option<i64> = self.find.query_row(key, |row| row.get(0)).optional()?;
        let counted = counted.unwrap_or(0);
        if counted != tracks && self.issues.len() < MAX_ISSUES_PER_KIND {
            self.issues.push(format!(
                "track_count of kind {}, day {day} and item {item} is {counted}, and there are \
                 {tracks} such tracks; `reindex` counts again",
                self.kind as i64
            ));
        }
        Ok(())
    }

    /// Finds counts of tracks that are not there.
    fn check_size(&mut self, connection: &Connection, sql: &Statements) -> StoreResult<()> {
        let mut statement = connection.prepare_cached(&sql.size_of_count)?;
        let size: i64 = statement.query_row([self.kind as i64], |row| row.get(0))?;
        // Counts that are missing are reported already.
        if self.issues.is_empty() && size != self.keys {
            self.issues.push(format!(
                "track_count has {size} counts of kind {}, and there are tracks for {}; `reindex` \
                 counts again",
                self.kind as i64, self.keys
            ));
        }
        Ok(())
    }
}
