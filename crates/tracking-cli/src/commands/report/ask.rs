//! What a store is asked for a report.

use anyhow::Result;
use tracking_core::{GroupBy, Grouping, Query, TrackingStorage, Zone};
use tracking_loader::NO_PATH;

use crate::gather::{Sums, Wanted};

/// What a report sums up: all tracks, where those without a path are of no task.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) sums: Sums,
    pub(super) without_path: u64,
}

/// Asks a store; of tasks and users, the `top` largest are listed; days are
/// those of a zone.
pub(super) fn ask(
    store: &dyn TrackingStorage,
    top: usize,
    (zone, is_web): (&Zone, bool),
) -> Result<Answers> {
    let wanted = Wanted {
        tasks: top,
        users: top,
        is_web,
        ..Wanted::default()
    };
    let mut sums = Sums::ask(store, &Query::all(), zone, wanted)?;
    let without_path = store.count(&Query::all().task(NO_PATH))?;
    if without_path > 0 {
        let with_path = Query::all().except_task(NO_PATH);
        sums.tasks = store.groups(&with_path, &Grouping::from(GroupBy::Task).top(top))?;
        sums.numbers.tasks = sums.numbers.tasks.saturating_sub(1);
    }
    Ok(Answers { sums, without_path })
}
