//! Trying something less and less often while it does not succeed.

use std::sync::atomic::{AtomicU32, Ordering};

/// How many times in a row something is left out at most before it is tried again.
const MAX_PAUSE: u32 = 128;

/// When to try what has not succeeded lately.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    /// How many times it is still left out.
    left: AtomicU32,
    /// How many times it was left out before the last attempt.
    pause: AtomicU32,
}

impl Backoff {
    /// Whether to try it this time.
    pub(crate) fn is_next_attempt(&self) -> bool {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(1), Ordering::Relaxed);
        left == 0
    }

    /// Notes what an attempt has come to.
    pub(crate) fn note(&self, has_succeeded: bool) {
        let pause = match self.pause.load(Ordering::Relaxed) {
            _ if has_succeeded => 0,
            pause => (2 * pause).clamp(1, MAX_PAUSE),
        };
        self.pause.store(pause, Ordering::Relaxed);
        self.left.store(pause, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_that_fail_become_rare() {
        let backoff = Backoff::default();
        let mut attempts = Vec::new();
        for turn in 0..1000 {
            if backoff.is_next_attempt() {
                attempts.push(turn);
                backoff.note(false);
            }
        }
        assert_eq!(attempts[..5], [0, 2, 5, 10, 19]);
        assert_eq!(attempts.len(), 14);
        while !backoff.is_next_attempt() {}
        backoff.note(true);
        assert!(backoff.is_next_attempt() && backoff.is_next_attempt());
    }
}
