//! `tracking export`: all of a store, as lines of JSON.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use tracking_core::{Clock, Query, TrackingStorage, export_lines};

use super::moved::{MovedTo, progress};
use crate::args::AnswerArgs;
use crate::commands::Action;
use crate::output;
use crate::progress::Steps;
use crate::store::KeptArgs;

/// Where it goes.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The file, written whole or not at all; `-` is standard output
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,

    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

impl ExportArgs {
    /// The file, where it is not standard output.
    fn file(&self) -> Option<&Path> {
        Some(&*self.file).filter(|file| *file != Path::new("-"))
    }

    /// Progress, which is not to be drawn across the lines themselves.
    fn steps(&self, store: &dyn TrackingStorage) -> Result<Steps> {
        if self.file().is_none() && io::stdout().is_terminal() {
            return Ok(Steps::hidden());
        }
        let total = store.count(&Query::all())?;
        Ok(Steps::new("exported", Some(total)))
    }
}

impl Action for ExportArgs {
    fn fault(&self) -> Option<String> {
        let fault = "with --json, name a file: standard output cannot take both";
        let both = self.answer.json && self.file().is_none();
        let store = self.store.fault();
        let own = || self.store.overwritten_by("FILE", self.file());
        store
            .or_else(own)
            .or_else(|| both.then(|| fault.to_owned()))
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let store = self.store.look()?;
        let steps = self.steps(&*store)?;
        let mut moved = None;
        output::write(self.file(), |out| {
            let exported = export_lines(&*store, out, &mut progress(&steps));
            moved = Some(exported.map_err(crate::exit::of_export)?);
            Ok(())
        })?;
        drop(steps);
        match (self.file(), moved) {
            (Some(file), Some(moved)) => self.answer.tell(&MovedTo {
                moved,
                done: "exported",
                place: format!("to {}", file.display()),
            }),
            _ => Ok(()),
        }
    }
}
