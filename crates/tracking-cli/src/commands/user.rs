//! `tracking user`: one user.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Clock, Query, UserName};

use super::Action;
use super::looking::Looking;
use super::summed::{Summed, SummedSubject};
use crate::args::SumArgs;

/// Which user is shown.
#[derive(Debug, Args)]
pub(crate) struct UserArgs {
    /// The user, as `list` shows it
    #[arg(value_name = "NAME")]
    user: UserName,

    #[command(flatten)]
    looking: Looking,

    #[command(flatten)]
    sum: SumArgs,
}

impl Action for UserArgs {
    fn fault(&self) -> Option<String> {
        self.looking.fault()
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let look = self.looking.open(clock)?;
        let name = self.user.as_str();
        if look.store.count(&Query::all().user(name))? == 0 {
            bail!("there are no tracks of a user {name:?}; `tracking count --by user` lists all");
        }
        let filters = self.looking.query(clock)?;
        let of_user = |query: Query| query.user(name);
        let found = SummedSubject::ask(&look, (&self.looking, &self.sum), filters, of_user)?;
        let view = found.subject(&look, (&self.looking, &self.sum))?;
        let view = view.user(self.user.clone());
        let summed = Summed::new(&found.query, &found.sums, &self.sum, &view);
        let summed = summed.with_panels(&found.panels).of_user(&self.user);
        look.with_terms(found.terms.clone()).show(&summed)
    }
}
