//! Taking what another store has exported.

use std::collections::BTreeMap;

use tracking_core::{
    ChangeKind, Counters, Error, KeyUse, Record, Result, Run, RunId, Track, TrackId,
};

use super::state::State;

impl State {
    /// Takes records. After an error some are taken, so do this to a copy.
    pub(super) fn restore(&mut self, records: &[Record]) -> Result<()> {
        for (index, record) in records.iter().enumerate() {
            let restored = self.restore_one(record);
            restored.map_err(|error| error.in_batch(index))?;
        }
        Ok(())
    }

    fn restore_one(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Index(field) => {
                self.indexes.insert(field.clone());
                Ok(())
            }
            Record::Run(run) => self.restore_run(run),
            Record::Track(track) => self.restore_track(track),
            Record::Key(used) => self.restore_key(used),
            Record::Checkpoint(checkpoint) => {
                let name = checkpoint.name();
                let label = || format!("checkpoint {name:?}");
                insert(&mut self.checkpoints, name.clone(), checkpoint, label)
            }
            Record::Counters(counters) => {
                self.raise(*counters);
                Ok(())
            }
            other => Err(Error::unsupported(format!("restore {other:?}"))),
        }
    }

    fn restore_run(&mut self, run: &Run) -> Result<()> {
        let conflict = || format!("run {}", run.id());
        if run.is_current() {
            let possible = !run.is_finished()
                && run.task().is_some_and(|task| {
                    let current = self.current_run_of(task);
                    current.is_none_or(|current| current.id() == run.id())
                });
            if !possible {
                return Err(Error::restore_conflict(conflict()));
            }
        }
        let is_new = !self.runs.contains_key(&run.id());
        insert(&mut self.runs, run.id(), run, conflict)?;
        if is_new {
            self.feed.record(ChangeKind::RunStarted, run.id().number());
        }
        self.raise(Counters::new(None, Some(run.id())));
        Ok(())
    }

    fn restore_track(&mut self, track: &Track) -> Result<()> {
        let conflict = || format!("track {}", track.id());
        if !self.runs.contains_key(&track.run()) {
            return Err(Error::unknown_run(track.run()));
        }
        let is_new = !self.tracks.contains_key(&track.id());
        insert(&mut self.tracks, track.id(), track, conflict)?;
        if is_new {
            self.feed
                .record(ChangeKind::TrackSaved, track.id().number());
        }
        self.raise(Counters::new(Some(track.id()), None));
        Ok(())
    }

    fn restore_key(&mut self, used: &KeyUse) -> Result<()> {
        let conflict = || format!("key {:?}", used.key());
        if !self.tracks.contains_key(&used.track()) {
            return Err(Error::unknown_track(used.track()));
        }
        insert(&mut self.keys, used.key().clone(), used, conflict)
    }

    /// Counters are only ever raised.
    fn raise(&mut self, to: Counters) {
        let (track, run): (Option<TrackId>, Option<RunId>) = (to.last_track(), to.last_run());
        self.last_track = self.last_track.max(track);
        self.last_run = self.last_run.max(run);
    }
}

/// Puts a thing where none is; the same one may be there already.
fn insert<K: Ord, V: Clone + PartialEq>(
    map: &mut BTreeMap<K, V>,
    key: K,
    value: &V,
    what: impl Fn() -> String,
) -> Result<()> {
    if *map.entry(key).or_insert_with(|| value.clone()) == *value {
        Ok(())
    } else {
        Err(Error::restore_conflict(what()))
    }
}
