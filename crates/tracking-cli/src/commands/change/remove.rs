//! `tracking remove` removes tracks by id or by query.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Batch, Operation, Outcome, Query, Removal, RunId, TrackId, TrackingStorage};

use super::batches::{BATCH_SIZE, EmptyRunArgs, RemovalCounts};
use super::empty_runs::emptied_by_query;
use super::removal::{RemovalArgs, RemovalTarget};
use crate::args::{Filters, ZoneArg};
use crate::commands::{Action, Environment};
use crate::pages::each_track;

/// Arguments of `tracking remove`.
#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    /// Ids of tracks, as `list` shows them; or else the options of `list` say which
    #[arg(value_name = "ID")]
    ids: Vec<TrackId>,

    /// Every track there is
    #[arg(long, conflicts_with = "ids")]
    all: bool,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten, next_help_heading = None)]
    zone: ZoneArg,

    #[command(flatten)]
    removal: RemovalArgs,
}

impl Action for RemoveArgs {
    fn validate(&self) -> Option<String> {
        let filtered = self.filters.are_given();
        let problem = match (self.ids.is_empty(), self.all, filtered) {
            (true, false, false) => Some("say which tracks: ids, options like --user, or --all"),
            (true, true, true) => Some("--all and options like --user cannot both be meant"),
            (false, _, true) => Some("ids and options like --user cannot both be meant"),
            _ => None,
        };
        let period = || self.filters.validate(self.zone.time_zone);
        let problem = problem.map(str::to_owned);
        self.removal.validate().or(problem).or_else(period)
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        if self.ids.is_empty() {
            let query = self.filters.query(self.zone.viewer(clock))?;
            return self
                .removal
                .run(&mut TracksByQuery(query.limit(BATCH_SIZE)));
        }
        let mut by_id = TracksById::new(&self.ids);
        self.removal.run(&mut by_id)?;
        by_id.report_missing()
    }
}

/// The tracks of a query, whose limit is the size of a batch.
pub(super) struct TracksByQuery(pub(super) Query);

impl RemovalTarget for TracksByQuery {
    const NAME: &str = "track";

    fn count(&mut self, store: &dyn TrackingStorage) -> Result<u64> {
        Ok(store.count(&self.0)?)
    }

    fn each(
        &mut self,
        store: &dyn TrackingStorage,
        take: &mut dyn FnMut(TrackId, RunId),
    ) -> Result<()> {
        each_track(store, &self.0.clone().limit(usize::MAX), |track| {
            take(track.id(), track.run());
            Ok(())
        })?;
        Ok(())
    }

    fn emptied_runs(&mut self, store: &dyn TrackingStorage) -> Result<u64> {
        emptied_by_query(store, &self.0)
    }

    fn remove_some(
        &mut self,
        store: &dyn TrackingStorage,
        runs: EmptyRunArgs,
    ) -> Result<RemovalCounts> {
        let removal = runs.of(Removal::tracks(self.0.clone()));
        Ok(store.remove_by(&removal)?.into())
    }
}

/// Tracks by id.
struct TracksById {
    ids: Vec<TrackId>,
    /// The ids that do not exist.
    missing: Vec<TrackId>,
}

impl TracksById {
    fn new(ids: &[TrackId]) -> Self {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        Self {
            ids,
            missing: Vec::new(),
        }
    }

    /// Fails if some ids do not exist, after the others were removed.
    fn report_missing(&self) -> Result<()> {
        match self.missing.as_slice() {
            [] => Ok(()),
            [id] => bail!("there is no track {id}"),
            ids => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                bail!("there are no tracks {}", ids.join(", "))
            }
        }
    }
}

impl RemovalTarget for TracksById {
    const NAME: &str = "track";

    fn count(&mut self, store: &dyn TrackingStorage) -> Result<u64> {
        for id in &self.ids {
            if store.track(*id)?.is_none() {
                self.missing.push(*id);
            }
        }
        Ok((self.ids.len() - self.missing.len()) as u64)
    }

    fn each(
        &mut self,
        store: &dyn TrackingStorage,
        take: &mut dyn FnMut(TrackId, RunId),
    ) -> Result<()> {
        for id in &self.ids {
            if let Some(track) = store.track(*id)? {
                take(*id, track.run());
            }
        }
        Ok(())
    }

    fn remove_some(
        &mut self,
        store: &dyn TrackingStorage,
        runs: EmptyRunArgs,
    ) -> Result<RemovalCounts> {
        let tracks = self.tracks(store)?;
        let batch: Batch = self.ids.iter().copied().map(Operation::Remove).collect();
        let outcomes = store.apply(&batch)?;
        let removed = outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Removed(true));
        Ok(RemovalCounts {
            tracks: removed.count() as u64,
            runs: runs.remove_of(store, &tracks)?,
        })
    }
}
