//! Everything that a store holds, one by one.

use super::pages;
use super::{Counters, Record};
use crate::{Error, KeyUse, Result, Run, TrackId, TrackingStorage};

/// Visits everything that a store holds, in an order in which
/// [`restore`](TrackingStorage::restore) takes it: indexes, runs, tracks, keys, checkpoints,
/// counters, each in the order of their ids or names.
///
/// Reading goes page by page, so it holds no writer up, and what is written meanwhile may or may
/// not be among it. What is handed out can be restored in any case: runs and tracks that were
/// started and saved after the export began are left out as a whole, and checkpoints are those of
/// its beginning, so that whoever goes on from one misses nothing.
///
/// # Errors
///
/// What the store or the visitor reports; the visitor's first error ends it.
pub fn export(
    store: &dyn TrackingStorage,
    visitor: &mut dyn FnMut(Record) -> Result<()>,
) -> Result<()> {
    each_record(store, visitor)
}

/// Like [`export`], for visitors with errors of their own.
pub(super) fn each_record<E: From<Error>>(
    store: &dyn TrackingStorage,
    mut take: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    // A checkpoint tells of tracks that are counted already when it is read.
    let checkpoints = store.checkpoints()?;
    let counters = store.counters()?;
    let indexes = store.indexes()?;
    indexes
        .into_iter()
        .map(Record::Index)
        .try_for_each(&mut take)?;
    each_run(store, counters, &mut take)?;
    each_track(store, counters, &mut take)?;
    each_key(store, counters, &mut take)?;
    checkpoints
        .into_iter()
        .map(Record::Checkpoint)
        .try_for_each(&mut take)?;
    take(Record::Counters(counters))
}

fn each_run<E: From<Error>>(
    store: &dyn TrackingStorage,
    counters: Counters,
    mut take: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = None;
    loop {
        let runs = pages::runs(store, after)?;
        let Some(last) = runs.last().map(Run::id) else {
            return Ok(());
        };
        runs.into_iter()
            .filter(|run| Some(run.id()) <= counters.last_run())
            .map(Record::Run)
            .try_for_each(&mut take)?;
        after = Some(last).filter(|last| Some(*last) < counters.last_run());
        if after.is_none() {
            return Ok(());
        }
    }
}

fn each_track<E: From<Error>>(
    store: &dyn TrackingStorage,
    counters: Counters,
    mut take: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    let mut after: Option<TrackId> = None;
    while after < counters.last_track() {
        let page = pages::tracks(store, after)?;
        after = page.next.map(|next| next.id());
        page.tracks
            .into_iter()
            .filter(|track| Some(track.id()) <= counters.last_track())
            .map(Record::Track)
            .try_for_each(&mut take)?;
        if after.is_none() {
            break;
        }
    }
    Ok(())
}

fn each_key<E: From<Error>>(
    store: &dyn TrackingStorage,
    counters: Counters,
    mut take: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = None;
    loop {
        let keys = pages::keys(store, after.as_ref())?;
        let Some(last) = keys.last().map(KeyUse::key) else {
            return Ok(());
        };
        after = Some(last.clone());
        keys.into_iter()
            .filter(|used| Some(used.track()) <= counters.last_track())
            .map(Record::Key)
            .try_for_each(&mut take)?;
    }
}
