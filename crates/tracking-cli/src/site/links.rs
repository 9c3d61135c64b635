//! The links of a site.

use chrono::NaiveDate;
use tracking_core::{Query, RunId};
use tracking_views::Links;

use super::plan::{self, Plan};

/// Links to the pages of a site.
#[derive(Clone, Copy, Debug)]
pub(super) struct SiteLinks<'a> {
    pub(super) plan: &'a Plan,
}

impl Links for SiteLinks<'_> {
    fn home(&self) -> Option<String> {
        Some(plan::INDEX.to_owned())
    }

    fn task(&self, task: &str) -> Option<String> {
        self.plan.task(task).map(ToOwned::to_owned)
    }

    fn user(&self, user: &str) -> Option<String> {
        self.plan.user(user).map(ToOwned::to_owned)
    }

    fn run(&self, run: RunId) -> Option<String> {
        self.plan.run(run).map(ToOwned::to_owned)
    }

    fn day(&self, day: NaiveDate) -> Option<String> {
        self.plan.day(day).map(ToOwned::to_owned)
    }

    /// A site has a list of all its tracks only.
    fn tracks(&self, query: &Query) -> Option<String> {
        (*query == self.plan.criteria).then(|| plan::TRACKS.to_owned())
    }
}
