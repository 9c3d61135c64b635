//! Finds the session of a user through the other methods of a store.

use super::TrackingStorage;
use crate::{
    Order, Query, Result, Run, RunId, RunSelector, SessionGap, Timestamp, UserName, rules,
};

/// Finds the run of a session by way of the store's queries.
pub(super) fn find(
    store: &(impl TrackingStorage + ?Sized),
    user: &UserName,
    time: Timestamp,
    gap: SessionGap,
) -> Result<Option<Run>> {
    let query = |range| Query::all().user(user.as_str()).within(range);
    let before = query(gap.before(time)).order(Order::TimeDescending);
    match first_open(store, before, time)? {
        None => first_open(store, query(gap.after(time)).order(Order::Time), time),
        run => Ok(run),
    }
}

/// The run of the first track of a query whose run takes the track of a session at this time.
fn first_open(
    store: &(impl TrackingStorage + ?Sized),
    query: Query,
    time: Timestamp,
) -> Result<Option<Run>> {
    const PAGE: usize = 16;
    let mut query = query.limit(PAGE);
    let mut seen: Option<RunId> = None;
    loop {
        let page = store.page(&query)?;
        for id in page.tracks.iter().map(crate::Track::run) {
            if seen != Some(id)
                && let Some(run) = store.run(&RunSelector::Id(id))?
                && run.task().is_none()
                && rules::session_is_open(run.is_finished(), run.end(), time)
            {
                return Ok(Some(run));
            }
            seen = Some(id);
        }
        match page.next {
            Some(next) => query = query.after(next),
            None => return Ok(None),
        }
    }
}
