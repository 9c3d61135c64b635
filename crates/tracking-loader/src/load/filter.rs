//! Which records are loaded.

use tracking_core::{NamePattern, Query, RunId, TrackId, TrackRef};

use crate::LogRecord;

/// Which records are loaded; by default all of them.
///
/// ```
/// use tracking_core::{NamePattern, Query};
/// use tracking_loader::LogFilter;
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
    except_if: Vec<fn(&LogRecord) -> bool>,
    tasks: Patterns,
    users: Patterns,
}

/// What names must be like, and what they must not be like.
#[derive(Clone, Debug, Default)]
struct Patterns {
    only: Vec<NamePattern>,
    except: Vec<NamePattern>,
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

    /// None of the records of which a function says so, such as those of robots. May be given
    /// again.
    pub fn except_if(mut self, is_left_out: fn(&LogRecord) -> bool) -> Self {
        self.except_if.push(is_left_out);
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
            && !self.except_if.iter().any(|is_left_out| is_left_out(record))
            && self.tasks.allow(record.task())
            && self.users.allow(record.user())
    }
}
