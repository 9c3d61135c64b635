//! Taking what another store has exported.

use std::collections::BTreeMap;

use tracking_core::{
    ChangeKind, Checkpoint, Counters, Error, Field, KeyUse, Record, Run, Track, rules,
};

use crate::change::Change;
use crate::error::{Result, no_more};
use crate::fields;
use crate::prefetch::Prefetch;
use crate::ranges;
use crate::rows::{run_number, track_number};
use crate::statement::Sql;

/// What records will need.
pub(crate) fn prefetch(records: &[Record]) -> Prefetch {
    let mut prefetch = Prefetch::default();
    for record in records {
        match record {
            Record::Run(run) => {
                prefetch.add_run(run.id());
                if run.is_current() {
                    prefetch.tasks.extend(run.task().cloned());
                }
            }
            Record::Track(track) => {
                prefetch.add_run(track.run());
                prefetch.tracks.extend(track_number(track.id()));
            }
            Record::Key(used) => {
                prefetch.keys.insert(used.key().clone());
                prefetch.tracks.extend(track_number(used.track()));
            }
            Record::Checkpoint(checkpoint) => {
                prefetch.checkpoints.insert(checkpoint.name().clone());
            }
            _ => {}
        }
    }
    prefetch
}

impl Change {
    /// Takes all records in the cache; gives the statements that declare indexes.
    pub(crate) async fn restore(&mut self, records: &[Record]) -> Result<Vec<Sql>> {
        let mut indexes = BTreeMap::new();
        for (index, record) in records.iter().enumerate() {
            let restored = self.restore_one(record, &mut indexes).await;
            restored.map_err(|error| error.in_batch(index))?;
        }
        self.cover_gaps().await?;
        Ok(indexes.into_values().collect())
    }

    async fn restore_one(
        &mut self,
        record: &Record,
        indexes: &mut BTreeMap<Field, Sql>,
    ) -> Result<()> {
        match record {
            Record::Index(field) => {
                if !indexes.contains_key(field)
                    && let Some(insert) = self.declare_index(field).await?
                {
                    indexes.insert(field.clone(), insert);
                }
                Ok(())
            }
            Record::Run(run) => self.restore_run(run).await,
            Record::Track(track) => self.restore_track(track).await,
            Record::Key(used) => self.restore_key(used).await,
            Record::Checkpoint(checkpoint) => self.restore_checkpoint(checkpoint).await,
            Record::Counters(counters) => self.restore_counters(*counters),
            _ => Err(Error::unsupported("restore a record of a later version").into()),
        }
    }

    /// The statement that gives a field an index, where it has none. Its number was never given to
    /// another index, so whoever drops an index of an earlier number does not hit this one.
    pub(crate) async fn declare_index(&mut self, field: &Field) -> Result<Option<Sql>> {
        let select = fields::select(&self.transaction.store);
        let declared = fields::read(&self.transaction.query(select).await?)?;
        if declared.contains_key(field) {
            return Ok(None);
        }
        let row = &mut self.transaction.row;
        let number = row.last_index.checked_add(1);
        row.last_index = number.ok_or_else(|| no_more("indexes"))?;
        let number = row.last_index;
        Ok(Some(fields::insert(&self.transaction.store, field, number)))
    }

    /// Sees that tracks before the last one of the store find their ranges, if it has ranges.
    async fn cover_gaps(&self) -> Result<()> {
        let [last_track, ..] = self.transaction.before;
        if self.transaction.row.partition_every.is_none() {
            return Ok(());
        }
        let tracks = self.cache.tracks.iter();
        let new = tracks.filter(|(_, cached)| cached.is_changed && !cached.is_stored);
        let old: Vec<i64> = new
            .map(|(number, _)| *number)
            .filter(|id| *id <= last_track)
            .collect();
        if old.is_empty() {
            return Ok(());
        }
        ranges::cover(&self.transaction, &old).await
    }

    async fn restore_run(&mut self, run: &Run) -> Result<()> {
        let what = || format!("run {}", run.id());
        let number = run_number(run.id()).ok_or_else(|| no_more("runs"))?;
        self.ensure_run(number).await?;
        if let Some(there) = self.cache.run(number) {
            return Ok(rules::check_restored(there, run, what)?);
        }
        let current = match run.task() {
            Some(task) => {
                self.ensure_current(task).await?;
                let current = self.cache.current_run(task);
                current.and_then(|number| self.cache.run(number))
            }
            None => None,
        };
        if !rules::may_be_restored(run, current.map(Run::id)) {
            return Err(Error::restore_conflict(what()).into());
        }
        self.cache.set_run(number, run.clone());
        self.transaction.note(ChangeKind::RunStarted, number);
        let row = &mut self.transaction.row;
        row.last_run = row.last_run.max(number);
        Ok(())
    }

    async fn restore_track(&mut self, track: &Track) -> Result<()> {
        let number = track_number(track.id()).ok_or_else(|| no_more("tracks"))?;
        self.ensure_track(number).await?;
        if let Some(there) = self.cache.track(number) {
            return Ok(rules::check_restored(there, track, || {
                format!("track {}", track.id())
            })?);
        }
        let run = run_number(track.run());
        if let Some(run) = run {
            self.ensure_run(run).await?;
        }
        if run.and_then(|run| self.cache.run(run)).is_none() {
            return Err(Error::unknown_run(track.run()).into());
        }
        self.cache.set_track(number, track.clone());
        self.transaction.note(ChangeKind::TrackSaved, number);
        let row = &mut self.transaction.row;
        row.last_track = row.last_track.max(number);
        Ok(())
    }

    async fn restore_key(&mut self, used: &KeyUse) -> Result<()> {
        self.ensure_key(used.key()).await?;
        if let Some(there) = self.cache.key_use(used.key()) {
            return Ok(rules::check_restored(&there, used, || {
                format!("key {:?}", used.key())
            })?);
        }
        if let Some(number) = track_number(used.track()) {
            self.ensure_track(number).await?;
            if self.cache.track(number).is_some() {
                self.cache.add_key(number, used.clone());
                return Ok(());
            }
        }
        Err(Error::unknown_track(used.track()).into())
    }

    async fn restore_checkpoint(&mut self, restored: &Checkpoint) -> Result<()> {
        let name = restored.name();
        self.ensure_checkpoint(name).await?;
        if let Some(there) = self.cache.checkpoint(name) {
            let what = || format!("checkpoint {name:?}");
            return Ok(rules::check_restored(there, restored.position(), what)?);
        }
        self.cache.set_checkpoint(restored);
        Ok(())
    }

    fn restore_counters(&mut self, restored: Counters) -> Result<()> {
        let track = restored
            .last_track()
            .map(|id| track_number(id).ok_or_else(|| no_more("tracks")));
        let run = restored
            .last_run()
            .map(|id| run_number(id).ok_or_else(|| no_more("runs")));
        let row = &mut self.transaction.row;
        row.last_track = row.last_track.max(track.transpose()?.unwrap_or(0));
        row.last_run = row.last_run.max(run.transpose()?.unwrap_or(0));
        Ok(())
    }
}
