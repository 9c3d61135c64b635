//! `tracking check`: what is wrong in a file.

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tracking_core::Clock;

use crate::args::{AnswerArgs, Done};
use crate::commands::Action;
use crate::shapes::plural;
use crate::store::KeptArgs;

/// Which store is checked.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// What is wrong, each in a sentence.
#[derive(Debug, Serialize)]
struct Checked {
    faults: Vec<String>,
}

impl Action for CheckArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault()
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let faults = self.store.look_at_file()?.check()?;
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let count = faults.len() as u64;
        self.answer.tell(&Checked { faults })?;
        if count == 0 {
            return Ok(());
        }
        let (faults, spec) = (plural(count, "fault"), self.store.place()?);
        bail!(
            "{faults} in {spec}; `tracking reindex` mends indexes, for the rest go back to a backup"
        )
    }
}

impl Done for Checked {
    fn sentence(&self) -> String {
        if self.faults.is_empty() {
            return "nothing is wrong".to_owned();
        }
        self.faults.join("\n")
    }
}
