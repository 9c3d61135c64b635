//! The queries of a report.

use anyhow::Result;
use tracking_core::{GroupBy, Grouping, Query, TrackingStorage, Zone};
use tracking_loader::NO_PATH;

use crate::queries::{Summary, SummaryRequest};

/// The data of a report; requests without a path count for no task.
#[derive(Debug)]
pub(super) struct ReportData {
    pub(super) sums: Summary,
    pub(super) without_path: u64,
}

/// Queries a store for the `top` largest tasks and users, and for days, which are
/// those of a zone.
pub(super) fn query(
    store: &dyn TrackingStorage,
    top: usize,
    (zone, is_web): (&Zone, bool),
) -> Result<ReportData> {
    let wanted = SummaryRequest {
        tasks: top,
        users: top,
        is_web,
        ..SummaryRequest::default()
    };
    let mut sums = Summary::query(store, &Query::all(), zone, wanted)?;
    let without_path = store.count(&Query::all().task(NO_PATH))?;
    if without_path > 0 {
        let with_path = Query::all().except_task(NO_PATH);
        sums.tasks = store.groups(&with_path, &Grouping::from(GroupBy::Task).top(top))?;
        sums.numbers.tasks = sums.numbers.tasks.saturating_sub(1);
    }
    Ok(ReportData { sums, without_path })
}
