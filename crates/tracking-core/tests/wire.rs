//! How every value is serialised: this goes over networks and into files, and must never change.

#![expect(
    clippy::unwrap_used,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use tracking_core::{
    Batch, BatchId, BatchRetention, Change, ChangeCursor, ChangeFeed, ChangeKind, ChangePage,
    Checkpoint, CheckpointName, Counters, Cursor, Data, Erasure, Error, ErrorReport, Fingerprint,
    Group, GroupBy, GroupKey, Grouping, Key, KeyUse, NewRun, NewTrack, Order, Outcome, Page,
    Precondition, Query, Record, Removal, Removed, Retention, Run, RunChoice, RunId, RunQuery,
    RunSelector, RunState, SaveMode, SessionGap, StopRun, TaskId, TimeRange, Timestamp, Track,
    TrackId, TrackUpdate, UserName, Wipe, Zone,
};

fn data() -> Data {
    Data::from_serialize(&json!({"page": 1})).unwrap()
}

fn task() -> TaskId {
    TaskId::new("a001").unwrap()
}

fn user() -> UserName {
    UserName::new("u1").unwrap()
}

fn key() -> Key {
    Key::new("k1").unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::new(CheckpointName::new("log").unwrap(), data())
}

fn track() -> Track {
    let (id, run) = (TrackId::FIRST, RunId::FIRST);
    Track::new(id, task(), run, user(), Timestamp::EPOCH, data())
}

fn run() -> Run {
    Run::new(
        RunId::FIRST,
        Some(task()),
        Timestamp::EPOCH,
        Timestamp::EPOCH,
    )
}

fn batch() -> Batch {
    let new = || NewTrack::new("a001", "u1", data()).unwrap();
    Batch::new()
        .start_run(NewRun::of(task()).starting_at(Timestamp::EPOCH))
        .start_run(NewRun::without_task())
        .save(new().in_run(RunChoice::Started(0)).with_key(key()))
        .save(new().in_run(RunId::FIRST).updating(SaveMode::Merge))
        .save(new().in_session(SessionGap::default()))
        .save(new().at(Timestamp::EPOCH).updating(SaveMode::Replace))
        .update(TrackUpdate::merge(TrackId::FIRST, data()))
        .update(TrackUpdate::replace(TrackId::FIRST, data()).at(Timestamp::EPOCH))
        .remove(TrackId::FIRST)
        .stop_run(StopRun::new(RunSelector::Started(0)))
        .stop_run(StopRun::new(RunId::FIRST).ending_at(Timestamp::EPOCH))
        .stop_run(StopRun::new(task()))
        .with_checkpoint(checkpoint())
        .with_checkpoint_if(Precondition::Missing, checkpoint())
        .with_checkpoint_if(Precondition::At(data()), checkpoint())
        .with_id(BatchId::new("b1").unwrap())
}

/// Collects values as lines.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, value: &impl Serialize) {
        writeln!(self.0, "{}", serde_json::to_string(value).unwrap()).unwrap();
    }
}

#[test]
fn the_form_of_every_value_stays_the_same() {
    let mut lines = Lines::default();
    for operation in batch().operations() {
        lines.add(operation);
    }
    lines.add(&Batch::new());
    lines.add(&(batch().id(), batch().checkpoints()));
    lines.add(&[
        Outcome::Saved(TrackId::FIRST),
        Outcome::Updated(TrackId::FIRST),
        Outcome::Removed(true),
        Outcome::Started(RunId::FIRST),
        Outcome::Stopped(None),
        Outcome::Stopped(Some(RunId::FIRST)),
    ]);
    let fingerprint = Fingerprint::from_u128(7);
    let used = KeyUse::new(key(), TrackId::FIRST, fingerprint);
    let counters = Counters::new(Some(TrackId::FIRST), None);
    lines.add(&[
        Record::Index("page".into()),
        Record::Run(run()),
        Record::Track(track()),
        Record::Key(used),
        Record::Checkpoint(checkpoint()),
        Record::Counters(counters),
    ]);
    lines.add(&[
        RunChoice::Current,
        RunChoice::Id(RunId::FIRST),
        RunChoice::Started(0),
        RunChoice::Session(SessionGap::default()),
    ]);
    lines.add(&[
        Order::Id,
        Order::IdDescending,
        Order::Time,
        Order::TimeDescending,
    ]);
    lines.add(&[RunState::Current, RunState::Finished]);
    lines.add(&[
        GroupBy::Task,
        GroupBy::User,
        GroupBy::Run,
        GroupBy::Day(Zone::utc()),
        GroupBy::Field("page".into()),
    ]);
    lines.add(&[
        Group::new(GroupKey::Task(task()), None, 1),
        Group::new(GroupKey::User(user()), Some(GroupKey::Run(RunId::FIRST)), 1),
        Group::new(GroupKey::Field(None), None, 1),
    ]);
    let cursor = Cursor::after(Order::TimeDescending, Timestamp::EPOCH, TrackId::FIRST);
    lines.add(&Page::new(vec![track()], Some(cursor)));
    lines.add(&Retention::none().older_than(Timestamp::EPOCH).keep_last(3));
    let second = Duration::from_secs(1);
    lines.add(&BatchRetention::FOREVER.with_max_age(second));
    lines.add(&ChangeFeed::UNLIMITED.with_max_count(7));
    let at = ChangeCursor::new(5, 7);
    let change = Change::new(at, ChangeKind::TrackSaved, (3, 5), Timestamp::EPOCH);
    lines.add(&ChangePage::new(vec![change], at));
    lines.add(&ErrorReport::from(
        &Error::key_conflict(key(), TrackId::FIRST).in_batch(2),
    ));
    add_queries(&mut lines);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire.jsonl");
        return std::fs::write(path, lines.0).unwrap();
    }
    assert_eq!(lines.0, include_str!("wire.jsonl"));
}

/// What is asked over a network, and what an erasure answers.
fn add_queries(lines: &mut Lines) {
    let epoch = TimeRange::between(Timestamp::EPOCH, Timestamp::EPOCH);
    let cursor = Cursor::after(Order::Time, Timestamp::EPOCH, TrackId::FIRST);
    lines.add(&Query::all());
    lines.add(
        &Query::all()
            .task("a001")
            .user_prefix("u")
            .except_user("u2")
            .run(RunId::FIRST)
            .within(epoch)
            .field("page", 1)
            .field_range("page", 1..5)
            .order(Order::Time)
            .limit(3)
            .after(cursor),
    );
    lines.add(&Query::all().task_pattern("*.css").except_field("page", "x"));
    lines.add(&RunQuery::all());
    lines.add(
        &RunQuery::all()
            .task("a001")
            .states([RunState::Current])
            .started(epoch)
            .ended(epoch)
            .after(RunId::FIRST)
            .limit(3),
    );
    lines.add(&RunQuery::all().ids([RunId::FIRST]));
    let keep_last = Retention::none().keep_last(3);
    lines.add(&[
        Removal::tracks(Query::all().task("a001")).with_empty_runs(),
        Removal::old_tracks_among(keep_last, Query::all().task("a001")),
        Removal::user(user()),
        Removal::runs(RunQuery::all().ids([RunId::FIRST])),
        Removal::empty_runs(RunQuery::all()),
    ]);
    lines.add(&Removed::new(3, 1));
    lines.add(&Group::new(GroupKey::NoTask, None, 1));
    lines.add(&Grouping::from(GroupBy::Task));
    let group = Group::new(GroupKey::Task(task()), None, 1);
    lines.add(
        &Grouping::from(GroupBy::Task)
            .counting(GroupBy::User)
            .top(3)
            .after(group),
    );
    lines.add(&Erasure::complete(3));
    lines.add(&Erasure::new(3, Wipe::Pending("a reader".to_owned())));
    lines.add(&Erasure::new(3, Wipe::Deleted("vacuum".to_owned())));
}

#[test]
fn what_was_exported_before_still_imports() {
    let exported = [
        r#"{"index":"page"}"#,
        r#"{"run":{"id":1,"task":null,"start":"2026-11-23T10:00:00Z","end":"2026-11-23T10:00:00Z","finished":false,"current":false}}"#,
        r#"{"track":{"id":6,"task":"lesson-2","run":4,"user":"carl","time":"2026-11-23T10:00:00Z","data":{}}}"#,
        r#"{"key":{"key":"k1","track":6,"fingerprint":"31543d3dbb2c94741987a6b3b0950d9f"}}"#,
        r#"{"checkpoint":{"name":"log","position":{"line":7}}}"#,
        r#"{"counters":{"last_track":7,"last_run":5}}"#,
    ];
    for line in exported {
        let record: Record = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&record).unwrap(), line);
    }
}

#[test]
fn a_batch_that_is_sent_is_the_same_batch() {
    let sent = serde_json::to_string(&batch()).unwrap();
    let read: Batch = serde_json::from_str(&sent).unwrap();
    assert_eq!(read, batch());
    assert_eq!(
        Fingerprint::of_batch(&read),
        Fingerprint::of_batch(&batch())
    );
}
