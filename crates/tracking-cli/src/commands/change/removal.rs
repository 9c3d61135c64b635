//! How many tracks are gone.

use serde::Serialize;

use crate::args::Done;
use crate::shapes::plural;

/// How many tracks were to go, and went.
#[derive(Debug, Serialize)]
pub(super) struct Removal {
    /// How many there were to remove.
    pub(super) matching: u64,
    /// How many of them were removed; none where they were only counted.
    pub(super) removed: u64,
    #[serde(skip)]
    pub(super) is_dry_run: bool,
}

impl Removal {
    /// They were only counted.
    pub(super) fn counted(matching: u64) -> Self {
        Self {
            matching,
            removed: 0,
            is_dry_run: true,
        }
    }

    /// They were removed.
    pub(super) fn done(matching: u64, removed: u64) -> Self {
        Self {
            matching,
            removed,
            is_dry_run: false,
        }
    }
}

impl Done for Removal {
    fn sentence(&self) -> String {
        if self.is_dry_run {
            format!("this would remove {}", plural(self.matching, "track"))
        } else {
            format!("removed {}", plural(self.removed, "track"))
        }
    }
}
