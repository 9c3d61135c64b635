//! The contract: what every store does.

mod defaults;
mod distinct;
mod erasure;
mod ext;
mod forward;
mod names;
mod page;
mod sessions;

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

pub use distinct::count_distinct_by_groups;
pub use erasure::{Erasure, Wipe};
pub use ext::TrackingStorageExt;
pub use page::Page;

use crate::batch::only;
use crate::{
    Batch, BatchRetention, ChangeCursor, ChangeFeed, ChangePage, Checkpoint, CheckpointName,
    Counters, Cursor, DistinctCounts, Error, Field, Group, GroupBy, Grouping, Key, KeyUse, NewRun,
    NewTrack, Operation, Outcome, Query, Record, Removal, Removed, Result, Retention, Run,
    RunChoice, RunId, RunQuery, RunSelector, RunSummary, SessionGap, StopRun, TaskId, Timestamp,
    Track, TrackId, TrackRef, TrackUpdate, UserName,
};

/// What looks at the tracks of a query, one by one, until it stops.
pub type Visitor<'v> = dyn FnMut(TrackRef<'_>) -> ControlFlow<()> + 'v;

/// What takes the records of an export, one by one, until it stops.
pub type RecordVisitor<'v> = dyn FnMut(Record) -> ControlFlow<()> + 'v;

/// A store of tracks and runs.
///
/// A program holds an `Arc<dyn TrackingStorage>` and does not know what is behind it.
/// [`TrackingStorageExt`] adds what is handy on top. Whoever writes a store implements the
/// methods without a body here, and tests it with the suite of `tracking-testkit`, which has a
/// named test for every rule below.
///
/// # Rules for all methods
///
/// - All methods may be called from many threads at once. Each call is atomic: it sees, and is
///   seen, as a whole.
/// - An error changes nothing, not even the id counters. The one exception is
///   [`Error::OutcomeUnknown`]: the answer to a change was lost, and it was made as a whole or
///   not at all.
/// - An error has a stable [kind](Error::kind), and [`Error::is_retryable`] says whether the same
///   call may succeed later. Every method can fail with the errors of what lies beneath the store;
///   a method that has others lists them.
/// - A store is given its clock and asks nobody else for the time.
/// - Track ids and run ids count from 1 within a store and never come back.
///
/// # Repeating a call whose answer was lost
///
/// A [batch](Self::apply) with a [`BatchId`](crate::BatchId) can be repeated, whatever it holds;
/// a single save can be with a [`Key`]. The other changes take no id, because repeating them does
/// no harm: [`remove_by`](Self::remove_by) and [`rename_user`](Self::rename_user) find nothing
/// left to do, except what came in meanwhile, and count only what the repetition did; so do
/// [`expire_runs_before`](Self::expire_runs_before), [`add_index`](Self::add_index),
/// [`drop_index`](Self::drop_index), [`reindex`](Self::reindex), [`restore`](Self::restore) and
/// what sets a property of the store.
#[expect(
    clippy::missing_errors_doc,
    reason = "the errors that every method has are listed once, above"
)]
pub trait TrackingStorage: fmt::Debug + Send + Sync {
    // ---- writing -------------------------------------------------------------------------

    /// Does all operations of a batch in their order and writes its checkpoints, or does
    /// nothing at all. It returns what each operation did.
    ///
    /// The clock is read once: all operations of a batch that bring no time of their own have
    /// the same.
    ///
    /// **Save.** Without a run it means the task's current run; where there is none, one is
    /// started, now. A save into a finished run works, and leaves it finished;
    /// so does one into a run that was started for another task. A save moves the run's end to
    /// the larger of what it was and the track's time.
    ///
    /// **Save into a session** ([`NewTrack::in_session`]) goes into the run of what the user did
    /// just before: the run of the user's last track that is at most the gap older than the new
    /// one; else, for tracks that arrive late, the run of the user's first track that is at most
    /// the gap newer. Of equal times, the highest id is the last. Only runs of no task count, and
    /// a run that was stopped as finished counts only for times up to its end. Where there is no
    /// such run, one is started, of no task, at the track's time. All in one step, so several who
    /// save at once for one user make one run. The loader of logs keeps the same rule.
    ///
    /// **Save as an update** goes to the last track of (task, run, user): the one with the
    /// highest time stamp, and of equal ones the highest id. It merges the new keys into that
    /// track's data ([`SaveMode::Merge`](crate::SaveMode::Merge)) or replaces its data
    /// ([`SaveMode::Replace`](crate::SaveMode::Replace)). The track keeps its id and gets the
    /// new time. A merge of an empty object leaves data and time as they were; the run's end
    /// still moves. Without such a track, it saves a new one.
    ///
    /// **Key.** A save under a key that was used before does nothing and gives the id of the
    /// track that was saved then, whatever has become of the run. A key belongs to its track and
    /// goes when that is removed.
    ///
    /// **Update** by id changes one track in the same way, whatever its run.
    ///
    /// **Remove** says whether there was such a track.
    ///
    /// **Start** of a run makes it the current one of its task. The one that was current stays
    /// as it is, unfinished. Starting a run alone does not make its task appear in
    /// [`task_ids_after`](Self::task_ids_after). A run without a task is never current.
    ///
    /// **Stop** sets the run's end to now (or the time given), even backwards, and finished to
    /// the flag given, so a finished run can be made unfinished again. A run that is stopped is
    /// no longer current, whichever way it was named. It returns the run's id, or nothing where
    /// there is no such run. To name a started run that the batch has not started is an error, in
    /// a stop as in a save.
    ///
    /// **Batch id.** Applying the same batch again under the same id changes nothing and returns
    /// the outcomes of the first time, also in another process and after a restart. So a batch
    /// whose answer was lost ([`Error::OutcomeUnknown`]) can be repeated, whatever it holds. This
    /// is looked at first: a repeated batch succeeds although its checkpoints have moved. Another
    /// batch under the same id is an error. A batch that failed leaves its id unused. Ids are
    /// remembered as long as [`batch_retention`](Self::batch_retention) says; a batch that is
    /// repeated after its id was forgotten is applied again. They belong to the store and are not
    /// exported.
    ///
    /// **Checkpoints** are compared with what they were before the batch, and before its first
    /// operation is looked at.
    ///
    /// # Errors
    ///
    /// [`Error::Batch`] with the number of the operation that failed, because of
    /// [`Error::UnknownRun`], [`Error::UnknownStartedRun`], [`Error::UnknownTrack`] or
    /// [`Error::KeyConflict`]; [`Error::CheckpointConflict`]; [`Error::BatchIdConflict`].
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>>;

    /// Like [`apply`](Self::apply), but the store may commit the batch later, together with
    /// others. To load much, this is faster: a commit costs a store the same for one batch as for
    /// many.
    ///
    /// Until [`flush`](Self::flush), or another call that changes the store, has returned `Ok`, the
    /// batch may still be lost, for example if the process is killed. Then all batches that were
    /// applied after it are lost, too; batches are never lost in part or out of order. So a batch
    /// that carries the [checkpoint](Batch::with_checkpoint) of a loader stays exact: after a
    /// crash, the checkpoint says where to go on.
    ///
    /// Calls of the same store object see the batch at once. Other programs see it when it is
    /// committed, and may have to wait for that before they can write. So call `flush` before you
    /// wait for anything, and before you tell anybody that something is stored.
    ///
    /// ```
    /// use tracking_core::{Batch, Result, TrackingStorage};
    ///
    /// fn load(store: &dyn TrackingStorage, batches: &[Batch]) -> Result<()> {
    ///     for batch in batches {
    ///         store.apply_delayed(batch)?;
    ///     }
    ///     store.flush()
    /// }
    /// ```
    ///
    /// The body given here commits at once.
    ///
    /// # Errors
    ///
    /// Those of [`apply`](Self::apply). A batch that is refused leaves those before it alone.
    /// Where a commit fails, the call that makes it, whichever that is, returns
    /// [`Error::DelayedCommit`] and does nothing else.
    fn apply_delayed(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.apply(batch)
    }

    /// Commits what was applied or restored with a delayed commit; see
    /// [`apply_delayed`](Self::apply_delayed). Returns at once if there is nothing to commit.
    ///
    /// # Errors
    ///
    /// [`Error::DelayedCommit`] if that failed.
    fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// How long the store remembers the ids of batches; see [`apply`](Self::apply).
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] by a store without batch ids, which refuses a batch that has one.
    fn batch_retention(&self) -> Result<BatchRetention> {
        Err(Error::unsupported("remember the ids of batches"))
    }

    /// Sets how long the store remembers the ids of batches, from the next batch with an id on.
    /// This is a property of the store: it is kept with it and holds for every process.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] by a store without batch ids.
    fn set_batch_retention(&self, _retention: &BatchRetention) -> Result<()> {
        Err(Error::unsupported("remember the ids of batches"))
    }

    /// Saves one track; see [`apply`](Self::apply).
    ///
    /// # Errors
    ///
    /// Those of [`apply`](Self::apply), not wrapped.
    fn save(&self, track: NewTrack) -> Result<TrackId> {
        only(&self.apply_one(Operation::Save(track))?, Outcome::track)
    }

    /// Changes one track; see [`apply`](Self::apply).
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTrack`] where it is not there.
    fn update(&self, update: TrackUpdate) -> Result<()> {
        self.apply_one(Operation::Update(update)).map(drop)
    }

    /// Removes one track, and tells whether it was there.
    fn remove(&self, id: TrackId) -> Result<bool> {
        only(
            &self.apply_one(Operation::Remove(id))?,
            defaults::was_removed,
        )
    }

    /// Starts a run; see [`apply`](Self::apply).
    fn start_run(&self, run: NewRun) -> Result<RunId> {
        only(&self.apply_one(Operation::StartRun(run))?, Outcome::run)
    }

    /// Stops a run; see [`apply`](Self::apply). It returns nothing where there is no such run.
    fn stop_run(&self, stop: StopRun) -> Result<Option<RunId>> {
        self.apply_one(Operation::StopRun(stop))
            .map(|outcomes| outcomes.first().and_then(|first| first.run()))
    }

    #[doc(hidden)]
    fn apply_one(&self, operation: Operation) -> Result<Vec<Outcome>> {
        self.apply(&Batch::from(operation))
            .map_err(Error::out_of_batch)
    }

    // ---- tracks --------------------------------------------------------------------------

    /// The track of this id, if it is there.
    fn track(&self, id: TrackId) -> Result<Option<Track>>;

    /// The last track of a task, run and user: the one with the highest time stamp, and of
    /// equal ones the highest id. Nothing where there is none, or no such run. The run of a
    /// session is the one that a save would go into now.
    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>>;

    /// Lends each track that a query asks for to a visitor, in the query's order, until the
    /// visitor stops.
    ///
    /// What is visited is the store at one moment: of every batch all or nothing. No lock is
    /// held while the visitor works, it may take its time and call the store. To go through
    /// very many tracks, do so in pages: set a [limit](Query::limit) and go on
    /// [after](Query::after) the cursor that this returns; each page is then of a moment of
    /// its own.
    ///
    /// It returns the place after the last track that was visited, where tracks are left; with
    /// a limit of 0, the query's own cursor.
    ///
    /// # Errors
    ///
    /// [`Error::CursorMismatch`] where the query goes on after a cursor of another order.
    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>>;

    /// Collects the tracks that a query asks for, as [`visit`](Self::visit) passes them, and returns
    /// where to go on.
    ///
    /// # Errors
    ///
    /// Those of [`visit`](Self::visit).
    fn page(&self, query: &Query) -> Result<Page> {
        let mut tracks = Vec::new();
        let next = self.visit(query, &mut |track| {
            tracks.push(track.to_track());
            ControlFlow::Continue(())
        })?;
        Ok(Page::new(tracks, next))
    }

    /// How many tracks meet the criteria of a query, whatever its limit and cursor.
    fn count(&self, query: &Query) -> Result<u64>;

    /// How many tracks meet the criteria of a query, by group, whatever its limit and cursor.
    /// Groups without a track are not listed.
    ///
    /// Groups come in the order of their keys, or the largest first, after the group that the
    /// grouping names, up to its limit. A group after which to go on names a place, so no group
    /// comes twice while tracks come and go; in an order by size a group that grows or shrinks
    /// may move across it.
    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>>;

    /// How many tracks meet the criteria of a query, whatever its limit and cursor, and how many
    /// different things of each of these kinds they have. Tracks without a data field have no value
    /// of it.
    fn count_distinct(&self, query: &Query, kinds: &[GroupBy]) -> Result<DistinctCounts> {
        count_distinct_by_groups(self, query, kinds)
    }

    /// At most `limit` of the tasks that have tracks, sorted by code point, after this one.
    fn task_ids_after(&self, after: Option<&TaskId>, limit: usize) -> Result<Vec<TaskId>> {
        names::tasks(self, after, limit)
    }

    /// At most `limit` of the users who have tracks of a task, or any tracks at all, sorted by
    /// code point, after this one.
    fn user_names_after(
        &self,
        task: Option<&TaskId>,
        after: Option<&UserName>,
        limit: usize,
    ) -> Result<Vec<UserName>> {
        names::users(self, task, after, limit)
    }

    // ---- runs ----------------------------------------------------------------------------

    /// A run by its id, whatever its task, or the current run of a task; nothing where there
    /// is none.
    fn run(&self, run: &RunSelector) -> Result<Option<Run>>;

    /// The run of the session that a track of this user, saved now with this time, would go
    /// into; nothing where it would start one. See [`apply`](Self::apply) for the rule.
    ///
    /// The body given here asks several queries, so a change between two of them may show in the
    /// answer. A store that others write to at the same time should override it, to answer as of
    /// one moment.
    fn session_run(
        &self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<Run>> {
        sessions::find(self, user, time, gap)
    }

    /// The runs that a query asks for, by id. Where there may be many, take them page by page:
    /// set a [limit](RunQuery::limit) and go on [after](RunQuery::after) the last run that came.
    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>>;

    /// How many runs meet the criteria of a query, whatever its limit and the run it goes on
    /// after.
    fn count_runs(&self, query: &RunQuery) -> Result<u64> {
        Ok(self.runs(&query.clone().criteria_only())?.len() as u64)
    }

    /// How many runs meet the criteria of a query, by task or by the period in which they
    /// started, as [`groups`](Self::groups) counts tracks. Runs without a task are a group of
    /// their own.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for a grouping by what runs do not have: user, run, data field.
    fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>> {
        grouping.count_runs(&self.runs(&query.clone().criteria_only())?)
    }

    /// A run, how many tracks, tasks and users there are in it, and the times of its first and
    /// last track; nothing where there is no such run.
    ///
    /// The body given here reads the run first and its tracks afterwards, so a change between the
    /// two may show in the answer. A store that others write to at the same time should override
    /// it, to answer as of one moment.
    fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        let found = self.run(&RunSelector::Id(run))?;
        found.map(|run| defaults::summarise(self, run)).transpose()
    }

    /// Stops, as not finished, at most `limit` current runs that nobody has touched since a time:
    /// whose end lies before it, those with the lowest ids first. Their end stays as it is, it
    /// tells when they were touched last. It returns them, by id.
    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>>;

    // ---- removal and names ---------------------------------------------------------------

    /// Removes tracks and runs, all at once: see [`Removal`] for what can be removed. It returns
    /// how many tracks and runs that were. With a limit, call it again until that is nothing.
    ///
    /// **Tracks** go with their keys. Their run stays, unless the removal is one
    /// [with empty runs](Removal::with_empty_runs): then each run goes that loses its last track
    /// to this removal, whatever its state.
    ///
    /// **Runs** go with all their tracks, whatever task these have. A task whose current run is
    /// removed has none until a save or a start makes one. The id of a removed run is unknown: a
    /// save into it is [`Error::UnknownRun`], a stop of it finds nothing, and it never comes back.
    ///
    /// **A user** goes with all tracks and their keys, so that nothing in the store names the user
    /// any more. A store that keeps its data where traces of removed data remain, such as a file,
    /// wipes these as well: with [`Wipe::Complete`](crate::Wipe::Complete) none remain, neither of
    /// these tracks nor of earlier ones of the user. Where something prevents that, the result is
    /// [`Wipe::Pending`](crate::Wipe::Pending): the tracks are removed, and the store wipes their
    /// traces at the next opportunity. A store on a database server cannot wipe what the server
    /// keeps, and answers [`Wipe::Deleted`](crate::Wipe::Deleted). This also holds for a user without tracks, whose tracks
    /// were removed one by one before. Names in task ids, and in the data of other users' tracks,
    /// stay as they are.
    ///
    /// # Errors
    ///
    /// [`Error::CursorMismatch`] where the query of tracks goes on after a cursor of another
    /// order.
    fn remove_by(&self, removal: &Removal) -> Result<Removed>;

    /// Removes the tracks that a query asks for, and keeps their runs; it returns how many tracks
    /// that were. See [`remove_by`](Self::remove_by).
    ///
    /// # Errors
    ///
    /// Those of [`remove_by`](Self::remove_by).
    fn remove_matching(&self, query: &Query) -> Result<u64> {
        let removal = Removal::tracks(query.clone());
        self.remove_by(&removal).map(|removed| removed.tracks)
    }

    /// Removes the tracks that are too old to be kept, and keeps their runs; it returns how many
    /// tracks that were. See [`remove_by`](Self::remove_by).
    fn prune(&self, retention: &Retention) -> Result<u64> {
        let removal = Removal::old_tracks(*retention);
        self.remove_by(&removal).map(|removed| removed.tracks)
    }

    /// Removes all tracks of a user and every trace of the name, and keeps the runs. See
    /// [`remove_by`](Self::remove_by).
    fn erase_user(&self, user: &UserName) -> Result<Erasure> {
        let removal = Removal::user(user.clone());
        self.remove_by(&removal).map(Erasure::from)
    }

    /// Gives all tracks of a user to another name, with every count kept. The result says how
    /// many tracks the user has, also where both names are the same. Where the new name has
    /// tracks already, both are one user from then on.
    ///
    /// The old name is wiped like that of an [erased](Self::erase_user) user.
    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure>;

    // ---- indexes -------------------------------------------------------------------------

    /// The data fields that have an index, sorted. A query by any other field is right too,
    /// only slower.
    fn indexes(&self) -> Result<Vec<Field>>;

    /// Gives a data field an index, and tells whether it had none before.
    fn add_index(&self, field: &Field) -> Result<bool>;

    /// Takes a data field's index away, and tells whether it had one.
    fn drop_index(&self, field: &Field) -> Result<bool>;

    /// Rebuilds every index from the tracks, which changes no answer.
    fn reindex(&self) -> Result<()>;

    // ---- positions, keys, moving ---------------------------------------------------------

    /// A checkpoint, as the last batch that wrote it left it.
    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>>;

    /// At most `limit` checkpoints, sorted by name, after this one.
    fn checkpoints_after(
        &self,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>>;

    /// What was saved under a key, as long as that track is there.
    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>>;

    /// At most `limit` keys that were used and whose tracks are there, sorted, after this one.
    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>>;

    // ---- change feed ---------------------------------------------------------------------

    /// Whether the store keeps a change feed, and how long it keeps the entries.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] by a store that cannot keep one.
    fn change_feed(&self) -> Result<ChangeFeed> {
        Err(Error::unsupported("keep a change feed"))
    }

    /// Turns the change feed on or off, or sets how long it keeps the entries. This is a property
    /// of the store: it is kept with it and holds for every process. Stores begin without a feed.
    ///
    /// A feed that is turned on begins a new epoch; one that is turned off forgets everything.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] by a store that cannot keep one.
    fn set_change_feed(&self, _feed: &ChangeFeed) -> Result<()> {
        Err(Error::unsupported("keep a change feed"))
    }

    /// At most `limit` entries of the change feed after a place, or from the oldest entry on:
    /// what was committed, in the order of the commits, without gaps, each change once.
    ///
    /// **What is listed.** Tracks saved, updated (also by a merge of nothing, which moves the
    /// run's end) and removed, runs started, stopped and removed, users renamed and erased,
    /// whichever call did it: [`apply`](Self::apply), [`remove_by`](Self::remove_by),
    /// [`rename_user`](Self::rename_user), [`expire_runs_before`](Self::expire_runs_before),
    /// [`restore`](Self::restore). What changes nothing is not listed: a repeated save or batch,
    /// a removal of what is not there, a record that is there already. Keys, checkpoints and
    /// indexes are not part of the feed.
    ///
    /// **How.** The changes of one commit are listed by kind, in the order of
    /// [`ChangeKind`](crate::ChangeKind), each id once for each kind, consecutive ids as one entry.
    ///
    /// **To keep a copy:** take [`last_change`](Self::last_change), copy the whole store, then
    /// handle every entry after that place: fetch what changed by id, or take it for gone where it
    /// is not there. Keep the cursor of the last entry handled together with the copy.
    ///
    /// # Errors
    ///
    /// [`Error::FeedOff`] where there is no feed, [`Error::ChangesExpired`] where entries after
    /// the place are forgotten or the feed has restarted: it says where to go on once the whole
    /// store has been read again.
    fn changes(&self, _after: Option<&ChangeCursor>, _limit: usize) -> Result<ChangePage> {
        Err(Error::unsupported("keep a change feed"))
    }

    /// The place after the last entry of the change feed.
    ///
    /// # Errors
    ///
    /// [`Error::FeedOff`] where there is no feed.
    fn last_change(&self) -> Result<ChangeCursor> {
        Err(Error::unsupported("keep a change feed"))
    }

    /// Waits until there is a change after a place, made by any thread or process, or until the
    /// time is over; it tells whether there is one.
    ///
    /// # Errors
    ///
    /// Those of [`changes`](Self::changes).
    fn wait_for_changes(&self, after: &ChangeCursor, timeout: Duration) -> Result<bool> {
        defaults::wait_for_changes(self, after, timeout)
    }

    // ---- counters, moving ----------------------------------------------------------------

    /// The last ids given.
    fn counters(&self) -> Result<Counters>;

    /// Hands everything that the store holds to a visitor, until the visitor stops, in an
    /// order in which [`restore`](Self::restore) takes it: indexes, runs, tracks, keys,
    /// checkpoints, each in the order of their ids or names, and at last the counters.
    ///
    /// All records are of one moment, whatever is written meanwhile. No lock is held while the
    /// visitor works: it may take its time and call the store.
    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()>;

    /// Takes what another store has exported, exactly as it is, or nothing of it.
    ///
    /// What is there already is left alone, so that an interrupted copy can be repeated.
    /// Counters are only ever raised. Restoring a track moves no run and no clock.
    ///
    /// # Errors
    ///
    /// [`Error::Batch`] with the number of the record that does not fit: one that is there with
    /// other content, or a current run that is finished, has no task, or is not the only current
    /// one of its task ([`Error::RestoreConflict`]), a track of a run that is not there
    /// ([`Error::UnknownRun`]), a key of a track that is not there ([`Error::UnknownTrack`]).
    fn restore(&self, records: &[Record]) -> Result<()>;

    /// Like [`restore`](Self::restore), but the store may commit the records later, together with
    /// others, until [`flush`](Self::flush) is called; see [`apply_delayed`](Self::apply_delayed).
    ///
    /// The body given here commits at once.
    ///
    /// # Errors
    ///
    /// Those of [`restore`](Self::restore), and [`Error::DelayedCommit`].
    fn restore_delayed(&self, records: &[Record]) -> Result<()> {
        self.restore(records)
    }
}
