//! What a commit adds to the change feed.

use tracking_core::{ChangeKind, Timestamp};

use crate::state::State;

/// Adds to the change feed, if it is on, what one commit did to these tracks or runs.
pub(crate) fn commit<const N: usize>(
    state: &mut State,
    now: Timestamp,
    changed: [(ChangeKind, &[u32]); N],
) {
    if let Some(mut changes) = state.feed.collect() {
        for (kind, numbers) in changed {
            for number in numbers {
                changes.add(kind, (*number).into());
            }
        }
        state.feed.commit(changes, now);
    }
}
