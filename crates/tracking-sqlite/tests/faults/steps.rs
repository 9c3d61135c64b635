//! An endless row of changes that is the same for every store, so that what a file must hold is
//! known from the number of steps alone.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{
    Batch, Checkpoint, CheckpointName, Data, Error, ErrorKind, Field, Key, ManualClock, NewRun,
    NewTrack, Query, Removal, Result, Retention, RunId, SaveMode, StopRun, TaskId, Timestamp,
    TrackId, TrackUpdate, TrackingStorage, UserName,
};
use tracking_sqlite::{Durability, SqliteStorage, SqliteStorageBuilder};

use super::dice::Dice;
use super::tools::contents;

/// A store in a file as the steps want it.
pub(crate) fn builder(file: &Path) -> SqliteStorageBuilder {
    SqliteStorage::builder(file).index("page").clock(clock())
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::EPOCH))
}

/// A file on which this many steps were done.
pub(crate) fn file_after(file: &Path, steps: u64, durability: Durability) -> SqliteStorage {
    let store = builder(file).durability(durability).open().unwrap();
    for n in 0..steps {
        step(&store, n).unwrap();
    }
    store
}

/// A store in memory that does the same steps.
pub(crate) struct Mirror {
    store: BTreeStorage,
    /// How many steps it has done.
    pub(crate) steps: u64,
}

impl Mirror {
    pub(crate) fn new() -> Self {
        let builder = BTreeStorage::builder().index("page").clock(clock());
        Self {
            store: builder.build(),
            steps: 0,
        }
    }

    /// Does steps until there are so many.
    pub(crate) fn reach(&mut self, steps: u64) {
        while self.steps < steps {
            step(&self.store, self.steps).unwrap();
            self.steps += 1;
        }
    }

    pub(crate) fn contents(&self) -> String {
        contents(&self.store)
    }
}

/// Does the n-th step; what the contract refuses is the same on every store and no error here.
pub(crate) fn step(store: &dyn TrackingStorage, n: u64) -> Result<()> {
    match try_step(store, n) {
        Err(error) if is_of_the_store(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Whether an error is one of what lies beneath the store, not of the contract.
pub(crate) fn is_of_the_store(error: &Error) -> bool {
    match error {
        Error::Batch { source, .. } => is_of_the_store(source),
        other => matches!(
            other.kind(),
            ErrorKind::Backend
                | ErrorKind::Unavailable
                | ErrorKind::NoSpace
                | ErrorKind::AccessDenied
                | ErrorKind::ReadOnly
                | ErrorKind::Corrupt
                | ErrorKind::ForeignFormat
                | ErrorKind::Full
                | ErrorKind::Unsupported
        ),
    }
}

fn try_step(store: &dyn TrackingStorage, n: u64) -> Result<()> {
    let mut dice = Dice::new(n);
    let counters = store.counters()?;
    match dice.roll(24) {
        0..8 => store.save(track(&mut dice, n)?).map(drop),
        8..11 => store.apply(&batch(&mut dice, n)?).map(drop),
        11..13 => {
            let update = TrackUpdate::merge(some_track(&mut dice, counters.last_track()), data(n)?);
            store.update(update.at(time(n)))
        }
        13 => {
            let id = some_track(&mut dice, counters.last_track());
            store.update(TrackUpdate::replace(id, data(n)?).at(time(n)))
        }
        14..17 => {
            let id = some_track(&mut dice, counters.last_track());
            store.remove(id).map(drop)
        }
        17 => {
            let run = NewRun::of(TaskId::new(task(&mut dice))?).starting_at(time(n));
            store.start_run(run).map(drop)
        }
        18 => {
            let run = some_run(&mut dice, counters.last_run());
            store
                .stop_run(StopRun::new(run).ending_at(time(n)))
                .map(drop)
        }
        19 => {
            let since = time(n.saturating_sub(500));
            store.expire_runs_before(since, usize::MAX).map(drop)
        }
        20 => {
            let old = Retention::none().keep_last(6).limit(40);
            let removal = Removal::old_tracks(old).with_empty_runs();
            store.remove_by(&removal).map(drop)
        }
        21 => {
            let (from, to) = (user(&mut dice), user(&mut dice));
            let renamed = store.rename_user(&UserName::new(from)?, &UserName::new(to)?);
            renamed.map(drop)
        }
        22 => {
            let query = Query::all().field("page", dice.roll(10)).limit(20);
            store.remove_matching(&query).map(drop)
        }
        _ => {
            let field = Field::from("kind");
            match dice.roll(3) {
                0 => store.add_index(&field).map(drop),
                1 => store.drop_index(&field).map(drop),
                _ => store.reindex(),
            }
        }
    }
}

/// Up to 40 saves, a run and where they have brought the one who loads.
fn batch(dice: &mut Dice, n: u64) -> Result<Batch> {
    let mut batch = Batch::new().start_run(NewRun::without_task().starting_at(time(n)));
    for _ in 0..dice.roll(40) {
        batch = batch.save(track(dice, n)?);
    }
    let name = CheckpointName::new("loader")?;
    let position = Data::try_from(json!({"step": n}))?;
    Ok(batch.with_checkpoint(Checkpoint::new(name, position)))
}

fn track(dice: &mut Dice, n: u64) -> Result<NewTrack> {
    let track = NewTrack::new(task(dice), user(dice), data(dice.next())?)?.at(time(n));
    Ok(match dice.roll(6) {
        0 => track.updating(SaveMode::Merge),
        1 => track.updating(SaveMode::Replace),
        2 => track.with_key(Key::new(format!("key-{}", dice.roll(1000)))?),
        _ => track,
    })
}

fn data(number: u64) -> Result<Data> {
    let mut dice = Dice::new(number);
    // Now and then one that takes more than a page.
    let length = if dice.roll(30) == 0 {
        9000
    } else {
        dice.roll(60)
    };
    let text = "x".repeat(usize::try_from(length).unwrap());
    Data::try_from(json!({"page": dice.roll(10), "kind": dice.roll(3), "text": text}))
}

fn task(dice: &mut Dice) -> String {
    format!("lesson-{}", dice.roll(5))
}

fn user(dice: &mut Dice) -> String {
    format!("user-{}", dice.roll(12))
}

fn time(n: u64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + i64::try_from(n).unwrap()).unwrap()
}

fn some_track(dice: &mut Dice, last: Option<TrackId>) -> TrackId {
    let last = last.map_or(1, TrackId::number);
    // One of the last, for most others are gone.
    TrackId::new(last.saturating_sub(dice.roll(200)).max(1)).unwrap()
}

fn some_run(dice: &mut Dice, last: Option<RunId>) -> RunId {
    let last = last.map_or(1, RunId::number);
    RunId::new(last.saturating_sub(dice.roll(20)).max(1)).unwrap()
}

/// A batch of plain saves, one for each number.
pub(crate) fn load(numbers: Range<u64>) -> Batch {
    numbers.fold(Batch::new(), |batch, n| {
        let text = format!("number {n} {}", "x".repeat(100));
        let data = json!({"page": n % 10, "text": text});
        let track = NewTrack::new(format!("lesson-{}", n % 5), format!("user-{}", n % 3), data);
        batch.save(track.unwrap().at(time(n)))
    })
}
