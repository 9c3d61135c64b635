//! Summarises the tracks of a query in bounded memory.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{NaiveDateTime, TimeDelta, Timelike as _};
use tracking_core::{
    Group, GroupBy, GroupKey, Grouping, Order, Query, TimeRange, Timestamp, Track, TrackingStorage,
    TrackingStorageExt, Zone,
};

use super::distinct::Distinct;
use super::runs::latest_runs;
use crate::web;

/// A summary of tracks. Parts that were not requested are empty.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) numbers: Distinct,
    pub(crate) period: Option<(Timestamp, Timestamp)>,
    /// By day, each with how many users there were.
    pub(crate) days: Vec<Group>,
    pub(crate) hours: Vec<Group>,
    pub(crate) weekdays: Vec<Group>,
    /// Each hour of the last 24 hours, which touch up to 25 hours of the clock.
    pub(crate) last_hours: Vec<(NaiveDateTime, u64)>,
    /// The tasks with the most tracks, the largest first.
    pub(crate) tasks: Vec<Group>,
    /// Those of them that are pages, where the tracks are a web log; else the same.
    pub(crate) pages: Vec<Group>,
    /// The users with the most tracks, the largest first.
    pub(crate) users: Vec<Group>,
    /// The runs of the latest tracks, by id, with how many tracks they have.
    pub(crate) runs: Vec<Group>,
    pub(crate) newest: Vec<Track>,
}

/// Which parts of a summary to query, and how many rows of each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SummaryRequest {
    /// How many of the largest tasks.
    pub(crate) tasks: usize,
    /// How many of the largest users.
    pub(crate) users: usize,
    /// How many of the latest runs.
    pub(crate) runs: usize,
    /// How many of the latest tracks.
    pub(crate) newest: usize,
    pub(crate) charts: Charts,
    /// Whether the tracks are the requests of a web log.
    pub(crate) is_web: bool,
}

/// Which charts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Charts {
    /// Over time, by hour of the day and by day of the week.
    #[default]
    All,
    /// Over time.
    Days,
    /// By hour of the day, of a single day.
    Hours,
    /// The last 24 hours.
    LastHours,
}

impl Summary {
    /// Queries a store; days and hours are those of a zone.
    pub(crate) fn query(
        store: &dyn TrackingStorage,
        query: &Query,
        zone: &Zone,
        wanted: SummaryRequest,
    ) -> Result<Self> {
        let if_charts = |charts: &[Charts], grouping: Grouping| {
            if charts.contains(&wanted.charts) {
                store.groups(query, &grouping)
            } else {
                Ok(Vec::new())
            }
        };
        let period = period(store, query)?;
        let tasks = top(store, query, GroupBy::Task, wanted.tasks)?;
        let pages = if wanted.is_web {
            let pages = web::pages(query.clone());
            top(store, &pages, GroupBy::Task, wanted.tasks)?
        } else {
            tasks.clone()
        };
        let hours = GroupBy::HourOfDay(zone.clone()).into();
        let weekdays = GroupBy::DayOfWeek(zone.clone()).into();
        let days = Grouping::from(GroupBy::Day(zone.clone())).counting(GroupBy::User);
        Ok(Self {
            numbers: Distinct::query(store, query, wanted.is_web)?,
            last_hours: match (wanted.charts, period) {
                (Charts::LastHours, Some((_, last))) => last_hours(store, query, zone, last)?,
                _ => Vec::new(),
            },
            period,
            days: if_charts(&[Charts::All, Charts::Days], days)?,
            hours: if_charts(&[Charts::All, Charts::Hours], hours)?,
            weekdays: if_charts(&[Charts::All], weekdays)?,
            tasks,
            pages,
            users: top(store, query, GroupBy::User, wanted.users)?,
            runs: run_counts(store, query, wanted.runs)?,
            newest: last_first(store, query, wanted.newest)?,
        })
    }
}

/// The largest groups.
fn top(
    store: &dyn TrackingStorage,
    query: &Query,
    by: GroupBy,
    limit: usize,
) -> Result<Vec<Group>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    Ok(store.groups(query, &Grouping::from(by).top(limit))?)
}

/// The runs of the latest tracks, by id, and how many tracks they have.
fn run_counts(store: &dyn TrackingStorage, query: &Query, limit: usize) -> Result<Vec<Group>> {
    let runs = latest_runs(store, query, limit)?;
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store.groups(&query.clone().runs(runs), &GroupBy::Run.into())?)
}

/// The hours that the 24 hours up to the last track touch, also those without tracks.
fn last_hours(
    store: &dyn TrackingStorage,
    query: &Query,
    zone: &Zone,
    last: Timestamp,
) -> Result<Vec<(NaiveDateTime, u64)>> {
    let hour = TimeDelta::hours(1);
    let first = last.saturating_add(TimeDelta::microseconds(1) - TimeDelta::hours(24));
    let query = query.clone().within(TimeRange::between(first, last));
    let groups = store.groups(&query, &GroupBy::Hour(zone.clone()).into())?;
    let mut hours: BTreeMap<NaiveDateTime, u64> = groups
        .iter()
        .filter_map(|group| match group.key() {
            GroupKey::Hour(hour) => Some((*hour, group.count())),
            _ => None,
        })
        .collect();
    let offset = TimeDelta::seconds(zone.offset_at(first).into());
    let local = first.to_datetime().naive_utc() + offset;
    // Truncation by a duration fails far from 1970, where nanoseconds do not fit into 64 bits.
    let since_hour = TimeDelta::seconds((local.num_seconds_from_midnight() % 3600).into());
    let mut next = (local - since_hour).with_nanosecond(0).unwrap_or(local);
    while let Some((end, _)) = hours.last_key_value()
        && next < *end
    {
        hours.entry(next).or_insert(0);
        next += hour;
    }
    Ok(hours.into_iter().collect())
}

/// The times of the first and the last track of a query.
pub(crate) fn period(
    store: &dyn TrackingStorage,
    query: &Query,
) -> Result<Option<(Timestamp, Timestamp)>> {
    let first = store.query(&query.clone().order(Order::Time).limit(1))?;
    let last = last_first(store, query, 1)?;
    let ends = first.first().zip(last.first());
    Ok(ends.map(|(first, last)| (first.time(), last.time())))
}

fn last_first(store: &dyn TrackingStorage, query: &Query, limit: usize) -> Result<Vec<Track>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let query = query.clone().order(Order::TimeDescending).limit(limit);
    Ok(store.query(&query)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::NewTrack;

    fn store(times: &[&str]) -> BTreeStorage {
        let store = BTreeStorage::new();
        for time in times {
            let track = NewTrack::new("t", "u", json!({})).unwrap();
            store.save(track.at(time.parse().unwrap())).unwrap();
        }
        store
    }

    fn sums(store: &BTreeStorage, wanted: SummaryRequest) -> Summary {
        Summary::query(store, &Query::all(), &Zone::utc(), wanted).unwrap()
    }

    #[test]
    fn the_last_24_hours_include_the_hour_in_which_they_begin() {
        let store = store(&[
            "2026-11-22T14:30:00Z",
            "2026-11-22T14:45:00Z",
            "2026-11-23T00:00:00Z",
            "2026-11-23T14:30:00Z",
        ]);
        let wanted = SummaryRequest {
            charts: Charts::LastHours,
            ..SummaryRequest::default()
        };
        let hours = sums(&store, wanted).last_hours;
        // The first track is 24 hours old to the microsecond, and so not within them.
        let counts: Vec<u64> = hours.iter().map(|hour| hour.1).collect();
        assert_eq!((counts.len(), counts.iter().sum::<u64>()), (25, 3));
        assert_eq!((counts[0], counts[10], counts[24]), (1, 1, 1));
    }

    #[test]
    fn the_last_24_hours_are_found_in_any_year() {
        for time in [
            "0000-01-01T00:00:00Z",
            "0001-05-06T07:08:09Z",
            "2263-11-23T10:59:59.999999Z",
            "9999-12-31T23:59:59.999999Z",
        ] {
            let wanted = SummaryRequest {
                charts: Charts::LastHours,
                ..SummaryRequest::default()
            };
            let hours = sums(&store(&[time]), wanted).last_hours;
            assert_eq!(hours.iter().map(|hour| hour.1).sum::<u64>(), 1, "{time}");
            assert!(hours.len() <= 25, "{time}: {hours:?}");
        }
    }

    #[test]
    fn what_is_not_wanted_is_not_asked_for() {
        let store = store(&["2026-11-22T14:30:00Z"]);
        let lengths = |wanted: SummaryRequest| {
            let sums = sums(&store, wanted);
            let groups = [&sums.tasks, &sums.users, &sums.runs];
            let charts = [&sums.days, &sums.hours, &sums.weekdays];
            let newest = sums.newest.len();
            (groups.map(Vec::len), charts.map(Vec::len), newest)
        };
        let days = SummaryRequest {
            charts: Charts::Days,
            ..SummaryRequest::default()
        };
        assert_eq!(lengths(days), ([0; 3], [1, 0, 0], 0));
        let all = SummaryRequest {
            tasks: 1,
            users: 1,
            runs: 1,
            newest: 1,
            ..SummaryRequest::default()
        };
        assert_eq!(lengths(all), ([1; 3], [1; 3], 1));
    }
}
