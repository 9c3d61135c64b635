//! `tracking erase`: a user.

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use tracking_core::{Clock, Erasure, Query, TrackingStorage, UserName};

use super::remove::STEP;
use super::removing::in_steps;
use super::wiped::complete;
use crate::args::{AnswerArgs, Confirm, Done};
use crate::commands::Action;
use crate::shapes::plural;
use crate::store::KeptArgs;

/// Who is erased.
#[derive(Debug, Args)]
pub(crate) struct EraseArgs {
    /// The user, as `list` shows them
    #[arg(value_name = "USER")]
    user: UserName,

    #[command(flatten)]
    confirm: Confirm,

    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// Whose tracks are gone, and how many there were.
#[derive(Debug, Serialize)]
struct ErasedUser<'a> {
    user: &'a UserName,
    erased: u64,
    /// Whether no trace of them is left in the file.
    wiped: bool,
}

impl Action for EraseArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault()
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let store = self.store.open_file()?;
        let query = Query::all().user(self.user.as_str());
        let matching = store.count(&query)?;
        if matching > 0 {
            let (tracks, user) = (plural(matching, "track"), self.user.as_str());
            let file = self.store.spec()?;
            self.confirm
                .ask(&format!("erase user {user:?} with {tracks} from {file}"))?;
        }
        // Also without tracks: of those that were removed before, traces may be left.
        let erasure = self.erase(&store, &query, matching).with_context(|| {
            format!(
                "user {:?} is not erased completely, and traces may remain; run the command again",
                self.user.as_str()
            )
        })?;
        let (user, erased) = (&self.user, erasure.tracks);
        let wiped = erasure.wipe.is_complete();
        self.answer.tell(&ErasedUser {
            user,
            erased,
            wiped,
        })?;
        complete(&self.user, erasure.wipe, self.store.spec()?)
    }
}

impl EraseArgs {
    /// Removes most of the tracks some at a time, and has the store erase the last ones: then it
    /// wipes what all of them have left behind, too.
    fn erase(&self, store: &dyn TrackingStorage, query: &Query, matching: u64) -> Result<Erasure> {
        let some = query.clone().limit(STEP);
        let removed = in_steps(matching, || {
            if store.count(query)? <= STEP as u64 {
                return Ok(0);
            }
            Ok(store.remove_matching(&some)?)
        })?;
        let mut erasure = store.erase_user(&self.user)?;
        erasure.tracks += removed;
        Ok(erasure)
    }
}

impl Done for ErasedUser<'_> {
    fn sentence(&self) -> String {
        let user = self.user.as_str();
        match self.erased {
            0 => format!("there were no tracks of user {user:?}"),
            erased => format!("erased user {user:?} with {}", plural(erased, "track")),
        }
    }
}
