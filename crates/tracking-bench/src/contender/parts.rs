//! The costs of parts of the work.

use anyhow::Result;

use super::{Question, Triple, Visitor};

/// An answer that is cloned, by the name of the metric that asked for it.
pub type Clones<'a> = Vec<(&'static str, Box<dyn FnMut() + 'a>)>;

/// Parts of the cost of an interface, each measured separately by contenders that support it.
///
/// Our store copies tracks before it releases its lock; `limit-rows` calls visitors under its lock. How much of
/// the difference is the copy, `limit-rows` shows by copying as well.
pub trait Parts {
    /// Lends the last track of task, run and user from a copy, after the lock is gone; tells
    /// whether the contender has that.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn last_copied(&self, triple: Triple<'_>, visitor: Visitor<'_>) -> Result<bool> {
        let _ = (triple, visitor);
        Ok(false)
    }

    /// Lends tracks from a copy, after the lock is gone; returns whether the contender has that.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn visit_copied(&self, question: &Question<'_>, visitor: Visitor<'_>) -> Result<bool> {
        let _ = (question, visitor);
        Ok(false)
    }

    /// Builds a query without running it; returns whether the contender supports
    /// that.
    ///
    /// # Errors
    ///
    /// Fails if a name is refused.
    fn make(&self, question: &Question<'_>) -> Result<bool> {
        let _ = question;
        Ok(false)
    }

    /// Clones of answers that the caller owns: the minimum cost of returning them.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn clones(&self) -> Result<Clones<'_>> {
        Ok(Clones::new())
    }
}
