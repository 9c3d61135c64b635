//! Taking what another store has exported.

use rusqlite::params;
use tracking_core::{
    ChangeKind, Checkpoint, Counters, Error, KeyUse, Record, Run, RunId, RunSelector, Track, rules,
};

use crate::change::Change;
use crate::checkpoints::position;
use crate::error::{StoreResult, ids_exhausted};
use crate::rows::{run_id, run_number, track, track_number};
use crate::run_queries::find;
use crate::track_counts;

/// Takes all records; where that fails, the transaction around it is taken back.
pub(crate) fn restore(change: &mut Change<'_>, records: &[Record]) -> StoreResult<()> {
    for (index, record) in records.iter().enumerate() {
        change
            .restore(record)
            .map_err(|failure| failure.in_batch(index))?;
    }
    Ok(())
}

impl Change<'_> {
    fn restore(&mut self, record: &Record) -> StoreResult<()> {
        match record {
            Record::Index(field) => self.add_index(field).map(drop),
            Record::Run(run) => self.restore_run(run),
            Record::Track(track) => self.restore_track(track),
            Record::Key(used) => self.restore_key(used),
            Record::Checkpoint(checkpoint) => self.restore_checkpoint(checkpoint),
            Record::Counters(counters) => self.restore_counters(*counters),
            _ => Err(Error::unsupported("restore a record of a later version").into()),
        }
    }

    fn restore_run(&mut self, run: &Run) -> StoreResult<()> {
        let what = || format!("run {}", run.id());
        let number = run_number(run.id()).ok_or_else(|| ids_exhausted("runs"))?;
        if let Some(there) = find(self.connection, self.sql, &RunSelector::Id(run.id()))? {
            return Ok(rules::check_restored(&there, run, what)?);
        }
        if !rules::may_be_restored(run, self.current_of_task(run)?) {
            return Err(Error::restore_conflict(what()).into());
        }
        let task = match run.task() {
            Some(task) => Some(self.task(task)?.id),
            None => None,
        };
        let (start, end) = (run.start().micros(), run.end().micros());
        let mut statement = self.connection.prepare_cached(&self.sql.add_run)?;
        statement.execute(params![number, task, start, end, run.is_finished()])?;
        self.cache.set_run(number, end);
        self.note(ChangeKind::RunStarted, number);
        let (last_track, last_run) = self.counters()?;
        self.cache.counters = Some((last_track, last_run.max(number)));
        match run.task().filter(|_| run.is_current()) {
            Some(task) => self.set_current(task, Some(number)),
            None => Ok(()),
        }
    }

    fn current_of_task(&mut self, run: &Run) -> StoreResult<Option<RunId>> {
        let Some(task) = run.task() else {
            return Ok(None);
        };
        let current = self.find_task(task)?.and_then(|task| task.current_run);
        current.map(run_id).transpose()
    }

    fn restore_track(&mut self, restored: &Track) -> StoreResult<()> {
        let number = track_number(restored.id()).ok_or_else(|| ids_exhausted("tracks"))?;
        let (last_track, last_run) = self.counters()?;
        // In an import none is there, and need not be looked for.
        if number <= last_track
            && let Some(there) = self.stored_track(number)?
        {
            return Ok(rules::check_restored(&there, restored, || {
                format!("track {}", restored.id())
            })?);
        }
        let run = match run_number(restored.run()) {
            Some(run) if self.run_end(run)?.is_some() => run,
            _ => return Err(Error::unknown_run(restored.run()).into()),
        };
        let (task, user) = (self.task(restored.task())?.id, self.user(restored.user())?);
        let (micros, data) = (restored.time().micros(), restored.data().as_str());
        let mut statement = self.connection.prepare_cached(&self.sql.add_track)?;
        statement.execute(params![number, task, run, user, micros, data])?;
        self.cache.counters = Some((last_track.max(number), last_run));
        if number <= last_track {
            track_counts::count_restored(self.connection, self.sql, number)?;
        }
        self.note(ChangeKind::TrackSaved, number);
        Ok(())
    }

    fn stored_track(&self, number: i64) -> StoreResult<Option<Track>> {
        let mut statement = self.connection.prepare_cached(&self.sql.track)?;
        let mut rows = statement.query([number])?;
        rows.next()?.map(track).transpose()
    }

    fn restore_key(&mut self, used: &KeyUse) -> StoreResult<()> {
        if let Some(there) = self.key_use(used.key())? {
            return Ok(rules::check_restored(&there, used, || {
                format!("key {:?}", used.key())
            })?);
        }
        match track_number(used.track()) {
            Some(number) if self.stored_track(number)?.is_some() => {
                self.add_key(used.key(), number, used.fingerprint())
            }
            _ => Err(Error::unknown_track(used.track()).into()),
        }
    }

    fn restore_checkpoint(&mut self, restored: &Checkpoint) -> StoreResult<()> {
        let name = restored.name();
        match position(self.connection, self.sql, name)? {
            Some(there) => {
                let what = || format!("checkpoint {name:?}");
                Ok(rules::check_restored(&there, restored.position(), what)?)
            }
            None => self.set_checkpoint(restored),
        }
    }

    fn restore_counters(&mut self, restored: Counters) -> StoreResult<()> {
        let track = restored
            .last_track()
            .map(|id| track_number(id).ok_or_else(|| ids_exhausted("tracks")));
        let run = restored
            .last_run()
            .map(|id| run_number(id).ok_or_else(|| ids_exhausted("runs")));
        let (track, run) = (
            track.transpose()?.unwrap_or(0),
            run.transpose()?.unwrap_or(0),
        );
        let mut statement = self.connection.prepare_cached(&self.sql.raise_counters)?;
        statement.execute(params![track, run])?;
        let (last_track, last_run) = self.counters()?;
        self.cache.counters = Some((last_track.max(track), last_run.max(run)));
        Ok(())
    }
}
