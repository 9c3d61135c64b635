//! `tracking reindex` rebuilds every index.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{Field, Query, TrackingStorage};

use crate::args::{CommandResult, ResultArgs};
use crate::commands::{Action, Environment};
use crate::schema::plural;
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking reindex`.
#[derive(Debug, Args)]
pub(crate) struct ReindexArgs {
    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

/// The result of a reindex.
#[derive(Debug, Serialize)]
struct ReindexReport {
    tracks: u64,
    /// The data fields with an index, in addition to those that every store has.
    indexes: Vec<Field>,
}

impl Action for ReindexArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let store = self.store.open()?;
        store.reindex()?;
        self.result.print(&ReindexReport {
            tracks: store.count(&Query::all())?,
            indexes: store.indexes()?,
        })
    }
}

impl CommandResult for ReindexReport {
    fn sentence(&self) -> String {
        let tracks = plural(self.tracks, "track");
        format!("built every index of {tracks} anew")
    }
}
