//! `tracking copy`: all of a store, into another one.

use anyhow::{Context, Result};
use clap::Args;
use tracking_core::{Clock, Query, TrackingStorage, copy};

use super::moved::{MovedTo, progress};
use crate::args::AnswerArgs;
use crate::commands::Action;
use crate::progress::Steps;
use crate::store::{KeptArgs, StoreSpec, create, kept_fault};

/// Where it goes.
#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// The store that it is copied to, written like the one that is copied; made where it is not
    /// there
    #[arg(long, value_name = "STORE")]
    to: StoreSpec,

    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

impl Action for CopyArgs {
    fn fault(&self) -> Option<String> {
        let same = || {
            let same = self.store.spec().is_ok_and(|from| self.to.is_same(from));
            same.then(|| "--to is the store that is copied itself".to_owned())
        };
        let store = self.store.fault();
        store
            .or_else(|| kept_fault("--to", Some(&self.to)))
            .or_else(same)
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let from = self.store.look()?;
        let to = create(&self.to, self.store.wait())?;
        let steps = Steps::new("copied", Some(from.count(&Query::all())?));
        let moved = copy(&*from, &to, &mut progress(&steps));
        drop(steps);
        self.answer.tell(&MovedTo {
            moved: moved.with_context(|| format!("cannot copy to {}", self.to))?,
            done: "copied",
            place: format!("to {}", self.to),
        })
    }
}
