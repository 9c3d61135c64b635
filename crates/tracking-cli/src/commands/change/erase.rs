//! `tracking erase`: a user.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::{Clock, Query, TrackingStorage, UserName};

use super::remove::STEP;
use super::removing::in_steps;
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
struct Erased<'a> {
    user: &'a UserName,
    erased: u64,
}

impl Action for EraseArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault()
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let store = self.store.open()?;
        let query = Query::all().user(self.user.as_str());
        let matching = store.count(&query)?;
        let mut erased = 0;
        if matching > 0 {
            let (tracks, user) = (plural(matching, "track"), self.user.as_str());
            let file = self.store.spec()?;
            self.confirm
                .ask(&format!("erase user {user:?} with {tracks} from {file}"))?;
            let some = query.limit(STEP);
            erased = in_steps(matching, || Ok(store.remove_matching(&some)?))?;
        }
        // Also where nothing is left: an erasure that was broken off has wiped no traces yet.
        erased += store.erase_user(&self.user)?;
        let user = &self.user;
        self.answer.tell(&Erased { user, erased })
    }
}

impl Done for Erased<'_> {
    fn sentence(&self) -> String {
        let user = self.user.as_str();
        match self.erased {
            0 => format!("there were no tracks of user {user:?}"),
            erased => format!("erased user {user:?} with {}", plural(erased, "track")),
        }
    }
}
