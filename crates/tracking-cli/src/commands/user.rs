//! `tracking user` shows one user.

use anyhow::{Result, bail};
use clap::Args;
use tracking_core::{Query, UserName};

use super::query_args::QueryArgs;
use super::summary::{SubjectSummary, SummaryResult};
use super::{Action, Environment};
use crate::args::SummaryArgs;

/// Arguments of `tracking user`.
#[derive(Debug, Args)]
pub(crate) struct UserArgs {
    /// The user, as `list` shows it
    #[arg(value_name = "NAME")]
    user: UserName,

    #[command(flatten)]
    query_args: QueryArgs,

    #[command(flatten)]
    sum: SummaryArgs,
}

impl Action for UserArgs {
    fn validate(&self) -> Option<String> {
        self.query_args.validate()
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let session = self.query_args.open(clock)?;
        let name = self.user.as_str();
        if session.store.count(&Query::all().user(name))? == 0 {
            bail!("there are no tracks of a user {name:?}; `tracking count --by user` lists all");
        }
        let filters = self.query_args.query(clock)?;
        let of_user = |query: Query| query.user(name);
        let found =
            SubjectSummary::query(&session, (&self.query_args, &self.sum), filters, of_user)?;
        let view = found.subject(&session, (&self.query_args, &self.sum))?;
        let view = view.user(self.user.clone());
        let summed = SummaryResult::new(&found.query, &found.sums, &self.sum, &view);
        let summed = summed.with_panels(&found.panels).of_user(&self.user);
        session.with_terms(found.terms.clone()).show(&summed)
    }
}
