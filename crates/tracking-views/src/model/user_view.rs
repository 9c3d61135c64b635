//! One user.

use tracking_core::{Group, Query, Timestamp, Track, UserName};

use super::about::{About, about};
use super::{Granularity, Part, Ranking, RunRow, Total, TotalValue, TrackColumn, View};
use crate::Context;

/// One user: what, where and when.
///
/// ```
/// use tracking_core::UserName;
/// use tracking_views::{Ranking, TextRenderer, UserView};
///
/// let view = UserView::new(UserName::new("u1")?)
///     .with_total("Tracks", 12_u64)
///     .with_ranking(Ranking::new("Tasks", "Task").with_row("b1", 12));
/// let mut shown = Vec::new();
/// TextRenderer::new().view(&mut shown, &view)?;
/// assert!(String::from_utf8(shown)?.starts_with("User u1\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct UserView {
    user: UserName,
    about: About,
}

impl UserView {
    /// Shows a user under the title that the program has for them, or `User u1`.
    pub fn new(user: UserName) -> Self {
        Self {
            user,
            about: About::new(),
        }
    }

    /// The user.
    pub fn user(&self) -> &UserName {
        &self.user
    }
}

about!(UserView);

impl View for UserView {
    fn heading(&self, context: &Context<'_>) -> String {
        let title = self.about.title.clone();
        let known = title.or_else(|| context.user_title(&self.user));
        known.unwrap_or_else(|| match self.user.as_str() {
            "" => "Nobody in particular".into(),
            user => format!("{} {user}", context.terms().user().title()),
        })
    }

    fn parts<'a>(&'a self, context: &Context<'_>) -> Vec<Part<'a>> {
        // What is called by a title is known by its name still.
        let is_named = self.heading(context).contains(self.user.as_str());
        let name = (!is_named).then(|| {
            Part::Lead(format!("{} {}", context.terms().user().title(), self.user).into())
        });
        let mut parts: Vec<Part<'a>> = name.into_iter().collect();
        parts.extend(self.about.parts(TrackColumn::User, context.terms()));
        parts
    }
}
