//! The option `--store` and its environment variable.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::spec::StoreSpec;

/// The store that is named, if any.
#[derive(Debug)]
pub(crate) struct StoreOption {
    pub(super) spec: Option<StoreSpec>,
    /// Whether it was named by the option, and not by the environment.
    pub(super) is_explicit: bool,
}

#[derive(Debug, Args)]
struct Given {
    /// The store: a file, `FILE` or `sqlite:FILE`, with `#NAME` for one of several in it;
    /// or `postgres://USER@HOST/DATABASE`, also with `#NAME`
    #[arg(
        long,
        value_name = "STORE",
        env = "TRACKING_STORE",
        hide_env_values = true
    )]
    store: Option<StoreSpec>,
}

impl FromArgMatches for StoreOption {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self {
            spec: Given::from_arg_matches(matches)?.store,
            is_explicit: matches.value_source("store") == Some(ValueSource::CommandLine),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for StoreOption {
    fn augment_args(command: Command) -> Command {
        Given::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Given::augment_args_for_update(command)
    }
}
