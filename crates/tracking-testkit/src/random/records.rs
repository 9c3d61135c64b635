//! Random records to be restored.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;
use tracking_core::{Counters, Fingerprint, KeyUse, NewTrack, Record, Run, RunId, Track, TrackId};

use super::changes::checkpoint;
use super::pools::{data, field, key, maybe, rarely, task, time, user};

/// A few records; mostly they fit a small store, and the runs come before their tracks.
pub(super) fn restore() -> impl Strategy<Value = Vec<Record>> {
    let others = prop_oneof![
        4 => track().prop_map(Record::Track),
        2 => used().prop_map(Record::Key),
        1 => checkpoint().prop_map(Record::Checkpoint),
        1 => field().prop_map(Record::Index),
        1 => counters().prop_map(Record::Counters),
    ];
    let runs = vec(run().prop_map(Record::Run), 0..3);
    (runs, vec(others, 0..3)).prop_map(|(runs, others)| runs.into_iter().chain(others).collect())
}

/// Ids that the store has not given yet are frequent, since an existing id is a conflict.
fn id(often: std::ops::Range<u64>) -> impl Strategy<Value = u64> + Clone {
    prop_oneof![4 => often, 1 => 1..25u64]
}

fn run_id() -> impl Strategy<Value = RunId> + Clone {
    id(3..9).prop_filter_map("a run id", RunId::new)
}

fn track_id() -> impl Strategy<Value = TrackId> + Clone {
    id(10..20).prop_filter_map("a track id", TrackId::new)
}

fn run() -> impl Strategy<Value = Run> {
    let flags = select(vec![
        (false, false),
        (false, true),
        (false, true),
        (true, false),
        (true, true),
    ]);
    let parts = (run_id(), maybe(task()), time(), time(), flags);
    parts.prop_map(|(id, task, start, end, (finished, current))| {
        Run::new(id, task, start, end)
            .with_finished(finished)
            .with_current(current)
    })
}

fn track() -> BoxedStrategy<Track> {
    let run_id = id(1..5).prop_filter_map("a run id", RunId::new);
    (track_id(), task(), run_id, user(), time(), data())
        .prop_map(|(id, task, run, user, time, data)| Track::new(id, task, run, user, time, data))
        .boxed()
}

/// Of a save that may well be repeated, or of one that never is.
fn used() -> impl Strategy<Value = KeyUse> {
    let saved = (task(), user(), data()).prop_filter_map("a track", |(task, user, data)| {
        NewTrack::new(task, user, data)
            .ok()
            .map(|track| Fingerprint::of(&track))
    });
    let fingerprint = prop_oneof![saved, Just(Fingerprint::from_u128(u128::MAX))];
    (key(), track_id(), fingerprint)
        .prop_map(|(key, track, fingerprint)| KeyUse::new(key, track, fingerprint))
}

fn counters() -> impl Strategy<Value = Counters> {
    (rarely(3, track_id()), rarely(3, run_id())).prop_map(|(track, run)| Counters::new(track, run))
}
