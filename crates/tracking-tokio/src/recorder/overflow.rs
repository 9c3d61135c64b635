//! What a recorder does with more than it can hold.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Spill;

/// What a [`Recorder`](super::Recorder) does when its queue is full.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Overflow {
    /// Drops the new track, and counts it.
    #[default]
    Drop,
    /// Makes [`record`](super::Recorder::record) wait for room, at most this long, and then drops
    /// the new track. It blocks the calling thread, so do not use it in async code.
    Wait(Duration),
    /// Moves the oldest tracks of the queue into a log, from when the queue is half full, and
    /// where the store has failed for a while. Only if the log fails too, and the queue is full,
    /// new tracks are dropped.
    Spill(Arc<dyn Spill>),
}

impl Overflow {
    /// Spills into this log.
    pub fn spill(log: impl Spill + 'static) -> Self {
        Self::Spill(Arc::new(log))
    }
}

impl fmt::Debug for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drop => f.write_str("Drop"),
            Self::Wait(time) => f.debug_tuple("Wait").field(time).finish(),
            Self::Spill(_) => f.write_str("Spill"),
        }
    }
}
