//! The words that cases are written in.

use std::fmt::Debug;

pub(super) use std::ops::ControlFlow;

pub(super) use serde_json::{Value, json};
pub(super) use tracking_core::{
    Batch, Checkpoint, CheckpointName, Cursor, Data, Erasure, Error, Field, FieldFilter,
    FieldValue, Group, GroupBy, GroupKey, Key, NameFilter, NewRun, NewTrack, NumberRange, Order,
    Outcome, Precondition, Query, Record, Result, Retention, Run, RunChoice, RunId, RunQuery,
    RunSelector, RunState, SaveMode, SessionGap, StopRun, TaskId, TimeRange, Timestamp, Track,
    TrackId, TrackUpdate, TrackingStorageExt as _, UserName, export,
};

pub(super) use super::context::Context;

/// What all cases work on.
pub(super) type Store = dyn tracking_core::TrackingStorage;

/// The moment so many seconds after the clock's start.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(Context::START + seconds).unwrap()
}

pub(super) fn id(number: u64) -> TrackId {
    TrackId::new(number).unwrap()
}

pub(super) fn run_id(number: u64) -> RunId {
    RunId::new(number).unwrap()
}

pub(super) fn task(name: &str) -> TaskId {
    TaskId::new(name).unwrap()
}

pub(super) fn user(name: &str) -> UserName {
    UserName::new(name).unwrap()
}

pub(super) fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

pub(super) fn object(value: Value) -> Data {
    Data::try_from(value).unwrap()
}

/// A track to be saved.
pub(super) fn new(task: &str, user: &str, data: Value) -> NewTrack {
    NewTrack::new(task, user, data).unwrap()
}

pub(super) fn put(s: &Store, track: NewTrack) -> TrackId {
    s.save(track).unwrap()
}

/// Saves at the clock's time.
pub(super) fn save(s: &Store, task: &str, user: &str, data: Value) -> TrackId {
    put(s, new(task, user, data))
}

/// Saves at a given time.
pub(super) fn save_at(s: &Store, task: &str, user: &str, seconds: i64) -> TrackId {
    put(s, new(task, user, json!({"at": seconds})).at(at(seconds)))
}

/// Saves the tracks 1, 2, .. of task `a001` and user `u1`, one for each second given.
pub(super) fn save_times(s: &Store, seconds: &[i64]) {
    for second in seconds {
        save_at(s, "a001", "u1", *second);
    }
}

/// Merges into the last track of a task and user.
pub(super) fn merge(s: &Store, task: &str, user: &str, data: Value) -> TrackId {
    put(s, new(task, user, data).updating(SaveMode::Merge))
}

/// Replaces the data of the last track of a task and user.
pub(super) fn replace(s: &Store, task: &str, user: &str, data: Value) -> TrackId {
    put(s, new(task, user, data).updating(SaveMode::Replace))
}

pub(super) fn track(s: &Store, id: TrackId) -> Track {
    s.track(id)
        .unwrap()
        .unwrap_or_else(|| panic!("track {id} must be there"))
}

pub(super) fn data(s: &Store, id: TrackId) -> Value {
    Value::Object(track(s, id).data().to_map().unwrap())
}

pub(super) fn ids(s: &Store, query: &Query) -> Vec<u64> {
    let tracks = s.query(query).unwrap();
    tracks.iter().map(|track| track.id().number()).collect()
}

pub(super) fn count(s: &Store, query: &Query) -> u64 {
    s.count(query).unwrap()
}

pub(super) fn start(s: &Store, task: &str) -> RunId {
    s.start_run_of(task).unwrap()
}

pub(super) fn stop(s: &Store, run: impl Into<RunSelector>) -> Option<RunId> {
    s.finish_run(run).unwrap()
}

/// An existing run.
pub(super) fn run(s: &Store, id: RunId) -> Run {
    s.run(&id.into())
        .unwrap()
        .unwrap_or_else(|| panic!("run {id} must be there"))
}

pub(super) fn current(s: &Store, task: &str) -> Option<RunId> {
    s.current_run_of(task).unwrap().map(|run| run.id())
}

pub(super) fn run_ids(s: &Store, query: &RunQuery) -> Vec<u64> {
    let runs = s.runs(query).unwrap();
    runs.iter().map(|run| run.id().number()).collect()
}

/// The id of the last track of a task, run and user.
pub(super) fn last(s: &Store, task: &str, run: impl Into<RunChoice>, user: &str) -> Option<u64> {
    let found = s.last_user_track(task, run, user).unwrap();
    found.map(|track| track.id().number())
}

pub(super) fn tasks(s: &Store) -> Vec<String> {
    let tasks = s.task_ids().unwrap();
    tasks.iter().map(ToString::to_string).collect()
}

pub(super) fn users(s: &Store) -> Vec<String> {
    let users = s.user_names(None).unwrap();
    users.iter().map(ToString::to_string).collect()
}

pub(super) fn users_of(s: &Store, task: &str) -> Vec<String> {
    let users = s.users_of(task).unwrap();
    users.iter().map(ToString::to_string).collect()
}

pub(super) fn checkpoint(name: &str, position: Value) -> Checkpoint {
    Checkpoint::new(CheckpointName::new(name).unwrap(), object(position))
}

/// The position of a checkpoint.
pub(super) fn position(s: &Store, name: &str) -> Option<Data> {
    let found = s.checkpoint(&CheckpointName::new(name).unwrap()).unwrap();
    found.map(|checkpoint| checkpoint.position().clone())
}

/// The whole content of a store.
pub(super) fn dump(s: &Store) -> Vec<Record> {
    let mut records = Vec::new();
    export(s, &mut |record| {
        records.push(record);
        Ok(())
    })
    .unwrap();
    records
}

/// Does something that must leave everything as it was.
pub(super) fn unchanged<T>(s: &Store, why: &str, act: impl FnOnce() -> T) -> T {
    let before = dump(s);
    let done = act();
    assert_eq!(dump(s), before, "{why}");
    done
}

/// Does something that must fail, and change nothing.
pub(super) fn refused<T: Debug>(s: &Store, attempt: impl FnOnce() -> Result<T>) -> Error {
    unchanged(s, "an error changes nothing", attempt).expect_err("this must be refused")
}

/// Does a batch that must fail, and change nothing; gives the number of the operation and why.
pub(super) fn refused_batch(s: &Store, batch: &Batch) -> (usize, Error) {
    match refused(s, || s.apply(batch)) {
        Error::Batch { index, source, .. } => (index, *source),
        other => panic!("the error of a batch must tell which operation failed, got {other:?}"),
    }
}

/// A store with tracks of several tasks, users, runs and times, keys and a checkpoint.
pub(super) fn fill(s: &Store) {
    save_at(s, "a001", "u1", 10);
    save_at(s, "a001", "u2", 20);
    save_at(s, "a002", "u1", 5);
    put(
        s,
        new("a001", "u1", json!({"n": {"x": null}})).with_key(key("k1")),
    );
    start(s, "a001");
    save_at(s, "a001", "u1", 30);
    stop(s, run_id(2));
    s.start_run(NewRun::without_task()).unwrap();
    save(s, "a003", "", json!({}));
    s.remove(id(2)).unwrap();
    let batch = Batch::new().with_checkpoint(checkpoint("log", json!({"line": 7})));
    s.apply(&batch).unwrap();
    s.add_index(&Field::from("n.x")).unwrap();
}

/// What erasing or renaming a user did. A store on a server need not wipe what the server keeps, but
/// no store may leave a wipe for later while nothing prevents it.
pub(super) fn done(erasure: Result<Erasure>) -> Erasure {
    match erasure.unwrap() {
        Erasure {
            tracks,
            wipe: tracking_core::Wipe::Deleted(_),
            ..
        } => Erasure::complete(tracks),
        erasure => erasure,
    }
}

/// Asserts that an error is of a kind, and shows it where it is not.
macro_rules! assert_error {
    ($error:expr, $($pattern:tt)+) => {{
        let error = $error;
        assert!(matches!(&error, $($pattern)+), "this is the wrong error: {error:?}");
    }};
}
pub(super) use assert_error;
