//! Everything that a store holds, one by one: what moves from store to store.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::{
    Checkpoint, Field, KeyUse, Query, Result, Run, RunId, RunQuery, Track, TrackId, TrackingStorage,
};

/// The last ids that a store has given, also where what they named is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counters {
    last_track: Option<TrackId>,
    last_run: Option<RunId>,
}

impl Counters {
    /// The counters of a store that has given these ids last.
    pub fn new(last_track: Option<TrackId>, last_run: Option<RunId>) -> Self {
        Self {
            last_track,
            last_run,
        }
    }

    /// The last track id that was given.
    pub fn last_track(&self) -> Option<TrackId> {
        self.last_track
    }

    /// The last run id that was given.
    pub fn last_run(&self) -> Option<RunId> {
        self.last_run
    }
}

/// One thing that a store holds, as it is: ids, runs, keys and all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Record {
    /// A data field with an index.
    Index(Field),
    /// A run, current or not.
    Run(Run),
    /// A track.
    Track(Track),
    /// A key that was used.
    Key(KeyUse),
    /// A checkpoint.
    Checkpoint(Checkpoint),
    /// The last ids given.
    Counters(Counters),
}

/// How much is read at once, so that no call holds a store up for long.
const PAGE: usize = 1_000;

/// Visits everything that a store holds, in an order in which
/// [`restore`](TrackingStorage::restore) takes it: indexes, runs, tracks, keys, checkpoints,
/// counters, each in the order of their ids or names.
///
/// Reading goes page by page. What is written meanwhile may or may not be among it, so export
/// while nobody writes, or export again.
///
/// # Errors
///
/// What the store or the visitor reports; the visitor's first error ends it.
pub fn export(
    store: &dyn TrackingStorage,
    visitor: &mut dyn FnMut(Record) -> Result<()>,
) -> Result<()> {
    store
        .indexes()?
        .into_iter()
        .map(Record::Index)
        .try_for_each(&mut *visitor)?;
    export_runs(store, visitor)?;
    export_tracks(store, visitor)?;
    export_keys(store, visitor)?;
    store
        .checkpoints()?
        .into_iter()
        .map(Record::Checkpoint)
        .try_for_each(&mut *visitor)?;
    visitor(Record::Counters(store.counters()?))
}

fn export_runs(
    store: &dyn TrackingStorage,
    visitor: &mut dyn FnMut(Record) -> Result<()>,
) -> Result<()> {
    let mut query = RunQuery::all().limit(PAGE);
    loop {
        let runs = store.runs(&query)?;
        let Some(last) = runs.last().map(Run::id) else {
            return Ok(());
        };
        runs.into_iter()
            .map(Record::Run)
            .try_for_each(&mut *visitor)?;
        query = query.after(last);
    }
}

fn export_tracks(
    store: &dyn TrackingStorage,
    visitor: &mut dyn FnMut(Record) -> Result<()>,
) -> Result<()> {
    let mut query = Query::all().limit(PAGE);
    loop {
        let mut result = Ok(());
        let next = store.visit(&query, &mut |track| {
            result = visitor(Record::Track(track.to_track()));
            if result.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        result?;
        let Some(next) = next else { return Ok(()) };
        query = query.after(next);
    }
}

fn export_keys(
    store: &dyn TrackingStorage,
    visitor: &mut dyn FnMut(Record) -> Result<()>,
) -> Result<()> {
    let mut after = None;
    loop {
        let keys = store.key_uses(after.as_ref(), PAGE)?;
        let Some(last) = keys.last().map(|used| used.key().clone()) else {
            return Ok(());
        };
        keys.into_iter()
            .map(Record::Key)
            .try_for_each(&mut *visitor)?;
        after = Some(last);
    }
}
