//! The terms for tracks, tasks, users and runs.

use std::borrow::Cow;

use crate::format::must_be_escaped;

/// A word for one thing and for several, in lower case. Of longer ones than 40 characters, the rest
/// is removed, and so are control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    one: Cow<'static, str>,
    many: Cow<'static, str>,
}

/// What the views call tracks, tasks, users and runs.
///
/// ```
/// use tracking_views::Terms;
///
/// assert_eq!(Terms::new().track().many(), "tracks");
/// assert_eq!(Terms::web().track().many(), "requests");
/// let course = Terms::new().with_task("lesson", "lessons");
/// assert_eq!(course.task().title(), "Lesson");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Terms {
    track: Term,
    task: Term,
    user: Term,
    run: Term,
}

impl Term {
    const fn fixed(one: &'static str, many: &'static str) -> Self {
        Self {
            one: Cow::Borrowed(one),
            many: Cow::Borrowed(many),
        }
    }

    fn new(one: impl Into<String>, many: impl Into<String>) -> Self {
        Self {
            one: Cow::Owned(word(&one.into())),
            many: Cow::Owned(word(&many.into())),
        }
    }

    /// The word for one of them: `page`.
    pub fn one(&self) -> &str {
        &self.one
    }

    /// The word for several of them: `pages`.
    pub fn many(&self) -> &str {
        &self.many
    }

    /// The word for one of them as a heading: `Page`.
    pub fn title(&self) -> String {
        capitalized(&self.one)
    }

    /// The word for several of them as a heading: `Pages`.
    pub fn titles(&self) -> String {
        capitalized(&self.many)
    }
}

impl Terms {
    /// Tracks, tasks, users and runs.
    pub const fn new() -> Self {
        Self {
            track: Term::fixed("track", "tracks"),
            task: Term::fixed("task", "tasks"),
            user: Term::fixed("user", "users"),
            run: Term::fixed("run", "runs"),
        }
    }

    /// Requests, pages, visitors and sessions, the terms of web logs.
    pub const fn web() -> Self {
        Self {
            track: Term::fixed("request", "requests"),
            task: Term::fixed("page", "pages"),
            user: Term::fixed("visitor", "visitors"),
            run: Term::fixed("session", "sessions"),
        }
    }

    /// What one track and several tracks are called.
    pub fn with_track(self, one: impl Into<String>, many: impl Into<String>) -> Self {
        let track = Term::new(one, many);
        Self { track, ..self }
    }

    /// What one task and several tasks are called.
    pub fn with_task(self, one: impl Into<String>, many: impl Into<String>) -> Self {
        let task = Term::new(one, many);
        Self { task, ..self }
    }

    /// What one user and several users are called.
    pub fn with_user(self, one: impl Into<String>, many: impl Into<String>) -> Self {
        let user = Term::new(one, many);
        Self { user, ..self }
    }

    /// What one run and several runs are called.
    pub fn with_run(self, one: impl Into<String>, many: impl Into<String>) -> Self {
        let run = Term::new(one, many);
        Self { run, ..self }
    }

    /// What a track is called.
    pub const fn track(&self) -> &Term {
        &self.track
    }

    /// What a task is called.
    pub const fn task(&self) -> &Term {
        &self.task
    }

    /// What a user is called.
    pub const fn user(&self) -> &Term {
        &self.user
    }

    /// What a run is called.
    pub const fn run(&self) -> &Term {
        &self.run
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self::new()
    }
}

/// No word is longer, in characters.
const MAX_WORD: usize = 40;

/// A word within a sentence: short, and of visible characters only.
fn word(text: &str) -> String {
    let seen = text.chars().filter(|c| !must_be_escaped(*c));
    seen.take(MAX_WORD).collect()
}

/// A word with its first letter in upper case.
pub(crate) fn capitalized(word: &str) -> String {
    let mut rest = word.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest.as_str().chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_begin_in_upper_case() {
        assert_eq!(capitalized(""), "");
        assert_eq!(capitalized("straße"), "Straße");
        assert_eq!(capitalized("übung"), "Übung");
        assert_eq!(Terms::web().run().titles(), "Sessions");
        let terms = Terms::new().with_run("a\u{1b}[1m\n", "x".repeat(99));
        assert_eq!((terms.run().one(), terms.run().many().len()), ("a[1m", 40));
    }
}
