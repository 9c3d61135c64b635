//! Runs of a log: what one user does without a long pause.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::TimeDelta;
use tracking_core::{Timestamp, UserName};

/// The longest pause within a run; after a longer one, the user's next run starts.
///
/// ```
/// use chrono::TimeDelta;
/// use tracking_logfile::SessionGap;
///
/// assert_eq!(SessionGap::default().length(), TimeDelta::minutes(30));
/// assert!(SessionGap::new(TimeDelta::seconds(-1)).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionGap(TimeDelta);

impl SessionGap {
    /// Takes a length of time; nothing where that is negative.
    pub fn new(length: TimeDelta) -> Option<Self> {
        (length >= TimeDelta::zero()).then_some(Self(length))
    }

    /// How long it is.
    pub fn length(self) -> TimeDelta {
        self.0
    }
}

impl Default for SessionGap {
    /// 30 minutes, as web statistics have it.
    fn default() -> Self {
        Self(TimeDelta::minutes(30))
    }
}

/// Gives each record its run, by its number counted from 0. Records come in order of time.
#[derive(Debug)]
pub(crate) struct Sessions {
    gap: SessionGap,
    started: usize,
    open: HashMap<UserName, Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    number: usize,
    last: Timestamp,
}

impl Sessions {
    pub(crate) fn new(gap: SessionGap) -> Self {
        Self {
            gap,
            started: 0,
            open: HashMap::new(),
        }
    }

    /// How many runs there are so far; a record with the number of that before starts one.
    pub(crate) fn started(&self) -> usize {
        self.started
    }

    /// The run of what a user does at a time.
    pub(crate) fn run_of(&mut self, user: &UserName, time: Timestamp) -> usize {
        let fresh = Open {
            number: self.started,
            last: time,
        };
        let open = match self.open.entry(user.clone()) {
            Entry::Vacant(vacant) => vacant.insert(fresh),
            Entry::Occupied(occupied) => {
                let open = occupied.into_mut();
                if time.since(open.last) > self.gap.0 {
                    *open = fresh;
                }
                open
            }
        };
        open.last = time;
        let number = open.number;
        self.started = self.started.max(number + 1);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(gap: i64, visits: &[(&str, i64)]) -> Vec<usize> {
        let gap = SessionGap::new(TimeDelta::seconds(gap)).unwrap();
        let mut sessions = Sessions::new(gap);
        let mut run = |&(user, secs): &(&str, i64)| {
            let user = UserName::new(user).unwrap();
            sessions.run_of(&user, Timestamp::from_secs(secs).unwrap())
        };
        visits.iter().map(&mut run).collect()
    }

    #[test]
    fn a_gap_that_is_just_as_long_does_not_split() {
        assert_eq!(runs(1800, &[("a", 0), ("a", 1800), ("a", 3601)]), [0, 0, 1]);
    }

    #[test]
    fn each_user_has_runs_of_their_own() {
        let visits = [("a", 0), ("b", 5), ("a", 10), ("b", 16), ("a", 20)];
        assert_eq!(runs(10, &visits), [0, 1, 0, 2, 0]);
    }

    #[test]
    fn with_no_gap_only_what_is_at_one_moment_is_together() {
        assert_eq!(runs(0, &[("a", 1), ("a", 1), ("a", 2)]), [0, 0, 1]);
    }
}
