//! The thread that writes to the log what the writer cannot save in time.

use std::sync::Arc;

use super::SpillError;
use super::backoff::Backoff;
use super::packed::PackedTracks;
use super::queue::{End, Taker};
use super::shared::Shared;

/// Spills while the queue is more than half full, until the recorder is closed.
///
/// The writer may be stuck in a call to the store, so that it cannot do this itself. What is left
/// at the end is saved or spilled by the writer, or else by the thread that closes the recorder.
pub(super) fn run(shared: &Arc<Shared>) {
    let limits = shared.limits;
    let mut backoff = Backoff::new(limits.initial_backoff, limits.max_backoff);
    while let Some(mut tracks) = next(shared) {
        spill(shared, &mut tracks, Taker::Spiller);
        if tracks.is_empty() {
            backoff.reset();
        }
        while !tracks.is_empty() {
            let queue = shared.lock();
            if queue.is_abandoned {
                drop(queue);
                shared.settle(tracks.amount(), End::Abandoned, None, Taker::Spiller);
                break;
            }
            drop(shared.wait_for_pressure(queue, Some(backoff.after_failure())));
            spill(shared, &mut tracks, Taker::Spiller);
        }
        shared.reuse(tracks);
    }
}

fn next(shared: &Shared) -> Option<PackedTracks> {
    let mut queue = shared.lock();
    loop {
        if queue.is_closing {
            return None;
        }
        if shared.is_under_pressure(&queue)
            && let Some(part) = queue.take(Taker::Spiller)
        {
            return Some(part);
        }
        queue = shared.wait_for_pressure(queue, None);
    }
}

/// Writes tracks to the log, in their order, until it does not take one. Those that are left were
/// not written.
pub(super) fn spill(shared: &Shared, tracks: &mut PackedTracks, taker: Taker) {
    let Some(log) = shared.spill() else {
        return;
    };
    while let Some(first) = tracks.first() {
        let written = if first.is_logged() {
            Ok(())
        } else {
            log.spill(&tracks.unpack(first, &shared.keys))
        };
        if let Err(error) = &written {
            shared.note_spill_failure(error);
        }
        let end = match written {
            Ok(()) => End::Spilled,
            Err(SpillError::Refused(_)) => End::Refused,
            Err(SpillError::Failed(_)) => return,
        };
        let ended = tracks.remove(0);
        shared.settle(ended, end, tracks.first_number(), taker);
    }
}
