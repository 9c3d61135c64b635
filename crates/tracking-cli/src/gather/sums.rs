//! The tracks that a query asks for, summed up.

use anyhow::Result;
use tracking_core::{
    Group, GroupBy, Order, Query, Timestamp, Track, TrackingStorage, TrackingStorageExt, Zone,
};

/// Counts of tracks, by what people ask for first.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) tracks: u64,
    pub(crate) period: Option<(Timestamp, Timestamp)>,
    pub(crate) days: Vec<Group>,
    pub(crate) tasks: Vec<Group>,
    pub(crate) users: Vec<Group>,
    pub(crate) runs: Vec<Group>,
    pub(crate) newest: Vec<Track>,
}

impl Sums {
    /// Asks a store; days are those of a zone, and of the newest tracks there are `newest`.
    pub(crate) fn ask(
        store: &dyn TrackingStorage,
        query: &Query,
        zone: &Zone,
        newest: usize,
    ) -> Result<Self> {
        let groups = |by: GroupBy| store.groups(query, &by.into());
        Ok(Self {
            tracks: store.count(query)?,
            period: period(store, query)?,
            days: groups(GroupBy::Day(zone.clone()))?,
            tasks: groups(GroupBy::Task)?,
            users: groups(GroupBy::User)?,
            runs: groups(GroupBy::Run)?,
            newest: last_first(store, query, newest)?,
        })
    }
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
