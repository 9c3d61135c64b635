//! Counts, each with its name.

use serde::Serialize;
use tracking_core::{Group, GroupKey, RunId, TaskId, UserName};

macro_rules! named {
    ($(#[$about:meta])* $shape:ident, $name:ident: $type:ty = $key:ident) => {
        $(#[$about])*
        #[derive(Debug, Serialize)]
        pub(crate) struct $shape {
            pub(crate) $name: $type,
            pub(crate) count: u64,
        }

        impl $shape {
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
    OfTask, task: TaskId = Task
}
named! {
    /// How many tracks a user has.
    OfUser, user: UserName = User
}
named! {
    /// How many tracks a run has.
    OfRun, run: RunId = Run
}

/// The largest groups, each with its name.
pub(crate) fn largest<T>(groups: &[Group], most: usize, of: fn(&Group) -> Option<T>) -> Vec<T> {
    let largest = Group::largest(groups.to_vec(), most);
    largest.iter().filter_map(of).collect()
}
