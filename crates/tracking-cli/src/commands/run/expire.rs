//! `tracking run expire` stops abandoned runs.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{RunId, TrackingStorageExt as _};

use crate::args::{CommandResult, Moment, ResultArgs, ZoneArg, moment};
use crate::commands::{Action, Environment};
use crate::schema::plural;
use crate::store::PersistentStoreArgs;

/// Arguments of `tracking run expire`.
#[derive(Debug, Args)]
pub(crate) struct RunExpireArgs {
    /// Stop runs that were last touched before this time: 30m, 2026-11-23, yesterday
    #[arg(long, value_name = "TIME", value_parser = moment)]
    untouched: Moment,

    #[command(flatten)]
    zone: ZoneArg,

    #[command(flatten)]
    store: PersistentStoreArgs,

    #[command(flatten)]
    result: ResultArgs,
}

/// The runs that were stopped.
#[derive(Debug, Serialize)]
struct ExpireReport {
    expired: Vec<RunId>,
}

impl Action for RunExpireArgs {
    fn validate(&self) -> Option<String> {
        self.store.validate()
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let since = self.untouched.first(self.zone.viewer(clock));
        let expired = self.store.open()?.expire_runs(since)?;
        self.result.print(&ExpireReport { expired })
    }
}

/// The most runs that are named.
const MAX_NAMED: usize = 10;

impl CommandResult for ExpireReport {
    fn sentence(&self) -> String {
        let count = self.expired.len();
        let named = self.expired.iter().take(MAX_NAMED);
        let named: Vec<String> = named.map(ToString::to_string).collect();
        let runs = plural(count as u64, "run");
        match count {
            0 => "there was no run to stop".to_owned(),
            1..=MAX_NAMED => format!("stopped {runs} as not finished: {}", named.join(", ")),
            _ => format!("stopped {runs} as not finished: {}, ...", named.join(", ")),
        }
    }
}
