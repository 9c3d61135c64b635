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
pub use view::{Look, Payload, View};

/// Something prepared whose doing is measured; it is done once.
///
/// What it was given is dropped with it, outside of the measured part, unless the store takes it.
pub type Action<'a> = Box<dyn FnMut() -> Result<()> + Send + 'a>;

/// A store that takes part.
///
/// What is written is prepared before it is measured, in the form in which the store takes it:
/// the methods that write give an [`Action`]. What is asked is asked as a user would, names and
/// all, within the measured part.
pub trait Contender: Parts + Send + Sync {
    /// Saves all of these in one transaction.
    ///
    /// # Errors
    ///
    /// Where the store cannot take them.
    fn bulk<'a>(&'a self, entries: &[Entry<'a>]) -> Result<Action<'a>>;

    /// Does what belongs to the end of a bulk load, such as gathering statistics.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn loaded(&self) -> Result<()> {
        Ok(())
    }

    /// Saves one track.
    ///
    /// # Errors
    ///
    /// Where the store cannot take it.
    fn save<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>>;

    /// Merges data into the last track of task, run and user and sets its time; saves a new
    /// track where there is none.
    ///
    /// # Errors
    ///
    /// Where the store cannot take it.
    fn update<'a>(&'a self, entry: &Entry<'a>) -> Result<Action<'a>>;

    /// Removes these tracks in one transaction.
    ///
    /// # Errors
    ///
    /// Where ids are wrong.
    fn removal<'a>(&'a self, ids: &'a [u64]) -> Result<Action<'a>>;

    /// Builds all indexes anew.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn reindex(&self) -> Result<()>;

    /// Closes the file that everything is kept in, and opens it again; how many bytes it had in
    /// between. Nothing where there is no file.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn reopen(&mut self) -> Result<Option<u64>> {
        Ok(None)
    }

    /// Lends the last track of task, run and user: the one with the highest time, and of equal
    /// ones the highest id.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn last(&self, triple: Triple<'_>, look: Look<'_>) -> Result<()>;

    /// Lends tracks, by id.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn visit(&self, question: &Question<'_>, look: Look<'_>) -> Result<()>;

    /// Collects tracks that the caller owns and could keep, then drops them; the xor of
    /// [`View::touch`] of all of them.
    ///
    /// Unless the store has something of its own, a track is owned when its names and the text
    /// of its data are copied.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn collect(&self, question: &Question<'_>) -> Result<u64> {
        let mut tracks = Vec::new();
        self.visit(question, &mut |view| tracks.push(OwnedTrack::from(view)))?;
        Ok(std::hint::black_box(&tracks)
            .iter()
            .fold(0, |fold, track| fold ^ track.touch()))
    }

    /// Lends tracks, by id; where the contender can, without holding a writer up for longer than
    /// it takes to read `page` of them.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn visit_paged(&self, question: &Question<'_>, page: usize, look: Look<'_>) -> Result<()> {
        let _ = page;
        self.visit(question, look)
    }

    /// The users of a task, sorted.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn user_names(&self, task: &str, look: &mut dyn FnMut(&str)) -> Result<()>;

    /// The tasks that have tracks, sorted.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn task_ids(&self, look: &mut dyn FnMut(&str)) -> Result<()>;

    /// How many tracks each task has, of all times or within these; in any order.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn count_by_task(
        &self,
        times: Option<(i64, i64)>,
        look: &mut dyn FnMut(&str, u64),
    ) -> Result<()>;

    /// Tells whether reading while another thread writes is measured.
    fn is_concurrent(&self) -> bool {
        true
    }
}
