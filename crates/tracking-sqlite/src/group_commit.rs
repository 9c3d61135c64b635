//! Small batches of several threads that share a commit.
//!
//! A commit that waits for the disk takes longer than everything else. So one thread at a time
//! leads: it waits for the connection, applies its own batch and those that other threads have
//! queued meanwhile, each within a savepoint, and commits once. The others wait for their answers.
//! Whoever is queued when it has finished leads next. There is no thread of its own.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use tracking_core::{Batch, Error, Outcome, Result};

use crate::error::{StoreError, StoreResult};
use crate::events::{self, LockWait};
use crate::writer::Writer;
use crate::{SqliteStorage, apply};

/// How many batches of other threads share a commit.
const MAX_GROUP: usize = 128;

/// How many operations a batch has at most to be queued: a large one pays for its own commit.
const MAX_OPERATIONS: usize = 100;

/// What came of a batch, or the panic that it caused.
type Applied = thread::Result<Result<Vec<Outcome>>>;

/// The batches that wait for a thread that commits.
#[derive(Debug, Default)]
pub(crate) struct CommitQueue(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    has_leader: bool,
    waiting: VecDeque<Arc<QueuedBatch>>,
}

#[derive(Debug)]
struct QueuedBatch {
    batch: Batch,
    turn: Mutex<Turn>,
    changed: Condvar,
}

/// What a queued batch is to do.
#[derive(Debug)]
enum Turn {
    Wait,
    Lead,
    Return(Applied),
}

impl QueuedBatch {
    fn set(&self, turn: Turn) {
        *self.turn.lock() = turn;
        self.changed.notify_one();
    }

    /// Waits for its turn, at most so long; `Wait` if it has not come.
    fn wait_for(&self, timeout: Option<Duration>) -> Turn {
        let mut turn = self.turn.lock();
        let is_waiting = |turn: &mut Turn| matches!(turn, Turn::Wait);
        match timeout {
            Some(timeout) => {
                self.changed.wait_while_for(&mut turn, is_waiting, timeout);
            }
            None => self.changed.wait_while(&mut turn, is_waiting),
        }
        std::mem::replace(&mut turn, Turn::Wait)
    }
}

impl CommitQueue {
    /// Makes the caller the leader, or queues its batch if there is one already.
    fn enter(&self, batch: &Batch) -> Option<Arc<QueuedBatch>> {
        let mut queue = self.0.lock();
        if !queue.has_leader {
            queue.has_leader = true;
            return None;
        }
        let queued = Arc::new(QueuedBatch {
            batch: batch.clone(),
            turn: Mutex::new(Turn::Wait),
            changed: Condvar::new(),
        });
        queue.waiting.push_back(Arc::clone(&queued));
        Some(queued)
    }

    /// Takes a batch out again, unless a leader has it.
    fn leave(&self, queued: &Arc<QueuedBatch>) -> bool {
        let mut queue = self.0.lock();
        let before = queue.waiting.len();
        queue.waiting.retain(|other| !Arc::ptr_eq(other, queued));
        queue.waiting.len() < before
    }

    /// Takes out what shares the commit of the leader.
    fn take(&self) -> Vec<Arc<QueuedBatch>> {
        let waiting = &mut self.0.lock().waiting;
        let count = waiting.len().min(MAX_GROUP);
        waiting.drain(..count).collect()
    }
}

/// The right to lead, which goes to the next thread when it is dropped, also by a panic.
struct Leadership<'q>(&'q CommitQueue);

impl Drop for Leadership<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.0.lock();
        match queue.waiting.pop_front() {
            Some(next) => next.set(Turn::Lead),
            None => queue.has_leader = false,
        }
    }
}

/// The batches of a group that have no answer yet; they get one when this is dropped by a panic.
struct Unanswered(Vec<Arc<QueuedBatch>>);

impl Unanswered {
    fn answer(&mut self, applied: impl Iterator<Item = Applied>) {
        for (queued, applied) in self.0.drain(..).zip(applied) {
            queued.set(Turn::Return(applied));
        }
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.answer(std::iter::repeat_with(|| {
            let why = "the thread that was to commit it panicked";
            Ok(Err(Error::unavailable("save a batch; try again", why)))
        }));
    }
}

impl SqliteStorage {
    /// Applies a batch, with those that other threads apply at the same time.
    pub(crate) fn apply_in_group(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        if batch.operations().len() > MAX_OPERATIONS {
            return self.change(|change| apply::apply(change, batch, self.now()));
        }
        self.check_process()?;
        let Some(queued) = self.commits.enter(batch) else {
            return self.apply_as_leader(batch);
        };
        let wait = LockWait::start();
        let mut turn = queued.wait_for(Some(self.busy_timeout()));
        if matches!(turn, Turn::Wait) {
            if self.commits.leave(&queued) {
                events::lock_timeout(self.path(), self.busy_timeout());
                return Err(self.busy_error("write to"));
            }
            // It has its turn already.
            turn = queued.wait_for(None);
        }
        wait.end(self.path(), None);
        match turn {
            Turn::Return(Ok(applied)) => applied,
            Turn::Return(Err(panic)) => resume_unwind(panic),
            Turn::Lead | Turn::Wait => self.apply_as_leader(batch),
        }
    }

    /// Applies a batch and those that are queued once nobody else writes.
    fn apply_as_leader(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        let _leadership = Leadership(&self.commits);
        let action = "write to";
        let mut writer = self.lock_writer(action)?;
        let into_core = |failure: StoreError| failure.into_core(action, self.path());
        self.flush_writer(&mut writer).map_err(into_core)?;
        let mut group = Unanswered(self.commits.take());
        let applied = if group.0.is_empty() {
            // Read while nobody else writes, so that what is saved later has no earlier time.
            let applied =
                writer.change(&self.sql, |change| apply::apply(change, batch, self.now()));
            Ok(applied.map_err(into_core))
        } else {
            let queued = group.0.iter().map(|queued| &queued.batch);
            let applied = self.apply_group(&mut writer, std::iter::once(batch).chain(queued));
            let mut applied = applied
                .into_iter()
                .map(|applied| applied.map(|applied| applied.map_err(into_core)));
            let own = applied.next();
            group.answer(applied);
            own.unwrap_or_else(|| Ok(Ok(Vec::new())))
        };
        writer.wipe_if_due(self.busy_timeout());
        drop(writer);
        applied.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Applies batches in one transaction. One that fails or panics fails alone; if the transaction
    /// fails, all do.
    fn apply_group<'b>(
        &self,
        writer: &mut Writer,
        batches: impl Iterator<Item = &'b Batch> + Clone,
    ) -> Vec<thread::Result<StoreResult<Vec<Outcome>>>> {
        let mut applied = Vec::new();
        let committed = writer.in_transaction(|writer| {
            for batch in batches.clone() {
                let apply = AssertUnwindSafe(|| {
                    writer.change_in_savepoint(&self.sql, |change| {
                        apply::apply(change, batch, self.now())
                    })
                });
                let result = catch_unwind(apply);
                // Some errors, like that of a full disk, undo the whole transaction.
                if writer.connection.is_autocommit()
                    && let Ok(Err(error)) = &result
                {
                    return Err(error.for_another());
                }
                applied.push(result);
            }
            Ok(())
        });
        if let Err(error) = committed {
            applied.resize_with(batches.count(), || Ok(Ok(Vec::new())));
            for result in applied
                .iter_mut()
                .filter(|result| matches!(result, Ok(Ok(_))))
            {
                *result = Ok(Err(error.for_another()));
            }
        }
        applied
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicI64, Ordering};

    use serde_json::json;
    use tracking_core::{
        Clock, Data, NewTrack, Query, Timestamp, TrackId, TrackUpdate, TrackingStorage,
        TrackingStorageExt as _,
    };

    use super::*;

    const THREADS: usize = 8;

    fn one(thread: usize) -> Batch {
        let user = format!("user-{thread}");
        Batch::new().save(NewTrack::new("lesson", user, json!({"thread": thread})).unwrap())
    }

    fn wrong(thread: usize) -> Batch {
        let unknown = TrackId::new(99).unwrap();
        one(thread).update(TrackUpdate::merge(unknown, Data::empty()))
    }

    /// Holds the connection that writes while something else is done.
    fn while_held<T>(store: &SqliteStorage, work: impl FnOnce() -> T) -> T {
        let (held, worked) = (Barrier::new(2), Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                let written = store.write("hold", |_| {
                    held.wait();
                    worked.wait();
                    Ok(())
                });
                written.unwrap();
            });
            held.wait();
            let answer = work();
            worked.wait();
            answer
        })
    }

    /// Applies batches while the connection is held, so that all of them share a commit.
    fn apply_together(store: &SqliteStorage, batches: &[Batch]) -> Vec<Applied> {
        thread::scope(|scope| {
            let threads = while_held(store, || {
                let apply = |batch| scope.spawn(move || store.apply(batch));
                let mut threads = Vec::new();
                for batch in batches {
                    threads.push(apply(batch));
                    while queued(store) < threads.len() {
                        thread::yield_now();
                    }
                }
                threads
            });
            threads
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect()
        })
    }

    /// How many batches wait, with that of the leader.
    fn queued(store: &SqliteStorage) -> usize {
        let queue = store.commits.0.lock();
        queue.waiting.len() + usize::from(queue.has_leader)
    }

    /// How many commits the log of a file has.
    fn commits(file: &Path) -> usize {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        let log = std::fs::read(log).unwrap();
        // The header of a frame that commits has the size of the file, of any other a zero.
        let frames = log.get(32..).unwrap_or_default().chunks(24 + 4096);
        frames.filter(|frame| frame[4..8] != [0; 4]).count()
    }

    #[test]
    fn batches_that_wait_share_a_commit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let store = SqliteStorage::open(&file).unwrap();
        assert!(store.truncate_wal().unwrap());
        let batches: Vec<Batch> = (0..THREADS).map(one).collect();
        let applied = apply_together(&store, &batches);
        let id = |applied: Applied| applied.unwrap().unwrap()[0].track().unwrap().number();
        let ids: Vec<u64> = applied.into_iter().map(id).collect();
        assert_eq!(commits(&file), 1);
        assert_eq!(ids, (1..=THREADS as u64).collect::<Vec<_>>());
        store.apply(&one(0)).unwrap();
        assert_eq!(commits(&file), 2);
        assert_eq!(store.count(&Query::all()).unwrap(), THREADS as u64 + 1);
    }

    #[test]
    fn a_batch_that_fails_fails_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStorage::open(folder.path().join("test.db")).unwrap();
        let fails = |thread: usize| thread.is_multiple_of(3);
        let batch = |thread| {
            if fails(thread) {
                wrong(thread)
            } else {
                one(thread)
            }
        };
        let batches: Vec<Batch> = (0..THREADS).map(batch).collect();
        for (thread, applied) in apply_together(&store, &batches).into_iter().enumerate() {
            match applied.unwrap() {
                Ok(_) => assert!(!fails(thread)),
                Err(error) => assert!(
                    fails(thread) && matches!(error, Error::Batch { index: 1, .. }),
                    "{thread}: {error:?}"
                ),
            }
        }
        let tracks = store.query(&Query::all()).unwrap();
        let ids: Vec<u64> = tracks.iter().map(|track| track.id().number()).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5], "ids go on without a gap");
        assert_eq!(store.check().unwrap(), []);
    }

    #[test]
    fn a_commit_that_fails_fails_for_all_whose_batches_were_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStorage::open(folder.path().join("test.db")).unwrap();
        // A reference that only the commit looks at.
        let broken = "pragma foreign_keys = on;
            create table parent (id integer primary key);
            create table child (id references parent(id) deferrable initially deferred);
            create trigger broken after insert on track when new.data like '%3%' begin
              insert into child values (1);
            end";
        let prepare = |writer: &mut Writer| Ok(writer.connection.execute_batch(broken)?);
        store.write("prepare", prepare).unwrap();
        let mut batches: Vec<Batch> = (0..THREADS).map(one).collect();
        batches[1] = wrong(1);
        for (thread, applied) in apply_together(&store, &batches).into_iter().enumerate() {
            let error = applied.unwrap().unwrap_err();
            let is_its_own = matches!(error, Error::Batch { .. });
            assert_eq!(is_its_own, thread == 1, "{thread}: {error:?}");
        }
        assert_eq!(store.count(&Query::all()).unwrap(), 0);
        let saved = store.apply(&one(0)).unwrap();
        assert_eq!(saved, [Outcome::Saved(TrackId::FIRST)]);
    }

    /// A clock that panics when it is read for the n-th time.
    struct Panicking(AtomicI64);

    impl Clock for Panicking {
        fn now(&self) -> Timestamp {
            assert!(self.0.fetch_sub(1, Ordering::SeqCst) != 1, "as a clock may");
            Timestamp::EPOCH
        }
    }

    #[test]
    fn a_panic_reaches_the_thread_whose_batch_caused_it() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Panicking(AtomicI64::new(i64::MAX)));
        let builder = SqliteStorage::builder(folder.path().join("test.db"));
        let store = builder.clock(Arc::clone(&clock) as _).open().unwrap();
        let batches: Vec<Batch> = (0..THREADS).map(one).collect();
        for panics in [1, 4] {
            clock.0.store(panics, Ordering::SeqCst);
            let applied = apply_together(&store, &batches);
            let panicked = |number: i64| applied[usize::try_from(number).unwrap() - 1].is_err();
            assert!(panicked(panics), "{applied:?}");
            assert_eq!(
                applied.iter().filter(|applied| applied.is_ok()).count(),
                THREADS - 1
            );
            for applied in applied.into_iter().flatten() {
                applied.unwrap();
            }
        }
        let expected = 2 * (THREADS as u64 - 1);
        assert_eq!(store.count(&Query::all()).unwrap(), expected);
        assert_eq!(store.check().unwrap(), []);
    }

    #[test]
    fn who_waits_too_long_is_told_and_leaves_the_queue() {
        let folder = tempfile::tempdir().unwrap();
        let builder = SqliteStorage::builder(folder.path().join("test.db"));
        let store = builder
            .busy_timeout(Duration::from_millis(20))
            .open()
            .unwrap();
        thread::scope(|scope| {
            while_held(&store, || {
                let apply = |_| scope.spawn(|| store.apply(&one(0)));
                let threads: Vec<_> = (0..THREADS).map(apply).collect();
                for thread in threads {
                    let error = thread.join().unwrap().unwrap_err();
                    assert!(error.is_retryable(), "{error:?}");
                }
            });
        });
        assert_eq!(queued(&store), 0);
        store.apply(&one(0)).unwrap();
        assert_eq!(store.count(&Query::all()).unwrap(), 1);
    }
}
