//! Change feeds that are wrong.

use std::time::Duration;

use tracking_core::{
    Change, ChangeCursor, ChangeKind, ChangePage, Erasure, Error, Query, Result, UserName,
};

use super::wrap::{Right, Rules};

/// Lists an erased user's tracks as if they were removed one by one.
pub(super) struct HidesErasures;

impl Rules for HidesErasures {
    fn erase_user(&self, right: &Right, user: &UserName) -> Result<Erasure> {
        let erased = right.remove_matching(&Query::all().user(user.as_str()));
        erased.map(Erasure::complete)
    }
}

/// Does not list what was removed.
pub(super) struct HidesRemovals;

impl Rules for HidesRemovals {
    fn changes(
        &self,
        right: &Right,
        after: Option<&ChangeCursor>,
        limit: usize,
    ) -> Result<ChangePage> {
        let mut page = right.changes(after, limit)?;
        page.changes
            .retain(|change| change.kind() != ChangeKind::TrackRemoved);
        Ok(page)
    }
}

/// Lists each id as an entry of its own.
pub(super) struct ListsEachIdAlone;

impl Rules for ListsEachIdAlone {
    fn changes(
        &self,
        right: &Right,
        after: Option<&ChangeCursor>,
        limit: usize,
    ) -> Result<ChangePage> {
        let page = right.changes(after, limit)?;
        let each = |change: &Change| {
            let (cursor, kind, time) = (change.cursor(), change.kind(), change.time());
            let (first, last) = change.ids();
            (first..=last).map(move |id| Change::new(cursor, kind, (id, id), time))
        };
        let changes = page.changes.iter().flat_map(each).collect();
        Ok(ChangePage::new(changes, page.next))
    }
}

/// Lists the same entries again, whatever place was asked from.
pub(super) struct IgnoresTheChangeCursor;

impl Rules for IgnoresTheChangeCursor {
    fn changes(
        &self,
        right: &Right,
        after: Option<&ChangeCursor>,
        limit: usize,
    ) -> Result<ChangePage> {
        right.changes(after, 0)?;
        right.changes(None, limit)
    }
}

/// Continues with the oldest entry where those asked for are forgotten.
pub(super) struct SkipsForgottenChanges;

impl Rules for SkipsForgottenChanges {
    fn changes(
        &self,
        right: &Right,
        after: Option<&ChangeCursor>,
        limit: usize,
    ) -> Result<ChangePage> {
        match right.changes(after, limit) {
            Err(Error::ChangesExpired { .. }) => right.changes(None, limit),
            other => other,
        }
    }
}

/// Does not wait for changes.
pub(super) struct NeverWaits;

impl Rules for NeverWaits {
    fn wait_for_changes(
        &self,
        right: &Right,
        after: &ChangeCursor,
        _timeout: Duration,
    ) -> Result<bool> {
        right.wait_for_changes(after, Duration::ZERO)
    }
}
