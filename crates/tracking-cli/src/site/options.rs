//! The contents of a site.

use tracking_core::{Query, TrackingStorage, Zone};
use tracking_views::{Context, Terms};

use crate::args::ZoneChoice;
use crate::queries::PanelSpec;

/// The contents of a site.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    pub(crate) store: &'a dyn TrackingStorage,
    /// The query for its tracks.
    pub(crate) query: &'a Query,
    /// The criteria that pages show.
    pub(crate) criteria: &'a Query,
    pub(crate) title: &'a str,
    pub(crate) zone: &'a Zone,
    pub(crate) zone_choice: ZoneChoice,
    pub(crate) context: &'a Context<'static>,
    pub(crate) terms: &'a Terms,
    pub(crate) panels: &'a [PanelSpec],
    /// Whether the tracks are the requests of a web log.
    pub(crate) is_web: bool,
    /// The most tasks, users and runs that get a page of their own.
    pub(crate) top: usize,
    /// Sentences for the foot of the overview.
    pub(crate) notes: &'a [String],
}
