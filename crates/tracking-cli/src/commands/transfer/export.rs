//! `tracking export` exports a store as lines of JSON.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use tracking_core::{Query, TrackingStorage, export_lines, export_track_lines};

use super::transfer_report::{TransferReport, progress};
use crate::args::{Filters, ResultArgs, ZoneArg};
use crate::commands::change::tracks_of;
use crate::commands::{Action, Environment};
use crate::output;
use crate::progress::Steps;
use crate::store::PersistentStoreArgs;

/// Where it goes.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The file, written completely or not at all; `-` is standard output
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten, next_help_heading = None)]
    zone: ZoneArg,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
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
    fn validate(&self) -> Option<String> {
        let problem = "with --json, name a file: standard output cannot take both";
        let both = self.result.json && self.file().is_none();
        let store = self.store.validate();
        let period = || self.filters.validate(self.zone.time_zone);
        let own = || self.store.overwritten_by("FILE", self.file());
        store
            .or_else(own)
            .or_else(period)
            .or_else(|| both.then(|| problem.to_owned()))
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let store = self.store.open_read_only()?;
        let tracks = if self.filters.are_given() {
            let query = self.filters.query(self.zone.viewer(clock))?;
            Some(tracks_of(&*store, &query)?)
        } else {
            None
        };
        let steps = self.steps(&*store)?;
        let mut moved = None;
        output::write(self.file(), |out| {
            let exported = match &tracks {
                None => export_lines(&*store, out, &mut progress(&steps)),
                Some(tracks) => export_track_lines(&*store, tracks, out, &mut progress(&steps)),
            };
            moved = Some(exported.map_err(crate::exit::export_error)?);
            Ok(())
        })?;
        drop(steps);
        match (self.file(), moved) {
            (Some(file), Some(moved)) => self.result.print(&TransferReport {
                moved,
                done: "exported",
                place: format!("to {}", file.display()),
            }),
            _ => Ok(()),
        }
    }
}
