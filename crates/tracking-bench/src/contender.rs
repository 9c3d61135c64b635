//! The one interface that every contender implements.

mod owned;
mod parts;
mod question;
mod view;

use anyhow::Result;

use crate::work::Entry;
use owned::OwnedTrack;
pub use parts::{Clones, Parts};
pub use question::{Question, Triple};
pub use view::{Payload, View, Visitor};

/// A prepared operation; running it once is measured.
///
/// Its arguments are dropped with it, outside of the measurement, unless the store takes them.
pub type Action<'a> = Box<dyn FnMut() -> Result<()> + Send + 'a>;

/// A store that is measured.
///
/// Writes are prepared before they are measured, in the form in which the store takes them:
/// the methods that write return an [`Action`]. Queries are built as a user would, including names,
/// within the measurement.
pub trait Contender: Parts + Send + Sync {
    /// Saves all of these in one transaction.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot take them.
    fn bulk<'a>(&'a self, entries: &[Entry<'a>]) -> Result<Action<'a>>;

    /// Finishes a bulk load, such as by gathering statistics.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn loaded(&self) -> Result<()> {
        Ok(())
    }

    /// Saves one track.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot take it.
    fn save<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>>;

    /// Merges data into the last track of task, run and user and sets its time; saves a new
    /// track where there is none.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot take it.
    fn update<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>>;

    /// Removes these tracks in one transaction.
    ///
    /// # Errors
    ///
    /// Fails if ids are wrong.
    fn removal<'a>(&'a self, ids: &'a [u64]) -> Result<Action<'a>>;

    /// Rebuilds all indexes.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn reindex(&self) -> Result<()>;

    /// Closes the file of the store and opens it again; returns its size in bytes in
    /// between, or `None` if there is no file.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn reopen(&mut self) -> Result<Option<u64>> {
        Ok(None)
    }

    /// Visits the last track of task, run and user: the one with the highest time, and of equal
    /// ones the highest id.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn last(&self, triple: Triple<'_>, visitor: Visitor<'_>) -> Result<()>;

    /// Visits tracks, by id.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn visit(&self, question: &Question<'_>, visitor: Visitor<'_>) -> Result<()>;

    /// Collects tracks that the caller owns and could keep, then drops them; the xor of
    /// [`View::touch`] of all of them.
    ///
    /// Unless the store has its own type, a track is owned when its names and the text
    /// of its data are copied.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn collect(&self, question: &Question<'_>) -> Result<u64> {
        let mut tracks = Vec::new();
        self.visit(question, &mut |view| tracks.push(OwnedTrack::from(view)))?;
        Ok(std::hint::black_box(&tracks)
            .iter()
            .fold(0, |fold, track| fold ^ track.touch()))
    }

    /// Visits tracks, by id; if the contender can, without blocking a writer for longer than
    /// it takes to read `page` of them.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn visit_paged(
        &self,
        question: &Question<'_>,
        page: usize,
        visitor: Visitor<'_>,
    ) -> Result<()> {
        let _ = page;
        self.visit(question, visitor)
    }

    /// The users of a task, sorted.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn user_names(&self, task: &str, visitor: &mut dyn FnMut(&str)) -> Result<()>;

    /// The tasks that have tracks, sorted.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn task_ids(&self, visitor: &mut dyn FnMut(&str)) -> Result<()>;

    /// The number of tracks of each task, of all times or within a range; in any order.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    fn count_by_task(
        &self,
        times: Option<(i64, i64)>,
        visitor: &mut dyn FnMut(&str, u64),
    ) -> Result<()>;

    /// Returns whether reading while another thread writes is measured.
    fn is_concurrent(&self) -> bool {
        true
    }
}
