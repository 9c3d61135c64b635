//! The tracks that a query asks for, summed up. What is held does not grow with their number.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use anyhow::Result;
use chrono::{NaiveDateTime, TimeDelta};
use tracking_core::{
    Group, GroupBy, GroupKey, Grouping, Order, Query, RunId, TimeRange, Timestamp, Track,
    TrackingStorage, TrackingStorageExt, Zone,
};

use super::distinct::Distinct;

/// Counts of tracks, by what people ask for first.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) numbers: Distinct,
    pub(crate) period: Option<(Timestamp, Timestamp)>,
    /// By day, each with how many users there were.
    pub(crate) days: Vec<Group>,
    pub(crate) hours: Vec<Group>,
    pub(crate) weekdays: Vec<Group>,
    /// The hours of the last 24 hours that have tracks.
    pub(crate) last_hours: Vec<(NaiveDateTime, u64)>,
    /// The tasks with the most tracks, the largest first.
    pub(crate) tasks: Vec<Group>,
    /// The users with the most tracks, the largest first.
    pub(crate) users: Vec<Group>,
    /// The runs of the latest tracks, the newest last.
    pub(crate) runs: Vec<Group>,
    pub(crate) newest: Vec<Track>,
}

/// How much of everything is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// How many tasks, users and runs.
    pub(crate) top: usize,
    /// How many of the latest tracks.
    pub(crate) newest: usize,
}

impl Sums {
    /// Asks a store; days and hours are those of a zone.
    pub(crate) fn ask(
        store: &dyn TrackingStorage,
        query: &Query,
        zone: &Zone,
        wanted: Wanted,
    ) -> Result<Self> {
        let groups = |grouping: Grouping| store.groups(query, &grouping);
        let top = |by: GroupBy| groups(Grouping::from(by).top(wanted.top));
        let days = Grouping::from(GroupBy::Day(zone.clone())).counting(GroupBy::User);
        let period = period(store, query)?;
        Ok(Self {
            numbers: Distinct::ask(store, query)?,
            last_hours: last_hours(store, query, zone, period)?,
            period,
            days: groups(days)?,
            hours: groups(GroupBy::HourOfDay(zone.clone()).into())?,
            weekdays: groups(GroupBy::DayOfWeek(zone.clone()).into())?,
            tasks: top(GroupBy::Task)?,
            users: top(GroupBy::User)?,
            runs: latest_runs(store, query, wanted.top)?,
            newest: last_first(store, query, wanted.newest)?,
        })
    }
}

/// The runs of the latest tracks, by id, and how many tracks they have.
fn latest_runs(store: &dyn TrackingStorage, query: &Query, most: usize) -> Result<Vec<Group>> {
    let latest = query.clone().order(Order::TimeDescending);
    let mut runs: BTreeSet<RunId> = BTreeSet::new();
    if most > 0 {
        store.visit(&latest, &mut |track| {
            runs.insert(track.run());
            if runs.len() < most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
    }
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store.groups(&query.clone().runs(runs), &GroupBy::Run.into())?)
}

/// The hours up to the last track that a query asks for.
fn last_hours(
    store: &dyn TrackingStorage,
    query: &Query,
    zone: &Zone,
    period: Option<(Timestamp, Timestamp)>,
) -> Result<Vec<(NaiveDateTime, u64)>> {
    let Some((_, last)) = period else {
        return Ok(Vec::new());
    };
    let range = TimeRange::between(last.saturating_add(-TimeDelta::hours(24)), last);
    let query = query.clone().within(range);
    let groups = store.groups(&query, &GroupBy::Hour(zone.clone()).into())?;
    let hours = groups.iter().filter_map(|group| match group.key() {
        GroupKey::Hour(hour) => Some((*hour, group.count())),
        _ => None,
    });
    Ok(hours.collect())
}

/// The times of the first and the last track that a query asks for.
pub(crate) fn period(
    store: &dyn TrackingStorage,
    query: &Query,
) -> Result<Option<(Timestamp, Timestamp)>> {
    let first = store.query(&query.clone().order(Order::Time).limit(1))?;
    let last = last_first(store, query, 1)?;
    let ends = first.first().zip(last.first());
    Ok(ends.map(|(first, last)| (first.time(), last.time())))
}

fn last_first(store: &dyn TrackingStorage, query: &Query, most: usize) -> Result<Vec<Track>> {
    let query = query.clone().order(Order::TimeDescending).limit(most);
    Ok(store.query(&query)?)
}
