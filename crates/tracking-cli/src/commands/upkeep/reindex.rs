//! `tracking reindex`: every index anew.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{Clock, Field, Query, TrackingStorage};

use crate::args::{AnswerArgs, Done};
use crate::commands::Action;
use crate::shapes::plural;
use crate::store::KeptArgs;

/// Which store is looked after.
#[derive(Debug, Args)]
pub(crate) struct ReindexArgs {
    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// What has new indexes.
#[derive(Debug, Serialize)]
struct Reindexed {
    tracks: u64,
    /// The data fields with an index, beside those that every store has.
    indexes: Vec<Field>,
}

impl Action for ReindexArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault()
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let store = self.store.open()?;
        store.reindex()?;
        self.answer.tell(&Reindexed {
            tracks: store.count(&Query::all())?,
            indexes: store.indexes()?,
        })
    }
}

impl Done for Reindexed {
    fn sentence(&self) -> String {
        let tracks = plural(self.tracks, "track");
        format!("built every index of {tracks} anew")
    }
}
