//! Views, and the lists that are parts and views at once.

use super::{Part, RunList, TrackList};
use crate::Context;

/// Anything with a title that consists of parts, which all renderers can show.
///
/// All views of this crate implement it; a program implements it for custom views.
///
/// ```
/// use tracking_views::{Context, HtmlRenderer, Part, Ranking, View};
///
/// struct Champions(Ranking);
///
/// impl View for Champions {
///     fn heading(&self, _: &Context<'_>) -> String {
///         "Champions".into()
///     }
///
///     fn parts<'a>(&'a self, _: &Context<'_>) -> Vec<Part<'a>> {
///         vec![Part::Rankings("Points".into(), std::slice::from_ref(&self.0).into())]
///     }
/// }
/// let mut page = Vec::new();
/// let view = Champions(Ranking::new("This week", "User").with_row("ann", 30));
/// HtmlRenderer::new().page(&mut page, &view)?;
/// assert!(String::from_utf8_lossy(&page).contains("<bdi>Champions</bdi>"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait View {
    /// Its title.
    fn heading(&self, context: &Context<'_>) -> String;

    /// What it consists of, from above; parts in which there is nothing are not shown.
    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>>;
}

impl View for RunList {
    fn heading(&self, _: &Context<'_>) -> String {
        self.title().to_owned()
    }

    fn parts<'a>(&'a self, _: &Context<'_>) -> Vec<Part<'a>> {
        let query = self.query().map(Part::RunQuery);
        query.into_iter().chain([Part::RunList(self)]).collect()
    }
}

/// The parts above the rows.
impl View for TrackList {
    fn heading(&self, _: &Context<'_>) -> String {
        self.title().to_owned()
    }

    fn parts<'a>(&'a self, _: &Context<'_>) -> Vec<Part<'a>> {
        let note = self.note().map(|note| Part::Lead(note.into()));
        let query = self.query().map(Part::Query);
        note.into_iter().chain(query).collect()
    }
}
