//! Counts, each with its name.

use serde::Serialize;
use tracking_core::{Group, GroupKey, RunId, TaskId, UserName};

macro_rules! named {
    ($(#[$about:meta])* $count_of:ident, $name:ident: $type:ty = $key:ident) => {
        $(#[$about])*
        #[derive(Debug, Serialize)]
        pub(crate) struct $count_of {
            pub(crate) $name: $type,
            pub(crate) count: u64,
        }

        impl $count_of {
            /// A group, where it is of such a name.
            pub(crate) fn of(group: &Group) -> Option<Self> {
                match group.key() {
                    GroupKey::$key($name) => Some(Self {
                        $name: $name.clone(),
                        count: group.count(),
                    }),
                    _ => None,
                }
            }
        }
    };
}

named! {
    /// How many tracks a task has.
    TaskCount, task: TaskId = Task
}
named! {
    /// How many tracks a user has.
    UserCount, user: UserName = User
}
named! {
    /// How many tracks a run has.
    RunCount, run: RunId = Run
}

/// The largest groups, each with its name.
pub(crate) fn largest<T>(groups: &[Group], limit: usize, of: fn(&Group) -> Option<T>) -> Vec<T> {
    let largest = Group::largest(groups.to_vec(), limit);
    largest.iter().filter_map(of).collect()
}
