//! The tracks in memory: bounded, in order, each settled once.

use std::collections::VecDeque;

use tracking_core::NewTrack;

use super::RecorderCounts;

/// A track on its way, and what it weighs.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    pub(super) track: NewTrack,
    /// Its place among all that were accepted, from 1.
    number: u64,
    bytes: usize,
    /// Whether the log has it already.
    pub(super) is_logged: bool,
}

/// How a track ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Saved,
    Spilled,
    Refused,
    Abandoned,
}

/// Who has taken tracks out of the queue to settle them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taker {
    Writer,
    Spiller,
}

/// What is behind the lock of a recorder.
#[derive(Debug, Default)]
pub(super) struct Queue {
    tracks: VecDeque<Queued>,
    /// The bytes of the tracks in the queue.
    queued_bytes: usize,
    /// Numbers of the oldest track that each taker has not settled yet.
    oldest_taken: [Option<u64>; 2],
    pub(super) counts: RecorderCounts,
    /// Nothing more is accepted, and what is left is to be settled.
    pub(super) is_closing: bool,
    /// Nobody settles anything any more: what is left is abandoned.
    pub(super) is_abandoned: bool,
    /// Somebody waits for what is queued, so it is not to wait for more.
    pub(super) flush_requested: bool,
}

/// What a track takes next to its texts, about.
const OVERHEAD: usize = 256;

/// About how many bytes a track takes in memory.
pub(super) fn bytes_of(track: &NewTrack) -> usize {
    let key = track.key().map_or(0, |key| key.len());
    OVERHEAD + track.task().len() + track.user().len() + track.data().as_str().len() + key
}

impl Queue {
    /// Whether a track of so many bytes can be added.
    pub(super) fn has_room(&self, bytes: usize, max_tracks: usize, max_bytes: usize) -> bool {
        let (tracks, taken) = (max_tracks as u64, max_bytes as u64);
        self.counts.pending < tracks
            && self.counts.pending_bytes.saturating_add(bytes as u64) <= taken
    }

    pub(super) fn push(&mut self, track: NewTrack, bytes: usize, is_logged: bool) {
        self.counts.accepted += 1;
        self.counts.pending += 1;
        self.counts.pending_bytes += bytes as u64;
        self.queued_bytes += bytes;
        self.tracks.push_back(Queued {
            track,
            number: self.counts.accepted,
            bytes,
            is_logged,
        });
    }

    /// Accepts a track that is left to the log, which has it already.
    pub(super) fn leave_to_log(&mut self) {
        self.counts.accepted += 1;
        self.counts.spilled += 1;
    }

    /// How many tracks are in the queue.
    pub(super) fn len(&self) -> usize {
        self.tracks.len()
    }

    /// The bytes of these.
    pub(super) fn bytes(&self) -> usize {
        self.queued_bytes
    }

    /// Takes the oldest tracks, to settle each of them.
    pub(super) fn take(&mut self, limit: usize, taker: Taker) -> Vec<Queued> {
        let count = limit.min(self.tracks.len());
        let tracks: Vec<Queued> = self.tracks.drain(..count).collect();
        self.queued_bytes -= tracks.iter().map(|queued| queued.bytes).sum::<usize>();
        self.set_oldest(taker, tracks.first());
        tracks
    }

    /// Notes how some of the taken tracks ended, and which one of the others is the oldest.
    pub(super) fn settle(
        &mut self,
        ended: &[Queued],
        end: End,
        oldest_left: Option<&Queued>,
        taker: Taker,
    ) {
        let count = ended.len() as u64;
        let counts = &mut self.counts;
        *(match end {
            End::Saved => &mut counts.saved,
            End::Spilled => &mut counts.spilled,
            End::Refused => &mut counts.refused,
            End::Abandoned => &mut counts.abandoned,
        }) += count;
        counts.pending -= count;
        counts.pending_bytes -= ended.iter().map(|queued| queued.bytes as u64).sum::<u64>();
        self.set_oldest(taker, oldest_left);
    }

    /// Whether every track up to this number is settled.
    pub(super) fn is_settled_to(&self, number: u64) -> bool {
        let queued = self.tracks.front().map(|queued| queued.number);
        let oldest = self.oldest_taken.iter().copied().chain([queued]).flatten();
        oldest.min().is_none_or(|oldest| oldest > number)
    }

    fn set_oldest(&mut self, taker: Taker, first: Option<&Queued>) {
        let [writer, spiller] = &mut self.oldest_taken;
        let oldest = match taker {
            Taker::Writer => writer,
            Taker::Spiller => spiller,
        };
        *oldest = first.map(|queued| queued.number);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn queue(tracks: usize) -> Queue {
        let mut queue = Queue::default();
        for _ in 0..tracks {
            queue.push(NewTrack::new("a", "b", json!({})).unwrap(), 10, false);
        }
        queue
    }

    #[test]
    fn a_flush_waits_for_what_anybody_has_taken() {
        let mut queue = queue(6);
        let first = queue.take(2, Taker::Writer);
        let second = queue.take(2, Taker::Spiller);
        assert!(!queue.is_settled_to(1));
        queue.settle(&second, End::Spilled, None, Taker::Spiller);
        assert!(!queue.is_settled_to(1), "the writer still has the first");
        queue.settle(&first[..1], End::Refused, first.last(), Taker::Writer);
        assert!(queue.is_settled_to(1) && !queue.is_settled_to(2));
        queue.settle(&first[1..], End::Saved, None, Taker::Writer);
        assert!(queue.is_settled_to(4) && !queue.is_settled_to(5));
        assert_eq!((queue.counts.pending, queue.counts.pending_bytes), (2, 20));
        assert_eq!((queue.len(), queue.bytes()), (2, 20));
    }

    #[test]
    fn tracks_that_are_taken_still_count() {
        let mut queue = queue(3);
        let _taken = queue.take(3, Taker::Writer);
        assert_eq!(queue.len(), 0);
        assert!(!queue.has_room(10, 3, 1000));
        assert!(queue.has_room(10, 4, 40));
        assert!(!queue.has_room(10, 4, 39));
    }
}
