//! The tracks in memory: bounded, in order, each settled once.

use std::collections::VecDeque;

use tracking_core::NewTrack;

use super::packed::{Amount, PackedTracks};
use super::{RecorderCounts, events};

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

/// Whether spilling has started or ended, to be emitted once the lock is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Spilling {
    Unchanged,
    Started { pending: u64 },
    Ended { spilled: u64 },
}

impl Spilling {
    /// Emits the event of a change.
    pub(super) fn emit(self) {
        match self {
            Self::Unchanged => {}
            Self::Started { pending } => events::spill_started(pending),
            Self::Ended { spilled } => events::spill_ended(spilled),
        }
    }
}

/// What is behind the lock of a recorder.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// The tracks, in parts that are taken as wholes; none is empty.
    parts: VecDeque<PackedTracks>,
    /// How many these are, and about how many bytes they take.
    queued: usize,
    queued_bytes: usize,
    /// A part without tracks, to be filled.
    spare: Option<PackedTracks>,
    /// A part is full when it has this many tracks, or this many bytes.
    part_tracks: usize,
    part_bytes: usize,
    /// Numbers of the oldest track that each taker has not settled yet.
    oldest_taken: [Option<u64>; 2],
    pub(super) counts: RecorderCounts,
    /// How many tracks had been spilled before the spilling that goes on now.
    spilled_before: Option<u64>,
    /// Nothing more is accepted, and what is left is to be settled.
    pub(super) is_closing: bool,
    /// Nobody settles anything any more: what is left is abandoned.
    pub(super) is_abandoned: bool,
    /// Somebody waits for what is queued, so it is not to wait for more.
    pub(super) flush_requested: bool,
}

impl Queue {
    /// An empty queue, from which at most so many tracks, of about so many bytes, are taken at a
    /// time.
    pub(super) fn new(part_tracks: usize, part_bytes: usize) -> Self {
        Self {
            part_tracks,
            part_bytes,
            ..Self::default()
        }
    }

    /// Whether a track of so many bytes can be added.
    pub(super) fn has_room(&self, bytes: usize, max_tracks: usize, max_bytes: usize) -> bool {
        let (tracks, taken) = (max_tracks as u64, max_bytes as u64);
        self.counts.pending < tracks
            && self.counts.pending_bytes.saturating_add(bytes as u64) <= taken
    }

    pub(super) fn push(&mut self, track: &NewTrack, bytes: usize, is_logged: bool) {
        self.counts.accepted += 1;
        self.counts.pending += 1;
        self.counts.pending_bytes += bytes as u64;
        self.queued += 1;
        self.queued_bytes += bytes;
        let number = self.counts.accepted;
        match self.parts.back_mut() {
            Some(part) if part.amount().is_below(self.part_tracks, self.part_bytes) => {
                part.push(track, number, bytes, is_logged);
            }
            _ => {
                let mut part = self.spare.take().unwrap_or_default();
                part.push(track, number, bytes, is_logged);
                self.parts.push_back(part);
            }
        }
    }

    /// Accepts a track that is left to the log, which has it already.
    pub(super) fn leave_to_log(&mut self) -> Spilling {
        let spilling = self.start_spilling();
        self.counts.accepted += 1;
        self.counts.spilled += 1;
        spilling
    }

    fn start_spilling(&mut self) -> Spilling {
        if self.spilled_before.is_some() {
            return Spilling::Unchanged;
        }
        self.spilled_before = Some(self.counts.spilled);
        let pending = self.counts.pending;
        Spilling::Started { pending }
    }

    /// Notes that the store takes all tracks again.
    pub(super) fn end_spilling(&mut self) -> Spilling {
        match self.spilled_before.take() {
            None => Spilling::Unchanged,
            Some(before) => Spilling::Ended {
                spilled: self.counts.spilled - before,
            },
        }
    }

    /// How many tracks are in the queue.
    pub(super) fn len(&self) -> usize {
        self.queued
    }

    /// Whether as many tracks are there as are taken at a time.
    pub(super) fn has_full_part(&self) -> bool {
        self.parts.len() > 1
            || self.queued >= self.part_tracks
            || self.queued_bytes >= self.part_bytes
    }

    /// Whether there was no full part before the last track of so many bytes, and is one now.
    pub(super) fn is_filled_by(&self, bytes: usize) -> bool {
        let before = self.queued_bytes - bytes;
        self.queued == self.part_tracks
            || (self.queued_bytes >= self.part_bytes && before < self.part_bytes)
    }

    /// Takes the oldest tracks, to settle each of them; nothing where there are none.
    pub(super) fn take(&mut self, taker: Taker) -> Option<PackedTracks> {
        let part = self.parts.pop_front()?;
        let Amount { tracks, bytes } = part.amount();
        self.queued -= tracks;
        self.queued_bytes -= bytes;
        *self.oldest(taker) = part.first_number();
        Some(part)
    }

    /// Takes back what tracks were packed in.
    pub(super) fn reuse(&mut self, part: PackedTracks) {
        self.spare = part.into_spare();
    }

    /// Notes how some of the taken tracks ended, and the number of the oldest of the others.
    pub(super) fn settle(
        &mut self,
        ended: Amount,
        end: End,
        oldest_left: Option<u64>,
        taker: Taker,
    ) -> Spilling {
        let spilling = if end == End::Spilled && ended.tracks > 0 {
            self.start_spilling()
        } else {
            Spilling::Unchanged
        };
        let count = ended.tracks as u64;
        let counts = &mut self.counts;
        *(match end {
            End::Saved => &mut counts.saved,
            End::Spilled => &mut counts.spilled,
            End::Refused => &mut counts.refused,
            End::Abandoned => &mut counts.abandoned,
        }) += count;
        counts.pending -= count;
        counts.pending_bytes -= ended.bytes as u64;
        *self.oldest(taker) = oldest_left;
        spilling
    }

    /// Whether every track up to this number is settled.
    pub(super) fn is_settled_to(&self, number: u64) -> bool {
        let queued = self.parts.front().and_then(PackedTracks::first_number);
        let oldest = self.oldest_taken.iter().copied().chain([queued]).flatten();
        oldest.min().is_none_or(|oldest| oldest > number)
    }

    fn oldest(&mut self, taker: Taker) -> &mut Option<u64> {
        let [writer, spiller] = &mut self.oldest_taken;
        match taker {
            Taker::Writer => writer,
            Taker::Spiller => spiller,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A queue from which two tracks are taken at a time.
    fn queue(tracks: usize) -> Queue {
        let mut queue = Queue::new(2, 1000);
        for _ in 0..tracks {
            push(&mut queue, 10);
        }
        queue
    }

    fn push(queue: &mut Queue, bytes: usize) {
        let track = NewTrack::new("a", "b", json!({})).unwrap();
        queue.push(&track, bytes, false);
    }

    /// The number of the first track that is taken, and how many are.
    fn take(queue: &mut Queue, taker: Taker) -> (u64, usize) {
        let part = queue.take(taker).unwrap();
        (part.first_number().unwrap(), part.amount().tracks)
    }

    fn of_ten_bytes(tracks: usize) -> Amount {
        Amount {
            tracks,
            bytes: 10 * tracks,
        }
    }

    #[test]
    fn a_flush_waits_for_what_anybody_has_taken() {
        let mut queue = queue(6);
        assert_eq!(take(&mut queue, Taker::Writer), (1, 2));
        assert_eq!(take(&mut queue, Taker::Spiller), (3, 2));
        assert!(!queue.is_settled_to(1));
        let spilling = queue.settle(of_ten_bytes(2), End::Spilled, None, Taker::Spiller);
        assert_eq!(spilling, Spilling::Started { pending: 6 });
        assert!(!queue.is_settled_to(1), "the writer still has the first");
        let spilling = queue.settle(of_ten_bytes(1), End::Refused, Some(2), Taker::Writer);
        assert_eq!(spilling, Spilling::Unchanged);
        assert!(queue.is_settled_to(1) && !queue.is_settled_to(2));
        let spilling = queue.settle(of_ten_bytes(1), End::Saved, None, Taker::Writer);
        assert_eq!(spilling, Spilling::Unchanged);
        assert!(queue.is_settled_to(4) && !queue.is_settled_to(5));
        assert_eq!((queue.counts.pending, queue.counts.pending_bytes), (2, 20));
        assert_eq!((queue.len(), queue.queued_bytes), (2, 20));
        assert_eq!(queue.end_spilling(), Spilling::Ended { spilled: 2 });
        assert_eq!(queue.end_spilling(), Spilling::Unchanged);
    }

    #[test]
    fn tracks_that_are_taken_still_count() {
        let mut queue = queue(2);
        let _taken = queue.take(Taker::Writer);
        assert_eq!(queue.len(), 0);
        assert!(queue.take(Taker::Writer).is_none());
        assert!(!queue.has_room(10, 2, 1000));
        assert!(queue.has_room(10, 3, 30));
        assert!(!queue.has_room(10, 3, 29));
    }

    #[test]
    fn a_part_has_no_more_tracks_and_bytes_than_are_taken_at_a_time() {
        let mut queue = queue(1);
        assert!(!queue.has_full_part());
        push(&mut queue, 10);
        assert!(queue.has_full_part());
        push(&mut queue, 1000);
        push(&mut queue, 10);
        push(&mut queue, 10);
        assert_eq!(take(&mut queue, Taker::Writer), (1, 2));
        let large = queue.take(Taker::Writer).unwrap();
        assert_eq!((large.amount().tracks, large.amount().bytes), (1, 1000));
        queue.reuse(large);
        push(&mut queue, 10);
        assert_eq!(take(&mut queue, Taker::Writer), (4, 2));
        assert_eq!(take(&mut queue, Taker::Writer), (6, 1));
        assert_eq!((queue.len(), queue.queued_bytes), (0, 0));
    }
}
