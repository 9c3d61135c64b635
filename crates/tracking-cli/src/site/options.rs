//! What a site shows.

use tracking_core::{Query, TrackingStorage, Zone};
use tracking_views::{Context, Terms};

use crate::args::ZoneChoice;
use crate::queries::PanelSpec;

/// What a site shows, and how much of it.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    pub(crate) store: &'a dyn TrackingStorage,
    /// The tracks that it is about.
    pub(crate) query: &'a Query,
    /// The criteria that were given for them, which pages show.
    pub(crate) criteria: &'a Query,
    pub(crate) title: &'a str,
    pub(crate) zone: &'a Zone,
    pub(crate) zone_choice: ZoneChoice,
    pub(crate) context: &'a Context<'static>,
    pub(crate) terms: &'a Terms,
    pub(crate) panels: &'a [PanelSpec],
    /// Whether the tracks are the requests of a web log.
    pub(crate) is_web: bool,
    /// How many tasks, users and runs get a page of their own.
    pub(crate) top: usize,
    /// Sentences for the foot of the overview.
    pub(crate) notes: &'a [String],
}
