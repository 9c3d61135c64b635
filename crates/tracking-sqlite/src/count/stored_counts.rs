//! Answers from the counts that the file keeps, for all tracks or those of one range of time.
//!
//! The counts are of whole days or quarters of an hour and cover tracks up to an id. The tracks in
//! the rest of the range, and those after that id, are read.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, params};
use tracking_core::{DistinctCounts, Group, GroupBy, GroupKey, Grouping, Query, Timestamp, Zone};

use super::{INDEX_STEPS_PER_ROW, INDEX_STEPS_PER_SEARCH};
use crate::error::StoreResult;
use crate::groups::GroupCodes;
use crate::pool::Reader;
use crate::rows::timestamp;
use crate::sql::Statements;
use crate::track_counts::{CountKind, CountedTrack, DAY, QUARTER, counted_to};

const QUARTERS_PER_DAY: i64 = DAY / QUARTER;

/// Zones differ from UTC by whole quarters of an hour, since long ago.
const QUARTER_SECONDS: i32 = 900;

/// How many tracks a query finds; nothing where the counts do not help.
pub(crate) fn count(
    connection: &Connection,
    sql: &Statements,
    query: &Query,
) -> StoreResult<Option<u64>> {
    let Some(counts) = StoredCounts::new(connection, sql, query)? else {
        return Ok(None);
    };
    counts.count().map(Some)
}

/// The groups of a query, in no order; nothing where the counts do not help. Groups that are not
/// among the largest that the grouping asks for may be missing.
pub(crate) fn groups(
    reader: &mut Reader,
    sql: &Statements,
    query: &Query,
    grouping: &Grouping,
) -> StoreResult<Option<Vec<Group>>> {
    let Reader { connection, names } = reader;
    let Some(counts) = StoredCounts::new(connection, sql, query)? else {
        return Ok(None);
    };
    let by = grouping.first();
    match (by, grouping.second(), grouping.distinct()) {
        (GroupBy::Task | GroupBy::User | GroupBy::Run, None, []) => {
            let Some(items) = counts.items(by)? else {
                return Ok(None);
            };
            let codes = GroupCodes::new(by);
            let group = |(item, tracks): (i64, u64)| {
                let key = codes.key(item, names, connection, sql)?;
                Ok(Group::new(key, None, tracks))
            };
            let items = largest(items.into_iter().collect(), grouping);
            items
                .into_iter()
                .map(group)
                .collect::<StoreResult<_>>()
                .map(Some)
        }
        (GroupBy::Day(zone), None, [different @ (GroupBy::Task | GroupBy::User)])
            if *zone == Zone::utc() =>
        {
            counts.items_of_days(by, different)
        }
        (_, None, []) if by.zone().is_some_and(is_of_quarters) => counts.periods(by),
        _ => Ok(None),
    }
}

/// How many tracks a query finds, and how many different things they have; nothing where the counts
/// do not help.
pub(crate) fn distinct(
    connection: &Connection,
    sql: &Statements,
    query: &Query,
    kinds: &[GroupBy],
) -> StoreResult<Option<DistinctCounts>> {
    let Some(counts) = StoredCounts::new(connection, sql, query)? else {
        return Ok(None);
    };
    let tracks = counts.count()?;
    let mut distinct = Vec::with_capacity(kinds.len());
    for kind in kinds {
        distinct.push(match kind {
            GroupBy::Run => counts.distinct_runs(tracks)?,
            _ => match counts.items(kind)? {
                Some(items) => items.len() as u64,
                None => return Ok(None),
            },
        });
    }
    Ok(Some(DistinctCounts::new(tracks, distinct)))
}

/// Of many items the largest, if a grouping asks for no others. Names are looked up for these only.
fn largest(mut items: Vec<(i64, u64)>, grouping: &Grouping) -> Vec<(i64, u64)> {
    let is_top = grouping.is_largest_first() && grouping.group_before().is_none();
    if let Some(limit) = grouping.max_groups().filter(|_| is_top)
        && let Some(last) = limit.checked_sub(1)
        && limit < items.len()
    {
        let (_, (_, least), _) = items.select_nth_unstable_by_key(last, |item| Reverse(item.1));
        let least = *least;
        // Of equal ones, those that sort first are wanted.
        items.retain(|item| item.1 >= least);
    }
    items
}

/// Whether a query asks for times and for nothing else.
pub(super) fn is_of_time_only(query: &Query) -> bool {
    query.time_filter().is_some()
        && query.task_filter().is_none()
        && query.user_filter().is_none()
        && query.excluded_tasks().is_none()
        && query.excluded_users().is_none()
        && query.run_filter().is_none()
        && query.field_filters().is_empty()
}

/// Whether each period of a zone consists of whole quarters of an hour.
fn is_of_quarters(zone: &Zone) -> bool {
    let is_whole = |offset: i32| offset % QUARTER_SECONDS == 0;
    is_whole(zone.first_offset())
        && zone
            .changes()
            .iter()
            .all(|(time, offset)| is_whole(*offset) && time.micros() % QUARTER == 0)
}

/// The tracks of a query, and what the counts cover of them.
struct StoredCounts<'c> {
    connection: &'c Connection,
    sql: &'c Statements,
    /// The first and the last time, in microseconds.
    range: (i64, i64),
    is_all: bool,
    counted_to: i64,
}

impl<'c> StoredCounts<'c> {
    fn new(
        connection: &'c Connection,
        sql: &'c Statements,
        query: &Query,
    ) -> StoreResult<Option<Self>> {
        let range = match query.time_filter() {
            None if query.has_no_criteria() => (Timestamp::MIN, Timestamp::MAX),
            Some(times) if is_of_time_only(query) => match times.ranges() {
                [range] => (range.from(), range.to()),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let counted_to = counted_to(connection, sql)?;
        Ok((counted_to > 0).then_some(Self {
            connection,
            sql,
            range: (range.0.micros(), range.1.micros()),
            is_all: query.time_filter().is_none(),
            counted_to,
        }))
    }

    /// The periods of a length that lie wholly in the range: the first, and the one after the last.
    fn periods_within(&self, length: i64) -> Option<(i64, i64)> {
        let (from, to) = self.range;
        let (first, end) = (-(-from).div_euclid(length), (to + 1).div_euclid(length));
        (first < end).then_some((first, end))
    }

    /// Visits the tracks that are not counted in these periods of a length.
    fn visit_others(
        &self,
        periods: (i64, i64),
        length: i64,
        mut visit: impl FnMut(CountedTrack),
    ) -> StoreResult<()> {
        self.visit_ends(periods, length, &mut visit)?;
        self.visit_uncounted(visit)
    }

    /// Visits the counted tracks of the range before and after these periods of a length.
    fn visit_ends(
        &self,
        (first, end): (i64, i64),
        length: i64,
        mut visit: impl FnMut(CountedTrack),
    ) -> StoreResult<()> {
        let (from, to) = self.range;
        for (from, to) in [(from, first * length - 1), (end * length, to)] {
            if from <= to {
                let mut within = self
                    .connection
                    .prepare_cached(&self.sql.counted_tracks_within)?;
                let mut rows = within.query(params![self.counted_to, from, to])?;
                while let Some(row) = rows.next()? {
                    visit(CountedTrack::from_row(row)?);
                }
            }
        }
        Ok(())
    }

    /// Visits the tracks of the range after those that the counts cover.
    fn visit_uncounted(&self, mut visit: impl FnMut(CountedTrack)) -> StoreResult<()> {
        let (from, to) = self.range;
        let mut uncounted = self.connection.prepare_cached(&self.sql.uncounted_tracks)?;
        let mut rows = uncounted.query([self.counted_to])?;
        while let Some(row) = rows.next()? {
            let track = CountedTrack::from_row(row)?;
            if (from..=to).contains(&track.time) {
                visit(track);
            }
        }
        Ok(())
    }

    fn count(&self) -> StoreResult<u64> {
        let Some(quarters) = self.periods_within(QUARTER) else {
            return self.count_short_range();
        };
        let mut statement = self.connection.prepare_cached(&self.sql.sum_of_quarters)?;
        let sum: i64 = statement.query_row(bounds(quarters), |row| row.get(0))?;
        let mut count = sum.unsigned_abs();
        self.visit_others(quarters, QUARTER, |_| count += 1)?;
        Ok(count)
    }

    /// The number of tracks in a range without a whole quarter of an hour.
    fn count_short_range(&self) -> StoreResult<u64> {
        let mut statement = self.connection.prepare_cached(&self.sql.count_within)?;
        let (from, to) = self.range;
        let count: i64 = statement.query_row([from, to], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// How many tracks each task, user or run has; nothing where the counts do not say.
    fn items(&self, by: &GroupBy) -> StoreResult<Option<HashMap<i64, u64>>> {
        type ItemOf = fn(&CountedTrack) -> i64;
        let (of_day, total, item): (_, _, ItemOf) = match by {
            GroupBy::User => (CountKind::DayUser, CountKind::User, |track| track.user),
            GroupBy::Task => (CountKind::DayTask, CountKind::Task, |track| track.task),
            GroupBy::Run if self.is_all => (CountKind::Run, CountKind::Run, |track| track.run),
            _ => return Ok(None),
        };
        let Some((first, end)) = self.periods_within(DAY) else {
            return Ok(None);
        };
        let mut items = HashMap::new();
        let mut read = |row: &rusqlite::Row<'_>| -> StoreResult<()> {
            items.insert(row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
            Ok(())
        };
        if self.is_all {
            let mut statement = self.connection.prepare_cached(&self.sql.totals_of_items)?;
            let mut rows = statement.query([total as i64])?;
            while let Some(row) = rows.next()? {
                read(row)?;
            }
        } else {
            let mut statement = self.connection.prepare_cached(&self.sql.sums_of_items)?;
            let mut rows = statement.query([of_day as i64, first, end])?;
            while let Some(row) = rows.next()? {
                read(row)?;
            }
        }
        let add = |track: CountedTrack| *items.entry(item(&track)).or_default() += 1;
        if self.is_all {
            self.visit_uncounted(add)?;
        } else {
            self.visit_others((first, end), DAY, add)?;
        }
        Ok(Some(items))
    }

    /// How many different runs the tracks have, of which there are so many.
    fn distinct_runs(&self, tracks: u64) -> StoreResult<u64> {
        if !self.is_all {
            return self.distinct_runs_within(tracks);
        }
        let kind = CountKind::Run as i64;
        let mut size = self.connection.prepare_cached(&self.sql.size_of_count)?;
        let counted: i64 = size.query_row([kind], |row| row.get(0))?;
        let mut others = BTreeSet::new();
        self.visit_uncounted(|track| {
            others.insert(track.run);
        })?;
        let mut find = self.connection.prepare_cached(&self.sql.find_count)?;
        let mut count = counted.unsigned_abs();
        for run in others {
            count += u64::from(!find.exists([kind, 0, run])?);
        }
        Ok(count)
    }

    /// Walks along the index on runs, reads the tracks of the range, or searches a track of each run:
    /// whichever takes fewer steps.
    fn distinct_runs_within(&self, tracks: u64) -> StoreResult<u64> {
        let mut counters = self.connection.prepare_cached(&self.sql.counters)?;
        let (all, runs): (i64, i64) =
            counters.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows = i64::try_from(tracks).unwrap_or(i64::MAX);
        let plans = [
            (all, &self.sql.runs_within),
            (
                rows.saturating_mul(INDEX_STEPS_PER_ROW),
                &self.sql.runs_of_times,
            ),
            (
                runs.saturating_mul(INDEX_STEPS_PER_SEARCH),
                &self.sql.runs_with_tracks,
            ),
        ];
        let shortest = plans.into_iter().min_by_key(|(steps, _)| *steps);
        let text = shortest.map_or(&self.sql.runs_within, |(_, text)| text);
        let mut statement = self.connection.prepare_cached(text)?;
        let (from, to) = self.range;
        let count: i64 = statement.query_row([from, to], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The days in UTC, each with how many different tasks or users it has.
    fn items_of_days(&self, by: &GroupBy, different: &GroupBy) -> StoreResult<Option<Vec<Group>>> {
        let Some((first, end)) = self.periods_within(DAY) else {
            return Ok(None);
        };
        let is_of_users = matches!(different, GroupBy::User);
        let kind = if is_of_users {
            CountKind::DayUser
        } else {
            CountKind::DayTask
        } as i64;
        // Of each day the number of items and of tracks.
        let mut days: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        let mut statement = self.connection.prepare_cached(&self.sql.items_of_days)?;
        let mut rows = statement.query([kind, first, end])?;
        while let Some(row) = rows.next()? {
            let numbers = [row.get::<_, i64>(1)?, row.get(2)?].map(i64::unsigned_abs);
            days.insert(row.get(0)?, numbers.into());
        }
        let mut others: HashMap<(i64, i64), u64> = HashMap::new();
        self.visit_others((first, end), DAY, |track| {
            let item = if is_of_users { track.user } else { track.task };
            *others
                .entry((track.time.div_euclid(DAY), item))
                .or_default() += 1;
        })?;
        let mut find = self.connection.prepare_cached(&self.sql.find_count)?;
        for ((day, item), tracks) in others {
            let is_counted = (first..end).contains(&day) && find.exists([kind, day, item])?;
            let numbers = days.entry(day).or_default();
            numbers.0 += u64::from(!is_counted);
            numbers.1 += tracks;
        }
        let mut groups = Vec::with_capacity(days.len());
        for (day, (items, tracks)) in days {
            let key = by.period_of(timestamp(day * DAY)?);
            groups.extend(key.map(|key| Group::new(key, None, tracks).with_distinct(vec![items])));
        }
        Ok(Some(groups))
    }

    /// The groups by a kind of period.
    fn periods(&self, by: &GroupBy) -> StoreResult<Option<Vec<Group>>> {
        let Some(quarters) = self.periods_within(QUARTER) else {
            return Ok(None);
        };
        let mut periods = Periods {
            by,
            found: HashMap::new(),
        };
        let mut statement = self.connection.prepare_cached(&self.sql.quarters)?;
        let mut rows = statement.query(bounds(quarters))?;
        while let Some(row) = rows.next()? {
            let (day, quarter, tracks): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let time = timestamp(day * DAY + quarter * QUARTER)?;
            periods.add(time, tracks.unsigned_abs());
        }
        let mut times = Vec::new();
        self.visit_others(quarters, QUARTER, |track| times.push(track.time))?;
        for time in times {
            periods.add(timestamp(time)?, 1);
        }
        let groups = periods.found.into_values();
        let groups = groups.map(|(key, tracks)| Group::new(key, None, tracks));
        Ok(Some(groups.collect()))
    }
}

/// The days and quarters at which some quarters of an hour begin and end.
fn bounds((first, end): (i64, i64)) -> [i64; 4] {
    let day = |quarter: i64| quarter.div_euclid(QUARTERS_PER_DAY);
    let within = |quarter: i64| quarter.rem_euclid(QUARTERS_PER_DAY);
    [day(first), within(first), day(end), within(end)]
}

/// Periods by their numbers, each with its key and how many tracks it has.
struct Periods<'g> {
    by: &'g GroupBy,
    found: HashMap<i64, (GroupKey, u64)>,
}

impl Periods<'_> {
    fn add(&mut self, time: Timestamp, tracks: u64) {
        let Some(number) = self.by.period_number(time) else {
            return;
        };
        if let Some((_, count)) = self.found.get_mut(&number) {
            *count += tracks;
        } else if let Some(key) = self.by.period_of(time) {
            self.found.insert(number, (key, tracks));
        }
    }
}
