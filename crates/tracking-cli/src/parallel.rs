//! Two things at the same time.

use std::panic::resume_unwind;
use std::thread;

/// Does the second thing on a thread of its own while the first is done. A panic of either is one of
/// the caller.
pub(crate) fn both<A, B: Send>(
    first: impl FnOnce() -> A,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        match second.join() {
            Ok(second) => (first, second),
            Err(panic) => resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn both_are_done_at_the_same_time() {
        let barrier = Barrier::new(2);
        let (first, second) = both(|| barrier.wait(), || barrier.wait());
        assert!(first.is_leader() != second.is_leader());
    }

    #[test]
    #[should_panic(expected = "the second")]
    fn a_panic_is_passed_on() {
        both(|| (), || panic!("the second"));
    }
}
