//! Rebuilds every index from the tracks.

use crate::fields::FieldIndex;
use crate::numbers::TrackNo;
use crate::rows::Row;
use crate::runs::UserEntry;
use crate::sorted_set::BlockedSortedSet;
use crate::state::State;
use crate::task_user_index::{TaskUserIndex, Users};

/// Throws all indexes away and fills them again. Rows, names, runs, keys and checkpoints are
/// what they are built from and stay.
pub(crate) fn reindex(state: &mut State) {
    state.times = BlockedSortedSet::default();
    state.task_users = TaskUserIndex::default();
    state.tasks.for_each_mut(|task| {
        task.tracks = BlockedSortedSet::default();
        task.users = Users::default();
    });
    state
        .users
        .for_each_mut(|user| *user = UserEntry::default());
    state
        .runs
        .for_each_mut(|run| run.tracks = BlockedSortedSet::default());
    for index in &mut state.fields {
        *index = FieldIndex::new(index.field().clone());
    }
    let rows: Vec<(TrackNo, Row)> = state
        .rows
        .range(0, TrackNo::MAX)
        .map(|(n, row)| (n, *row))
        .collect();
    for (number, row) in rows {
        state.index(number, row);
    }
}
