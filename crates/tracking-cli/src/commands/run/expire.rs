//! `tracking run expire`: runs that nobody touches any more.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{Clock, RunId, TrackingStorageExt as _};

use crate::args::{AnswerArgs, Done, Moment, ZoneArg, moment};
use crate::commands::Action;
use crate::shapes::plural;
use crate::store::KeptArgs;

/// Which runs are stopped.
#[derive(Debug, Args)]
pub(crate) struct RunExpireArgs {
    /// Stop runs that were last touched before this time: 30m, 2026-11-23, yesterday
    #[arg(long, value_name = "TIME", value_parser = moment)]
    untouched: Moment,

    #[command(flatten)]
    zone: ZoneArg,

    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// The runs that were stopped.
#[derive(Debug, Serialize)]
struct Expired {
    expired: Vec<RunId>,
}

impl Action for RunExpireArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault()
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let since = self.untouched.first(self.zone.viewer(clock));
        let expired = self.store.open()?.expire_runs(since)?;
        self.answer.tell(&Expired { expired })
    }
}

/// So many are named.
const NAMED: usize = 10;

impl Done for Expired {
    fn sentence(&self) -> String {
        let count = self.expired.len();
        let named = self.expired.iter().take(NAMED);
        let named: Vec<String> = named.map(ToString::to_string).collect();
        let runs = plural(count as u64, "run");
        match count {
            0 => "there was no run to stop".to_owned(),
            1..=NAMED => format!("stopped {runs} as not finished: {}", named.join(", ")),
            _ => format!("stopped {runs} as not finished: {}, ...", named.join(", ")),
        }
    }
}
