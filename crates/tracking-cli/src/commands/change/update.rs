//! `tracking update` changes the data of a track.

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, TrackId, TrackUpdate, TrackingStorage};

use super::saved_track::SavedTrack;
use crate::args::{ObjectArgs, ResultArgs, TimeArg};
use crate::commands::{Action, Environment};
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking update`.
#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// The id of the track, as `list` shows it
    #[arg(value_name = "ID")]
    id: TrackId,

    #[command(flatten)]
    object: ObjectArgs,

    /// Replace all of its data, instead of merging the new keys into it
    #[arg(long)]
    replace: bool,

    #[command(flatten)]
    when: TimeArg,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

impl UpdateArgs {
    fn update(&self, clock: &dyn Clock) -> Result<TrackUpdate> {
        let data = self.object.read()?;
        let update = if self.replace {
            TrackUpdate::replace(self.id, data)
        } else {
            TrackUpdate::merge(self.id, data)
        };
        Ok(match self.when.time(clock) {
            Some(time) => update.at(time),
            None => update,
        })
    }
}

impl Action for UpdateArgs {
    fn validate(&self) -> Option<String> {
        let missing = || {
            let missing = "say what the track is to hold: a JSON object, or --data KEY=VALUE";
            self.object.is_empty().then(|| missing.to_owned())
        };
        let store = self.store.validate();
        store.or_else(|| self.object.validate()).or_else(missing)
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let update = self.update(clock)?;
        let store = self.store.open()?;
        store.update(update)?;
        self.result.print(&SavedTrack::read(&*store, self.id)?)
    }
}
