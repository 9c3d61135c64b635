//! `tracking show` shows one track.

use std::io::{self, Write};

use anyhow::{Result, bail};
use clap::Args;
use serde::{Serialize, Serializer};
use tracking_core::TrackId;
use tracking_views::{Export, Format, TrackView, View};

use super::query_args::validate_output;
use super::{Action, Environment};
use crate::args::OutputArgs;
use crate::query_session::{QueryResult, QuerySession};
use crate::store::StoreArgs;

/// Arguments of `tracking show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The id of the track, as `list` shows it
    #[arg(value_name = "ID")]
    id: TrackId,

    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    output: OutputArgs,
}

impl Action for ShowArgs {
    fn validate(&self) -> Option<String> {
        validate_output(&self.store, &self.output)
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let session = QuerySession::open(&self.store, &self.output, clock)?;
        match session.store.track(self.id)? {
            Some(track) => session.show(&Found(TrackView::new(track))),
            None => bail!("there is no track {}; `tracking list` lists all", self.id),
        }
    }
}

/// The track, in JSON as the store has it.
struct Found(TrackView);

impl Serialize for Found {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.track().serialize(serializer)
    }
}

impl QueryResult for Found {
    fn view(&self) -> &dyn View {
        &self.0
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        Export::new(Format::Csv).tracks(out, [self.0.track()])
    }
}
