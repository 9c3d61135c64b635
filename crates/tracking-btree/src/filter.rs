//! Checking one track against what an index has not answered.

use std::collections::BTreeSet;

use tracking_core::{FieldFilter, RunId, TimeFilter};

use crate::numbers::{NameId, TrackNo};
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

/// Some names. Most queries ask for one, and that needs no room of its own.
#[derive(Debug)]
pub(crate) enum NameIds {
    One(NameId),
    /// Sorted.
    Several(Vec<NameId>),
    /// All but these, sorted.
    AllBut(Vec<NameId>),
}

impl FromIterator<NameId> for NameIds {
    fn from_iter<I: IntoIterator<Item = NameId>>(name_ids: I) -> Self {
        let mut name_ids = name_ids.into_iter();
        match (name_ids.next(), name_ids.next()) {
            (None, _) => Self::none(),
            (Some(only), None) => Self::One(only),
            (Some(first), Some(second)) => {
                let mut several: Vec<NameId> =
                    [first, second].into_iter().chain(name_ids).collect();
                several.sort_unstable();
                Self::Several(several)
            }
        }
    }
}

impl NameIds {
    pub(crate) fn none() -> Self {
        Self::Several(Vec::new())
    }

    /// Those that are listed: where that is [all but them](Self::AllBut), those left out.
    pub(crate) fn as_slice(&self) -> &[NameId] {
        match self {
            Self::One(name_id) => std::slice::from_ref(name_id),
            Self::Several(name_ids) | Self::AllBut(name_ids) => name_ids,
        }
    }

    /// Whether what is listed is what is asked for.
    pub(crate) fn is_list(&self) -> bool {
        !matches!(self, Self::AllBut(_))
    }

    /// Those of these, or of all where there are none, that are not excluded.
    pub(crate) fn without(wanted: Option<Self>, excluded: &Self) -> Self {
        match wanted {
            None => Self::AllBut(excluded.as_slice().to_vec()),
            Some(wanted) => {
                let stays = |name_id: &NameId| !excluded.contains(*name_id);
                wanted.as_slice().iter().copied().filter(stays).collect()
            }
        }
    }

    fn contains(&self, name_id: NameId) -> bool {
        match self {
            Self::One(only) => *only == name_id,
            Self::Several(name_ids) => name_ids.binary_search(&name_id).is_ok(),
            Self::AllBut(name_ids) => name_ids.binary_search(&name_id).is_err(),
        }
    }
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
