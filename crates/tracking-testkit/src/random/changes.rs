//! Random calls that change a store.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use tracking_core::{
    Batch, Checkpoint, Data, NewRun, NewTrack, Operation, Precondition, Removal, Retention,
    RunChoice, SaveMode, StopRun, TrackUpdate,
};

use super::call::Call;
use super::pools::{
    checkpoint_name, data, field, key, maybe, rarely, run_choice, run_id, run_selector, task, tick,
    time, track_id, user,
};
use super::questions::{query, run_query};

/// What happens all the time: saves, updates, runs, batches, the passing of time.
pub(super) fn change() -> impl Strategy<Value = Call> {
    prop_oneof![
        10 => save(run_choice()).prop_map(Call::Save),
        2 => update().prop_map(Call::Update),
        2 => track_id().prop_map(Call::Remove),
        2 => start_run().prop_map(Call::StartRun),
        2 => stop_run().prop_map(Call::StopRun),
        5 => batch().prop_map(Call::Apply),
        2 => checked_batch().prop_map(Call::Apply),
        5 => batch().prop_map(Call::ApplyDelayed),
        2 => checked_batch().prop_map(Call::ApplyDelayed),
        1 => Just(Call::Flush),
        3 => tick().prop_map(Call::Tick),
    ]
}

/// Occasional changes of many tracks or runs.
pub(super) fn bulk_change() -> BoxedStrategy<Call> {
    prop_oneof![
        1 => time().prop_map(Call::ExpireRuns),
        1 => (time(), 0..3usize).prop_map(|(time, limit)| Call::ExpireRunsBefore(time, limit)),
        3 => removal().prop_map(Call::RemoveBy),
        1 => query().prop_map(Call::RemoveMatching),
        2 => retention().prop_map(Call::Prune),
        1 => user().prop_map(Call::EraseUser),
        1 => (user(), user()).prop_map(|(from, to)| Call::RenameUser(from, to)),
        1 => field().prop_map(Call::AddIndex),
        1 => field().prop_map(Call::DropIndex),
        1 => Just(Call::Reindex),
    ]
    .boxed()
}

fn save(run: impl Strategy<Value = RunChoice>) -> impl Strategy<Value = NewTrack> {
    let mode = select(vec![
        SaveMode::Append,
        SaveMode::Append,
        SaveMode::Merge,
        SaveMode::Replace,
    ]);
    let parts = (
        task(),
        run,
        user(),
        data(),
        maybe(time()),
        mode,
        rarely(5, key()),
    );
    parts.prop_filter_map("a track", |(task, run, user, data, time, mode, key)| {
        let mut track = NewTrack::new(task, user, data).ok()?;
        track = track.in_run(run).updating(mode);
        if let Some(time) = time {
            track = track.at(time);
        }
        if let Some(key) = key {
            track = track.with_key(key);
        }
        Some(track)
    })
}

fn update() -> impl Strategy<Value = TrackUpdate> {
    let parts = (track_id(), data(), any::<bool>(), maybe(time()));
    parts.prop_map(|(id, data, replace, time)| {
        let update = if replace {
            TrackUpdate::replace(id, data)
        } else {
            TrackUpdate::merge(id, data)
        };
        match time {
            Some(time) => update.at(time),
            None => update,
        }
    })
}

fn start_run() -> impl Strategy<Value = NewRun> {
    (rarely(4, Just(())), task(), maybe(time())).prop_map(|(without, task, start)| {
        let run = match without {
            Some(()) => NewRun::without_task(),
            None => NewRun::of(task),
        };
        match start {
            Some(start) => run.starting_at(start),
            None => run,
        }
    })
}

fn stop_run() -> impl Strategy<Value = StopRun> {
    (run_selector(), any::<bool>(), maybe(time())).prop_map(|(run, unfinished, end)| {
        let mut stop = StopRun::new(run);
        if unfinished {
            stop = stop.unfinished();
        }
        match end {
            Some(end) => stop.ending_at(end),
            None => stop,
        }
    })
}

/// Any operations, which may fail, and checkpoints that are written whatever they were.
fn batch() -> impl Strategy<Value = Batch> {
    let operation = prop_oneof![
        5 => save(run_choice()).prop_map(Operation::Save),
        1 => update().prop_map(Operation::Update),
        1 => track_id().prop_map(Operation::Remove),
        2 => start_run().prop_map(Operation::StartRun),
        1 => stop_run().prop_map(Operation::StopRun),
    ];
    let moves = rarely(3, (Just(Precondition::Anything), checkpoint()).boxed());
    (vec(operation, 0..6), moves).prop_map(|(operations, moves)| filled(operations, moves))
}

/// Operations that cannot fail, and checkpoints that may not be as expected. When both are
/// wrong, the contract leaves open which is reported.
fn checked_batch() -> impl Strategy<Value = Batch> {
    let appended = save(Just(RunChoice::Current)).prop_filter_map("a track without key", |track| {
        track.key().is_none().then_some(Operation::Save(track))
    });
    let operation = prop_oneof![
        2 => appended,
        1 => start_run().prop_map(Operation::StartRun),
    ];
    let expected = prop_oneof![
        Just(Precondition::Missing),
        data().prop_map(Precondition::At),
        position().prop_map(Precondition::At),
        Just(Precondition::Anything),
    ];
    (vec(operation, 0..3), vec((expected, checkpoint()), 1..3))
        .prop_map(|(operations, moves)| filled(operations, moves))
}

/// Positions are few, so that expectations are met.
fn position() -> impl Strategy<Value = Data> + Clone {
    select(vec![r#"{"offset":0}"#, r#"{"offset":9}"#]).prop_map(Data::from_canonical)
}

pub(super) fn checkpoint() -> impl Strategy<Value = Checkpoint> + Clone {
    (checkpoint_name(), position()).prop_map(|(name, position)| Checkpoint::new(name, position))
}

fn filled(
    operations: Vec<Operation>,
    moves: impl IntoIterator<Item = (Precondition, Checkpoint)>,
) -> Batch {
    let batch: Batch = operations.into_iter().collect();
    moves.into_iter().fold(batch, |batch, (from, to)| {
        batch.with_checkpoint_if(from, to)
    })
}

/// Runs go seldom all at once, or little would be left to look at.
fn removal() -> BoxedStrategy<Removal> {
    let few_runs = (run_query(), run_id(), run_id());
    let few_runs = few_runs.prop_map(|(query, a, b)| query.ids([a, b]));
    let what = prop_oneof![
        2 => query().prop_map(Removal::tracks),
        2 => (retention(), query()).prop_map(|(old, among)| Removal::old_tracks_among(old, among)),
        1 => user().prop_map(Removal::user),
        3 => few_runs.prop_map(Removal::runs),
        1 => run_query().prop_map(|query| Removal::runs(query.limit(1))),
        2 => run_query().prop_map(Removal::empty_runs),
    ];
    let made = (what, any::<bool>()).prop_map(|(removal, with_empty_runs)| {
        if with_empty_runs {
            removal.with_empty_runs()
        } else {
            removal
        }
    });
    made.boxed()
}

fn retention() -> impl Strategy<Value = Retention> {
    let count = || prop_oneof![1 => Just(0), 6 => 1..4usize];
    (maybe(time()), maybe(count()), maybe(count())).prop_map(|(time, count, limit)| {
        let mut retention = Retention::none();
        if let Some(time) = time {
            retention = retention.older_than(time);
        }
        if let Some(count) = count {
            retention = retention.keep_last(count);
        }
        if let Some(limit) = limit {
            retention = retention.limit(limit);
        }
        retention
    })
}
