//! Which records are loaded.

use regex::Regex;
use tracking_core::{Query, RunId, TrackId, TrackRef};

use crate::LogRecord;

/// Which records are loaded; by default all of them.
///
/// ```
/// use tracking_core::Query;
/// use tracking_logfile::{LogFilter, NamePattern};
///
/// let filter = LogFilter::new()
///     .only(Query::all().field_in("status", [200, 304]))
///     .except(Query::all().user("monitor"))
///     .except_tasks(NamePattern::new("*.css"));
/// # let _ = filter;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LogFilter {
    only: Query,
    except: Vec<Query>,
    tasks: Patterns,
    users: Patterns,
}

/// What names must be like, and what they must not be like.
#[derive(Clone, Debug, Default)]
struct Patterns {
    only: Vec<NamePattern>,
    except: Vec<NamePattern>,
}

/// A pattern of task ids, user names or names of files: `*` stands for any text, also with slashes
/// in it, `?` for any character.
///
/// ```
/// use tracking_logfile::NamePattern;
///
/// assert!(NamePattern::new("/static/*").matches("/static/a/b.css"));
/// assert!(!NamePattern::new("*.css").matches("/a.css?"));
/// ```
#[derive(Clone, Debug)]
pub struct NamePattern {
    /// Nothing where it is so long that no pattern can be made of it; it matches nothing then.
    regex: Option<Regex>,
}

impl NamePattern {
    /// Takes a pattern; any text is one.
    pub fn new(pattern: &str) -> Self {
        let part = |c: char| match c {
            '*' => ".*".to_owned(),
            '?' => ".".to_owned(),
            c => regex::escape(c.encode_utf8(&mut [0; 4])),
        };
        let pattern: String = pattern.chars().map(part).collect();
        Self {
            regex: Regex::new(&format!("(?s)^{pattern}$")).ok(),
        }
    }

    /// Tells whether a name is like this.
    pub fn matches(&self, name: &str) -> bool {
        self.regex
            .as_ref()
            .is_some_and(|regex| regex.is_match(name))
    }
}

impl Patterns {
    fn allow(&self, name: &str) -> bool {
        let like = |pattern: &NamePattern| pattern.matches(name);
        (self.only.is_empty() || self.only.iter().any(like)) && !self.except.iter().any(like)
    }
}

impl LogFilter {
    /// All records.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only records that meet the criteria of a query, as its tracks would; what it says of
    /// runs, order, cursor and limit has no meaning here.
    pub fn only(self, query: Query) -> Self {
        Self {
            only: query,
            ..self
        }
    }

    /// None of the records that meet the criteria of a query. May be given again.
    pub fn except(mut self, query: Query) -> Self {
        self.except.push(query);
        self
    }

    /// Only records of tasks like this, or like another one that was given.
    pub fn only_tasks(mut self, tasks: NamePattern) -> Self {
        self.tasks.only.push(tasks);
        self
    }

    /// No records of tasks like this. May be given again.
    pub fn except_tasks(mut self, tasks: NamePattern) -> Self {
        self.tasks.except.push(tasks);
        self
    }

    /// Only records of users like this, or like another one that was given.
    pub fn only_users(mut self, users: NamePattern) -> Self {
        self.users.only.push(users);
        self
    }

    /// No records of users like this. May be given again.
    pub fn except_users(mut self, users: NamePattern) -> Self {
        self.users.except.push(users);
        self
    }

    /// Tells whether a record is loaded.
    pub fn matches(&self, record: &LogRecord) -> bool {
        let track = TrackRef::new(
            TrackId::FIRST,
            record.task(),
            RunId::FIRST,
            record.user(),
            record.time(),
            record.data().as_ref(),
        );
        self.only.matches(&track)
            && !self.except.iter().any(|query| query.matches(&track))
            && self.tasks.allow(record.task())
            && self.users.allow(record.user())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_two_signs_and_all_else_stands_for_itself() {
        for (pattern, task, matches) in [
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("/a*", "/a", true),
            ("/a*", "/a/b\nc", true),
            ("*.png", "/x/y.png", true),
            ("*.png", "/x/ypng", false),
            ("/?", "/é", true),
            ("/?", "/", false),
            ("", "", true),
            ("[a]+", "[a]+", true),
            ("[a]+", "a", false),
        ] {
            let found = NamePattern::new(pattern).matches(task);
            assert_eq!(found, matches, "{pattern:?} and {task:?}");
        }
    }
}
