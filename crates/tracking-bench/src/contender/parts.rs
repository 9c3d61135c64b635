//! What parts of the work cost by themselves.

use anyhow::Result;

use super::{Look, Question, Triple};

/// An answer that is cloned, by the name of the metric that asked for it.
pub type Clones<'a> = Vec<(&'static str, Box<dyn FnMut() + 'a>)>;

/// What an interface asks for, each part measured by itself, by the contender that can show it.
///
/// Our store copies what it lends out of its lock; `limit-rows` lends under its own. How much of
/// the difference is the copy, `limit-rows` shows by copying, too.
pub trait Parts {
    /// Lends the last track of task, run and user from a copy, after the lock is gone; tells
    /// whether the contender has that.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn last_copied(&self, triple: Triple<'_>, look: Look<'_>) -> Result<bool> {
        let _ = (triple, look);
        Ok(false)
    }

    /// Lends tracks from a copy, after the lock is gone; tells whether the contender has that.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn visit_copied(&self, question: &Question<'_>, look: Look<'_>) -> Result<bool> {
        let _ = (question, look);
        Ok(false)
    }

    /// Makes what a question is asked with, and does not ask it; tells whether the contender has
    /// that.
    ///
    /// # Errors
    ///
    /// Where a name is refused.
    fn make(&self, question: &Question<'_>) -> Result<bool> {
        let _ = question;
        Ok(false)
    }

    /// Clones of answers that the caller owns: what it costs at least to give them away.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn clones(&self) -> Result<Clones<'_>> {
        Ok(Clones::new())
    }
}
