//! Our store, loaded with a workload, for measurements of single operations.

use std::sync::Arc;

use anyhow::Result;
use tracking_core::{Batch, NewTrack, Query, SaveMode, TrackingStorage};

use crate::contender::Question;
use crate::contenders::tracking::{Tracking, new_track, query};
use crate::measure::load;
use crate::work::{Generator, Plan, Random, Record, Shape};

/// Our loaded store, and the operations on it.
pub struct Loaded {
    plan: Plan,
    tracking: Tracking,
    generator: Generator,
    random: Random,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loaded").finish_non_exhaustive()
    }
}

impl Loaded {
    /// Loads `n` tracks of the skewed workload.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    pub fn new(n: usize) -> Result<Self> {
        let (plan, tracking) = (Plan::new(Shape::Skewed, n), Tracking::in_memory());
        load(&tracking, plan.names(), plan.records().iter().copied())?;
        Ok(Self {
            generator: plan.generator().clone(),
            random: Random::new(17),
            plan,
            tracking,
        })
    }

    /// The store behind the contract.
    pub fn store(&self) -> &Arc<dyn TrackingStorage> {
        self.tracking.store()
    }

    /// What was loaded.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Generates the next track to save; its run is started.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    pub fn track(&mut self) -> Result<NewTrack> {
        let record = self.generator.track();
        self.ready(&record)
    }

    /// Builds an update of the last track of a random task, run and user.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    pub fn update(&mut self) -> Result<NewTrack> {
        let number = self.random.below(self.plan.records().len());
        let record = self.plan.records().get(number).copied();
        let record = record.unwrap_or_else(|| self.generator.track());
        let patch = self.generator.patch(&record);
        Ok(self.ready(&patch)?.updating(SaveMode::Merge))
    }

    /// Generates the next `count` tracks to save in one batch.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    pub fn batch(&mut self, count: usize) -> Result<Batch> {
        (0..count).try_fold(Batch::new(), |batch, _| Ok(batch.save(self.track()?)))
    }

    /// A query as a user builds it.
    ///
    /// # Errors
    ///
    /// Fails if a name is refused.
    pub fn query(question: &Question<'_>) -> Result<Query> {
        query(question)
    }

    fn ready(&self, record: &Record) -> Result<NewTrack> {
        let entry = self.plan.entry(record);
        let track = new_track(&entry)?;
        self.tracking.start_runs(&track, entry.run)?;
        Ok(track)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_find_a_track_and_saves_make_new_ones() {
        let mut loaded = Loaded::new(500).unwrap();
        let count = |loaded: &Loaded| loaded.store().count(&Query::all()).unwrap();
        let update = loaded.update().unwrap();
        loaded.store().save(update).unwrap();
        assert_eq!(count(&loaded), 500);
        let batch = loaded.batch(20).unwrap();
        loaded.store().apply(&batch).unwrap();
        assert_eq!(count(&loaded), 520);
    }
}
