//! `tracking stores`: the stores in a file.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::Clock;

use crate::args::{AnswerArgs, Done};
use crate::commands::Action;
use crate::store::KeptArgs;

/// In which file.
#[derive(Debug, Args)]
pub(crate) struct StoresArgs {
    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// The names of the stores in a file.
#[derive(Debug, Serialize)]
struct Stores {
    stores: Vec<String>,
}

impl Action for StoresArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault()
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        self.answer.tell(&Stores {
            stores: self.store.names()?,
        })
    }
}

impl Done for Stores {
    /// A name on each line.
    fn sentence(&self) -> String {
        self.stores.join("\n")
    }
}
