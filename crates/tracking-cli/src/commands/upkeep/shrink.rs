//! `tracking shrink`: a file as small as what it holds.

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tracking_core::Clock;
use tracking_sqlite::SqliteStorage;

use crate::args::{AnswerArgs, Done};
use crate::commands::Action;
use crate::exit;
use crate::progress::Amount;
use crate::shapes::bytes;
use crate::store::{KeptArgs, KeptStore};

/// Which file it is.
#[derive(Debug, Args)]
pub(crate) struct ShrinkArgs {
    #[command(flatten)]
    store: KeptArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

/// By how much a file has become smaller.
#[derive(Debug, Serialize)]
struct Shrunk {
    bytes: u64,
}

impl Action for ShrinkArgs {
    fn fault(&self) -> Option<String> {
        self.store.fault()
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let bytes = shrink(&self.store.open_file()?)?;
        self.answer.tell(&Shrunk { bytes })
    }
}

fn shrink(store: &SqliteStorage) -> tracking_core::Result<u64> {
    let amount = Amount::new("given back");
    store.shrink(&mut |so_far| amount.at(so_far.done, so_far.total))
}

/// Makes the file smaller after a removal, which has been done whatever becomes of this.
pub(crate) fn shrink_after(store: &KeptStore) {
    if let Some(store) = store.sqlite()
        && let Err(error) = shrink(store)
    {
        let error = anyhow::Error::from(error);
        exit::tell(&format!(
            "the file has not become smaller, `tracking shrink` may do it later: {error:#}"
        ));
    }
}

impl Done for Shrunk {
    fn sentence(&self) -> String {
        match self.bytes {
            0 => "the file is as small as can be already".to_owned(),
            count => format!("the file is {} smaller", bytes(count)),
        }
    }
}
