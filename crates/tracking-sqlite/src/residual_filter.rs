//! The criteria that a statement does not check, and that are checked row by row.

use rusqlite::Row;
use tracking_core::{DataRef, FieldFilter, Query, TimeFilter, Timestamp};

use crate::error::{StoreResult, corrupt_by};
use crate::rows::timestamp;

/// Fields without an index, and several ranges of time: the statement has only their outer bounds.
#[derive(Debug)]
pub(crate) struct ResidualFilter<'q> {
    fields: Vec<&'q FieldFilter>,
    times: Option<&'q TimeFilter>,
}

impl<'q> ResidualFilter<'q> {
    pub(crate) fn new(query: &'q Query) -> Self {
        let times = query.time_filter().filter(|times| times.ranges().len() > 1);
        Self {
            fields: Vec::new(),
            times,
        }
    }

    /// Adds a field without an index.
    pub(crate) fn add(&mut self, filter: &'q FieldFilter) {
        self.fields.push(filter);
    }

    /// Tells whether the statement checks all criteria.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.times.is_none()
    }

    /// Tells whether a track meets these criteria.
    pub(crate) fn matches(&self, time: Timestamp, data: DataRef<'_>) -> bool {
        self.times.is_none_or(|times| times.matches(time))
            && self.fields.iter().all(|filter| filter.matches(data))
    }

    /// The two columns that [`matches_row`](Self::matches_row) reads. Those it does not need are
    /// constants, which costs no fetch.
    pub(crate) fn columns(&self) -> &'static str {
        match (self.times.is_some(), self.fields.is_empty()) {
            (false, true) => "0, '{}'",
            (true, true) => "t.time, '{}'",
            _ => "t.time, t.data",
        }
    }

    /// Tells whether a row, with [`columns`](Self::columns) from column `first` on, meets them.
    pub(crate) fn matches_row(&self, row: &Row<'_>, first: usize) -> StoreResult<bool> {
        if self.is_empty() {
            return Ok(true);
        }
        let data = row
            .get_ref(first + 1)?
            .as_str()
            .map_err(|error| corrupt_by("data that is not text", error))?;
        Ok(self.matches(timestamp(row.get(first)?)?, DataRef::from_canonical(data)))
    }
}
