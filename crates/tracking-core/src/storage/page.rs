//! Tracks that have been collected.

use serde::{Deserialize, Serialize};

use crate::{Cursor, Track};

/// Some tracks of a query, and where to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// The tracks, in the query's order.
    pub tracks: Vec<Track>,
    /// The place after the last of them, where tracks are left.
    pub next: Option<Cursor>,
}

impl Page {
    /// Puts a page together.
    pub fn new(tracks: Vec<Track>, next: Option<Cursor>) -> Self {
        Self { tracks, next }
    }
}
