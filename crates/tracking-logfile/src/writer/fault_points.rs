//! The points between which a program may be stopped.

use std::io;

/// Stands before each change to files. In tests it ends everything at a chosen one, as a kill
/// does; in a program it does nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct FaultPoints {
    #[cfg(test)]
    left: Option<std::sync::Arc<std::sync::atomic::AtomicUsize>>,
}

impl FaultPoints {
    /// Goes on, or not.
    #[cfg_attr(
        not(test),
        expect(
            clippy::unnecessary_wraps,
            clippy::unused_self,
            reason = "it is for tests"
        )
    )]
    pub(super) fn pass(&self) -> io::Result<()> {
        #[cfg(test)]
        if let Some(left) = &self.left {
            use std::sync::atomic::Ordering::SeqCst;
            let passed = left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
            return match passed {
                Ok(_) => Ok(()),
                Err(_) => Err(io::Error::other("stopped here by the test")),
            };
        }
        Ok(())
    }

    /// Lets so many changes happen.
    #[cfg(test)]
    pub(super) fn only(faults: usize) -> Self {
        let left = Some(std::sync::Arc::new(faults.into()));
        Self { left }
    }

    /// Whether it has ended anything, or was about to.
    #[cfg(test)]
    pub(super) fn are_used_up(&self) -> bool {
        let left = self.left.as_ref();
        left.is_some_and(|left| left.load(std::sync::atomic::Ordering::SeqCst) == 0)
    }
}
