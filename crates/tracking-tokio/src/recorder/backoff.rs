//! Pauses after failures that grow.

use std::time::Duration;

/// How long to pause before the next try.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    initial: Duration,
    max: Duration,
    next: Duration,
}

impl Backoff {
    pub(super) fn new(initial: Duration, max: Duration) -> Self {
        Self {
            initial,
            max,
            next: initial,
        }
    }

    /// The pause after one more failure.
    pub(super) fn after_failure(&mut self) -> Duration {
        let pause = self.next;
        self.next = self.next.saturating_mul(2).min(self.max);
        pause
    }

    /// A success makes the next pause short again.
    pub(super) fn reset(&mut self) {
        self.next = self.initial;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_to_the_longest_and_starts_again() {
        let ms = Duration::from_millis;
        let mut backoff = Backoff::new(ms(50), ms(180));
        let pauses: Vec<_> = (0..4).map(|_| backoff.after_failure()).collect();
        assert_eq!(pauses, [50, 100, 180, 180].map(ms));
        backoff.reset();
        assert_eq!(backoff.after_failure(), ms(50));
    }
}
