//! The thread that writes to the log what the writer cannot save in time.

use std::slice;
use std::sync::Arc;

use super::SpillError;
use super::backoff::Backoff;
use super::packed::Queued;
use super::queue::{End, Taker};
use super::shared::Shared;

/// Spills while the queue is more than half full, until the recorder is closed.
///
/// The writer may be stuck in a call to the store, so that it cannot do this itself. What is left
/// at the end is saved or spilled by the writer, or else by the thread that closes the recorder.
pub(super) fn run(shared: &Arc<Shared>) {
    let limits = shared.limits;
    let mut backoff = Backoff::new(limits.initial_backoff, limits.max_backoff);
    while let Some(tracks) = next(shared) {
        let mut left = spill(shared, tracks, Taker::Spiller);
        if left.is_empty() {
            backoff.reset();
        }
        while !left.is_empty() {
            let queue = shared.lock();
            if queue.is_abandoned {
                drop(queue);
                shared.settle(&left, End::Abandoned, None, Taker::Spiller);
                break;
            }
            drop(shared.wait_for_pressure(queue, Some(backoff.after_failure())));
            left = spill(shared, left, Taker::Spiller);
        }
    }
}

fn next(shared: &Shared) -> Option<Vec<Queued>> {
    let mut queue = shared.lock();
    loop {
        if queue.is_closing {
            return None;
        }
        if shared.is_under_pressure(&queue)
            && let Some(part) = queue.take(Taker::Spiller)
        {
            drop(queue);
            let tracks = shared.unpack(&part);
            shared.reuse(part);
            return Some(tracks);
        }
        queue = shared.wait_for_pressure(queue, None);
    }
}

/// Writes tracks to the log, in their order, and returns those that it did not take.
pub(super) fn spill(shared: &Shared, mut tracks: Vec<Queued>, taker: Taker) -> Vec<Queued> {
    let Some(log) = shared.spill() else {
        return tracks;
    };
    let mut ended = 0;
    while let Some((first, rest)) = tracks.get(ended..).and_then(<[_]>::split_first) {
        let written = if first.is_logged {
            Ok(())
        } else {
            log.spill(&first.track)
        };
        if let Err(error) = &written {
            shared.note_spill_failure(error);
        }
        let end = match written {
            Ok(()) => End::Spilled,
            Err(SpillError::Refused(_)) => End::Refused,
            Err(SpillError::Failed(_)) => break,
        };
        shared.settle(slice::from_ref(first), end, rest.first(), taker);
        ended += 1;
    }
    tracks.drain(..ended);
    tracks
}
