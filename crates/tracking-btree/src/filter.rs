//! Checking one track against what an index has not answered.

use std::collections::BTreeSet;

use tracking_core::{FieldFilter, RunId, TimeFilter};

use crate::interner::NameIds;
use crate::numbers::TrackNo;
use crate::rows::Row;
use crate::sorted_set::BlockedSortedSet;
use crate::state::State;

/// The criteria of a query that are still to be checked, in numbers of this store.
#[derive(Debug, Default)]
pub(crate) struct Filter<'s> {
    pub(crate) tasks: Option<NameIds>,
    pub(crate) users: Option<NameIds>,
    pub(crate) runs: Option<&'s BTreeSet<RunId>>,
    pub(crate) times: Option<&'s TimeFilter>,
    pub(crate) fields: Vec<FieldCheck<'s>>,
}

/// A criterion on a data field.
#[derive(Debug)]
pub(crate) enum FieldCheck<'s> {
    /// The field has an index, and these are the tracks of the values.
    Indexed(Vec<&'s BlockedSortedSet<TrackNo>>, &'s FieldFilter),
    /// The data has to be looked into.
    Text(&'s FieldFilter),
}

impl Filter<'_> {
    /// Whether there is nothing left to check.
    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.is_none()
            && self.users.is_none()
            && self.runs.is_none()
            && self.times.is_none()
            && self.fields.is_empty()
    }

    pub(crate) fn matches(&self, state: &State, number: TrackNo, row: &Row) -> bool {
        self.times.is_none_or(|times| times.matches(row.time))
            && self
                .tasks
                .as_ref()
                .is_none_or(|tasks| tasks.contains(row.task))
            && self
                .users
                .as_ref()
                .is_none_or(|users| users.contains(row.user))
            && self.runs.is_none_or(|runs| {
                RunId::new(row.run.into()).is_some_and(|run| runs.contains(&run))
            })
            && self.fields.iter().all(|check| check.matches(state, number))
    }
}

/// Up to so many lists are searched for a track sooner than its data is looked into.
const MAX_LISTS_SEARCHED: usize = 16;

impl FieldCheck<'_> {
    fn matches(&self, state: &State, number: TrackNo) -> bool {
        match self {
            Self::Indexed(lists, _) if lists.len() <= MAX_LISTS_SEARCHED => {
                lists.iter().any(|list| list.contains(number))
            }
            Self::Indexed(_, filter) | Self::Text(filter) => state
                .rows
                .with_data(number)
                .is_some_and(|(_, data)| filter.matches(data)),
        }
    }
}
