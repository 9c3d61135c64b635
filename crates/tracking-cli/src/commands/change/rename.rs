//! `tracking rename-user` renames a user.

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tracking_core::{Query, TrackingStorage, UserName};

use super::wipe::require_complete;
use crate::args::CommandResult;
use crate::commands::change_args::ChangeArgs;
use crate::commands::{Action, Environment};
use crate::schema::plural;

/// Arguments of `tracking rename-user`.
#[derive(Debug, Args)]
pub(crate) struct RenameArgs {
    /// The current name
    #[arg(value_name = "FROM")]
    from: UserName,

    /// The new name; if it has tracks already, the two users become one
    #[arg(value_name = "TO")]
    to: UserName,

    /// Only count what would be renamed
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    change: ChangeArgs,
}

/// The result of a rename.
#[derive(Debug, Serialize)]
struct RenameReport<'a> {
    from: &'a UserName,
    to: &'a UserName,
    /// How many tracks were given to the new name.
    tracks: u64,
    /// Whether no trace of the name before is left in the file.
    wiped: bool,
    #[serde(skip)]
    is_dry_run: bool,
}

impl Action for RenameArgs {
    fn validate(&self) -> Option<String> {
        let same = || (self.from == self.to).then(|| "both names are the same".to_owned());
        self.change.validate().or_else(same)
    }

    fn run(&self, _: Environment<'_>) -> Result<()> {
        let store = self.change.open(self.dry_run)?;
        let (from, to) = (self.from.as_str(), self.to.as_str());
        let count = |user: &str| store.count(&Query::all().user(user));
        let tracks = count(from)?;
        if tracks == 0 {
            bail!("there are no tracks of a user {from:?}; `tracking users` lists all");
        }
        if self.dry_run {
            return self.change.print(&RenameReport {
                from: &self.from,
                to: &self.to,
                tracks,
                wiped: false,
                is_dry_run: true,
            });
        }
        let there = count(to)?;
        if there > 0 {
            self.change.confirm(&format!(
                "make {from:?} and {to:?}, who has {} already, one user for good",
                plural(there, "track")
            ))?;
        }
        let renamed = store.rename_user(&self.from, &self.to)?;
        let (from, to, tracks) = (&self.from, &self.to, renamed.tracks);
        let wiped = renamed.wipe.is_complete();
        self.change.print(&RenameReport {
            from,
            to,
            tracks,
            wiped,
            is_dry_run: false,
        })?;
        require_complete(&self.from, renamed.wipe, &self.change.store.location()?)
    }
}

impl CommandResult for RenameReport<'_> {
    fn sentence(&self) -> String {
        let (from, to) = (self.from.as_str(), self.to.as_str());
        let renamed = if self.is_dry_run {
            "this would rename"
        } else {
            "renamed"
        };
        format!(
            "{renamed} user {from:?} to {to:?}: {}",
            plural(self.tracks, "track")
        )
    }
}
