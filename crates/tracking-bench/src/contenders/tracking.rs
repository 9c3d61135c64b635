//! The stores of `tracking`, called through the contract with names as text.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use tracking_btree::BTreeStorage;
use tracking_core::{
    Batch, Data, GroupBy, GroupKey, NewRun, NewTrack, Operation, Query, RunId, SaveMode, TaskId,
    TimeRange, Timestamp, TrackId, TrackRef, TrackingStorage, TrackingStorageExt,
};
use tracking_sqlite::{Durability, SqliteStorage};

use super::file::{CACHE_SIZE, File};
use crate::contender::{
    Action, Clones, Contender, Parts, Payload, Question, Triple, View, Visitor,
};
use crate::work::Entry;

/// The number of reading connections; each has the same cache.
const READERS: usize = 8;

/// The store of `tracking-btree` or `tracking-sqlite` behind the contract.
pub(crate) struct Tracking {
    store: Arc<dyn TrackingStorage>,
    persistent: Option<PersistentStore>,
    /// How many runs have been started. A workload names its runs by number, the store gives
    /// the numbers itself: runs are started in the order in which the workload comes to them.
    runs: AtomicU64,
}

/// The same store, if it is in a file.
struct PersistentStore {
    store: Arc<SqliteStorage>,
    file: File,
    durability: Durability,
}

impl Tracking {
    pub(crate) fn in_memory() -> Self {
        let store = BTreeStorage::builder().index("page").build();
        Self {
            store: Arc::new(store),
            persistent: None,
            runs: AtomicU64::new(0),
        }
    }

    pub(super) fn in_a_file(durability: Durability) -> Result<Self> {
        let persistent = PersistentStore::open(File::new()?, durability)?;
        Ok(Self {
            store: persistent.store(),
            persistent: Some(persistent),
            runs: AtomicU64::new(0),
        })
    }

    /// The store itself.
    pub(crate) fn store(&self) -> &Arc<dyn TrackingStorage> {
        &self.store
    }

    /// Starts runs until this one is there.
    pub(crate) fn start_runs(&self, track: &NewTrack, run: u64) -> Result<()> {
        while self.runs.load(Ordering::Relaxed) < run {
            let start = NewRun::of(track.task());
            self.store.start_run(at(start, track.time()))?;
            self.runs.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn save_as<'a>(&'a self, entry: &Entry<'a>, mode: SaveMode) -> Result<Action<'a>> {
        let run = entry.run;
        let mut track = Some(new_track(entry)?.updating(mode));
        Ok(Box::new(move || {
            let track = track.take().context("an action is done once")?;
            self.start_runs(&track, run)?;
            self.store.save(track)?;
            Ok(())
        }))
    }
}

impl PersistentStore {
    fn open(file: File, durability: Durability) -> Result<Self> {
        let store = SqliteStorage::builder(file.path())
            .index("page")
            .max_readers(READERS)
            .cache_size(CACHE_SIZE * (READERS as u64 + 1))
            .durability(durability)
            .open()?;
        Ok(Self {
            store: Arc::new(store),
            file,
            durability,
        })
    }

    fn store(&self) -> Arc<dyn TrackingStorage> {
        Arc::<SqliteStorage>::clone(&self.store)
    }
}

impl Contender for Tracking {
    fn bulk<'a>(&'a self, entries: &[Entry<'a>]) -> Result<Action<'a>> {
        let mut batch = Batch::new();
        for entry in entries {
            let track = new_track(entry)?;
            while self.runs.load(Ordering::Relaxed) < entry.run {
                let start = at(NewRun::of(track.task()), track.time());
                batch.push(Operation::StartRun(start));
                self.runs.fetch_add(1, Ordering::Relaxed);
            }
            batch.push(Operation::Save(track));
        }
        Ok(Box::new(move || {
            self.store.apply(&batch).map(drop).map_err(Into::into)
        }))
    }

    fn loaded(&self) -> Result<()> {
        if let Some(persistent) = &self.persistent {
            persistent.store.truncate_wal()?;
        }
        Ok(())
    }

    fn save<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>> {
        self.save_as(entry, SaveMode::Append)
    }

    fn update<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>> {
        self.save_as(entry, SaveMode::Merge)
    }

    fn removal<'a>(&'a self, ids: &'a [u64]) -> Result<Action<'a>> {
        let remove = |id: &u64| TrackId::new(*id).map(Operation::Remove);
        let batch: Option<Batch> = ids
            .iter()
            .map(remove)
            .collect::<Option<Vec<_>>>()
            .map(|operations| operations.into_iter().collect());
        let batch = batch.context("track ids count from 1")?;
        Ok(Box::new(move || {
            self.store.apply(&batch).map(drop).map_err(Into::into)
        }))
    }

    fn reindex(&self) -> Result<()> {
        Ok(self.store.reindex()?)
    }

    fn reopen(&mut self) -> Result<Option<u64>> {
        let Some(PersistentStore {
            store,
            file,
            durability,
        }) = self.persistent.take()
        else {
            return Ok(None);
        };
        // A placeholder while it is closed.
        self.store = Arc::new(BTreeStorage::new());
        drop(store);
        let size = file.size()?;
        let persistent = PersistentStore::open(file, durability)?;
        self.store = persistent.store();
        self.persistent = Some(persistent);
        Ok(Some(size))
    }

    fn last(&self, triple: Triple<'_>, visitor: Visitor<'_>) -> Result<()> {
        let run = run_id(triple.run)?;
        let last = self.store.last_user_track(triple.task, run, triple.user)?;
        if let Some(track) = last {
            visitor(view(&track.as_ref()));
        }
        Ok(())
    }

    fn visit(&self, question: &Question<'_>, visitor: Visitor<'_>) -> Result<()> {
        self.store
            .for_each(&query(question)?, |track| visitor(view(&track)))?;
        Ok(())
    }

    fn collect(&self, question: &Question<'_>) -> Result<u64> {
        let tracks = self.store.query(&query(question)?)?;
        Ok(std::hint::black_box(&tracks)
            .iter()
            .fold(0, |fold, track| fold ^ view(&track.as_ref()).touch()))
    }

    fn visit_paged(
        &self,
        question: &Question<'_>,
        page: usize,
        visitor: Visitor<'_>,
    ) -> Result<()> {
        let first = query(question)?.limit(page);
        let mut next = Some(first.clone());
        while let Some(query) = next {
            let cursor = self.store.visit(&query, &mut |track| {
                visitor(view(&track));
                ControlFlow::Continue(())
            })?;
            next = cursor.map(|cursor| first.clone().after(cursor));
        }
        Ok(())
    }

    fn user_names(&self, task: &str, visitor: &mut dyn FnMut(&str)) -> Result<()> {
        let names = self.store.user_names(Some(&TaskId::new(task)?))?;
        for name in &names {
            visitor(name);
        }
        Ok(())
    }

    fn task_ids(&self, visitor: &mut dyn FnMut(&str)) -> Result<()> {
        for task in &self.store.task_ids()? {
            visitor(task);
        }
        Ok(())
    }

    fn count_by_task(
        &self,
        times: Option<(i64, i64)>,
        visitor: &mut dyn FnMut(&str, u64),
    ) -> Result<()> {
        let question = Question {
            times,
            ..Question::all()
        };
        let groups = self
            .store
            .groups(&query(&question)?, &GroupBy::Task.into())?;
        for group in &groups {
            match group.key() {
                GroupKey::Task(task) => visitor(task, group.count()),
                other => bail!("the tracks of each task were asked for, not of {other:?}"),
            }
        }
        Ok(())
    }
}

impl Parts for Tracking {
    fn make(&self, question: &Question<'_>) -> Result<bool> {
        drop(std::hint::black_box(query(question)?));
        Ok(true)
    }

    fn clones(&self) -> Result<Clones<'_>> {
        let tasks = self.store.task_ids()?;
        let groups = self.store.groups(&Query::all(), &GroupBy::Task.into())?;
        Ok(vec![
            ("task_ids", Box::new(move || drop(tasks.clone()))),
            ("count_all", Box::new(move || drop(groups.clone()))),
        ])
    }
}

/// A track as a program makes it: names and data given as text.
pub(crate) fn new_track(entry: &Entry<'_>) -> Result<NewTrack> {
    let data: Data = entry.text().parse()?;
    let track = NewTrack::new(entry.task, entry.user, data)?;
    Ok(track
        .in_run(run_id(entry.run)?)
        .at(Timestamp::from_secs(entry.time)?))
}

fn at(run: NewRun, time: Option<Timestamp>) -> NewRun {
    match time {
        Some(time) => run.starting_at(time),
        None => run,
    }
}

pub(crate) fn run_id(run: u64) -> Result<RunId> {
    RunId::new(run).context("run ids count from 1")
}

pub(crate) fn query(question: &Question<'_>) -> Result<Query> {
    let mut query = Query::all();
    if !question.tasks.is_empty() {
        query = query.tasks(question.tasks.iter().copied());
    }
    if let Some(user) = question.user {
        query = query.user(user);
    }
    if let Some(run) = question.run {
        query = query.run(run_id(run)?);
    }
    if let Some((from, to)) = question.times {
        let (from, to) = (Timestamp::from_secs(from)?, Timestamp::from_secs(to)?);
        query = query.within(TimeRange::between(from, to));
    }
    if let Some(page) = question.page {
        query = query.field("page", page);
    }
    Ok(query)
}

fn view<'a>(track: &TrackRef<'a>) -> View<'a> {
    View {
        id: track.id().number(),
        task: track.task(),
        run: track.run().number(),
        user: track.user(),
        time: track.time().secs(),
        data: Payload::Text(track.data().as_str()),
    }
}
