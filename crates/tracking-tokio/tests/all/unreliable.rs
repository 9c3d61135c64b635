//! A store that fails, loses answers, panics or hangs, as a test tells it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, RwLock};

use tracking_core::{
    Batch, Checkpoint, CheckpointName, Counters, Cursor, Erasure, Error, Field, Group, Grouping,
    Key, KeyUse, Outcome, Query, Record, RecordVisitor, Removal, Removed, Result, Run, RunChoice,
    RunId, RunQuery, RunSelector, TaskId, Timestamp, Track, TrackId, TrackingStorage, UserName,
    Visitor,
};

/// What becomes of one call that changes the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Works,
    /// It fails and changes nothing.
    Fails,
    /// It is done, and the answer is lost.
    LosesAnswer,
    /// It panics before it is done.
    Panics,
    /// It is done, and panics then.
    PanicsAfter,
}

type Fates = dyn Fn(u64) -> Fate + Send + Sync;

pub(crate) struct Unreliable {
    right: RwLock<Arc<dyn TrackingStorage>>,
    fates: Box<Fates>,
    calls: AtomicU64,
    is_down: AtomicBool,
    hangs: Mutex<bool>,
    goes_on: Condvar,
}

impl std::fmt::Debug for Unreliable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unreliable")
    }
}

impl Unreliable {
    /// The fate of each call is that of its number, from 0.
    pub(crate) fn new(
        right: Arc<dyn TrackingStorage>,
        fates: impl Fn(u64) -> Fate + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            right: RwLock::new(right),
            fates: Box::new(fates),
            calls: AtomicU64::new(0),
            is_down: AtomicBool::new(false),
            hangs: Mutex::new(false),
            goes_on: Condvar::new(),
        })
    }

    /// Whatever its fate, each call fails as long as this is so.
    pub(crate) fn set_down(&self, is_down: bool) {
        self.is_down.store(is_down, SeqCst);
    }

    /// Each call waits before it is done as long as this is so.
    pub(crate) fn set_hanging(&self, hangs: bool) {
        *self.hangs.lock().unwrap() = hangs;
        self.goes_on.notify_all();
    }

    /// How many changes were tried.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(SeqCst)
    }

    /// Takes the store away, as when it is restarted, and puts another one in its place.
    pub(crate) fn restart(&self, open: impl FnOnce() -> Arc<dyn TrackingStorage>) {
        let mut right = self.right.write().unwrap();
        *right = Arc::new(tracking_btree::BTreeStorage::new());
        *right = open();
    }

    fn right(&self) -> Arc<dyn TrackingStorage> {
        Arc::clone(&self.right.read().unwrap())
    }
}

fn down(what: &str) -> Error {
    Error::unavailable("answer", what)
}

impl TrackingStorage for Unreliable {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        let fate = (self.fates)(self.calls.fetch_add(1, SeqCst));
        let hangs = self.hangs.lock().unwrap();
        drop(self.goes_on.wait_while(hangs, |hangs| *hangs).unwrap());
        if self.is_down.load(SeqCst) {
            return Err(down("it is down"));
        }
        match fate {
            Fate::Works => self.right().apply(batch),
            Fate::Fails => Err(down("it fails now and then")),
            Fate::LosesAnswer => {
                self.right().apply(batch)?;
                Err(Error::outcome_unknown("the batch", None))
            }
            Fate::Panics => panic!("before the batch, on purpose"),
            Fate::PanicsAfter => {
                self.right().apply(batch)?;
                panic!("after the batch, on purpose")
            }
        }
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        self.right().track(id)
    }
    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        self.right().last_track(task, run, user)
    }
    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        self.right().visit(query, visitor)
    }
    fn count(&self, query: &Query) -> Result<u64> {
        self.right().count(query)
    }
    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        self.right().groups(query, grouping)
    }
    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        self.right().run(run)
    }
    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        self.right().runs(query)
    }
    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        self.right().expire_runs_before(untouched_since, limit)
    }
    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        self.right().remove_by(removal)
    }
    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        self.right().rename_user(from, to)
    }
    fn indexes(&self) -> Result<Vec<Field>> {
        self.right().indexes()
    }
    fn add_index(&self, field: &Field) -> Result<bool> {
        self.right().add_index(field)
    }
    fn drop_index(&self, field: &Field) -> Result<bool> {
        self.right().drop_index(field)
    }
    fn reindex(&self) -> Result<()> {
        self.right().reindex()
    }
    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        self.right().checkpoint(name)
    }
    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        self.right().checkpoints_after(after, limit)
    }
    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        self.right().key_use(key)
    }
    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        self.right().key_uses(after, limit)
    }
    fn counters(&self) -> Result<Counters> {
        self.right().counters()
    }
    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        self.right().export(visitor)
    }
    fn restore(&self, records: &[Record]) -> Result<()> {
        self.right().restore(records)
    }
}
