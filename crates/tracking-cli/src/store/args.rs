//! The arguments of commands that read logs or a store.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use tracking_core::TrackingStorage;
use tracking_loader::{LoadSummary, LogFilter};
use tracking_views::Terms;

use super::logs::LogArgs;
use super::option::StoreOption;
use super::persistent::open_read_only;
use super::spec::StoreSpec;

/// The logs or the store to read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the tracks come from")]
pub(crate) struct StoreArgs {
    #[command(flatten)]
    logs: LogArgs,

    #[command(flatten, next_help_heading = "Which store, instead of logs")]
    store: StoreOption,
}

/// An open store, and the summary of the load if it was filled from logs.
#[derive(Debug)]
pub(crate) struct OpenStore {
    /// The store.
    pub(crate) store: Box<dyn TrackingStorage>,
    /// The lines that were read, of logs.
    pub(crate) read: Option<LoadSummary>,
}

impl StoreArgs {
    /// The persistent store, if no logs are named.
    fn persistent_spec(&self) -> Option<&StoreSpec> {
        match &self.store.spec {
            Some(spec) if self.logs.is_empty() && *spec != StoreSpec::Memory => Some(spec),
            _ => None,
        }
    }

    /// Its name in a title.
    pub(crate) fn name(&self) -> String {
        match self.persistent_spec() {
            Some(spec) => spec.title(),
            None => self.logs.name(),
        }
    }

    /// A sentence that says what a run is.
    pub(crate) fn about_runs(&self, terms: &Terms) -> String {
        match self.persistent_spec() {
            Some(_) => format!("{} are as they were saved.", terms.run().titles()),
            None => self.logs.reader.about_runs(terms),
        }
    }

    /// Opens the store, or fills one from logs.
    pub(crate) fn open(&self) -> Result<OpenStore> {
        if let Some(spec) = self.persistent_spec() {
            return Ok(OpenStore {
                store: Box::new(open_read_only(spec)?),
                read: None,
            });
        }
        let loaded = self.logs.load(LogFilter::new())?;
        Ok(OpenStore {
            store: loaded.store,
            read: Some(loaded.summary),
        })
    }

    /// Returns what is wrong with the arguments, or with the output of the option `option`.
    pub(crate) fn validate(&self, option: &str, output: Option<&Path>) -> Option<String> {
        match (self.logs.is_empty(), &self.store.spec) {
            (true, None) => Some(
                "name logs to look at, as in `tracking overview access.log`, or a store: with \
                 --store sqlite:FILE, or TRACKING_STORE"
                    .to_owned(),
            ),
            (true, Some(StoreSpec::Memory)) => Some(
                "a store in memory is empty at first: name logs to load into it, or a store that \
                 is kept, with --store sqlite:FILE"
                    .to_owned(),
            ),
            (true, Some(spec)) => spec.overwritten_by(option, output),
            (false, Some(spec)) if self.store.is_explicit && *spec != StoreSpec::Memory => {
                Some(format!(
                    "logs and a store cannot be looked at together: load the logs, with `tracking \
                     load --store {spec} FILE...`, and then look at the store"
                ))
            }
            (false, _) => self.logs.validate(option, output),
        }
    }
}
