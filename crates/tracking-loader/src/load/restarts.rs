//! Runs that are gone: somebody has removed them while the loader remembered them.

use std::collections::HashSet;

use tracking_core::{
    Batch, Error, NewTrack, Operation, Result, RunChoice, RunId, RunQuery, TrackingStorage,
};

use super::sessions::start_run_at;

/// Whether a batch was refused because a run that it saves into is not there.
pub(super) fn is_of_a_removed_run(error: &Error) -> bool {
    match error {
        Error::Batch { source, .. } => matches!(**source, Error::UnknownRun { .. }),
        _ => false,
    }
}

/// The same batch with a new run in the place of each that is gone, and how many these are.
///
/// Each starts with the first of its tracks that is in the batch.
pub(super) fn with_runs_restarted(
    store: &dyn TrackingStorage,
    batch: &Batch,
) -> Result<(Batch, u64)> {
    let missing_runs = missing_runs(store, batch)?;
    let starts = missing_runs.iter().filter_map(|run| {
        let first = tracks(batch).find(|track| track.run() == RunChoice::Id(*run))?;
        first.time().map(start_run_at)
    });
    let mut restarted: Batch = starts.collect();
    let before = restarted.operations().len();
    for operation in batch.operations() {
        restarted.push(match operation {
            Operation::Save(track) => {
                let run = match track.run() {
                    RunChoice::Id(run) => {
                        match missing_runs.iter().position(|missing| *missing == run) {
                            Some(place) => RunChoice::Started(place),
                            None => RunChoice::Id(run),
                        }
                    }
                    RunChoice::Started(place) => RunChoice::Started(place + before),
                    other => other,
                };
                Operation::Save(track.clone().in_run(run))
            }
            other => other.clone(),
        });
    }
    let moves = batch.checkpoints().iter();
    let restarted = moves.fold(restarted, |batch, moved| {
        batch.with_checkpoint_if(moved.from().clone(), moved.to().clone())
    });
    Ok((restarted, before as u64))
}

fn tracks(batch: &Batch) -> impl Iterator<Item = &NewTrack> {
    batch
        .operations()
        .iter()
        .filter_map(|operation| match operation {
            Operation::Save(track) => Some(track),
            _ => None,
        })
}

/// The runs that a batch saves into and that are not there.
fn missing_runs(store: &dyn TrackingStorage, batch: &Batch) -> Result<Vec<RunId>> {
    let named = tracks(batch).filter_map(|track| match track.run() {
        RunChoice::Id(run) => Some(run),
        _ => None,
    });
    let query = RunQuery::all().ids(named);
    let there = store.runs(&query)?;
    let there: HashSet<RunId> = there.iter().map(tracking_core::Run::id).collect();
    let named = query.id_filter().into_iter().flatten().copied();
    Ok(named.filter(|run| !there.contains(run)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::{NewRun, Removal, Timestamp};

    use super::*;

    #[test]
    fn each_run_that_is_gone_starts_again_and_the_others_continue() {
        let store = BTreeStorage::new();
        let start = || store.start_run(NewRun::without_task()).unwrap();
        let (missing, there) = (start(), start());
        let query = RunQuery::all().ids([missing]);
        store.remove_by(&Removal::runs(query)).unwrap();
        let into = |run: RunChoice| {
            let track = NewTrack::new("a", "u", json!({})).unwrap();
            track.in_run(run).at(Timestamp::EPOCH)
        };
        let batch = Batch::new()
            .save(into(there.into()))
            .start_run(NewRun::without_task())
            .save(into(RunChoice::Started(0)))
            .save(into(missing.into()))
            .save(into(missing.into()));
        let error = store.apply(&batch).unwrap_err();
        assert!(is_of_a_removed_run(&error), "{error}");
        let (restarted, count) = with_runs_restarted(&store, &batch).unwrap();
        assert_eq!(count, 1);
        store.apply(&restarted).unwrap();
        let page = store.page(&tracking_core::Query::all()).unwrap();
        let runs: Vec<u64> = page
            .tracks
            .iter()
            .map(|track| track.run().number())
            .collect();
        assert_eq!(runs, [2, 4, 3, 3]);
    }
}
