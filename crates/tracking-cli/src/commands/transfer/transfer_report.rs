//! The result of an export, import or copy.

use serde::Serialize;
use tracking_core::TransferSummary;

use crate::args::CommandResult;
use crate::progress::Steps;
use crate::schema::{list, plural};

/// The result of an export, import or copy.
#[derive(Debug, Serialize)]
pub(super) struct TransferReport {
    #[serde(flatten)]
    pub(super) moved: TransferSummary,
    /// The verb, such as `imported`.
    #[serde(skip)]
    pub(super) done: &'static str,
    /// The file or store, with its preposition.
    #[serde(skip)]
    pub(super) place: String,
}

impl CommandResult for TransferReport {
    fn sentence(&self) -> String {
        let TransferSummary {
            tracks,
            runs,
            keys,
            checkpoints,
            indexes,
            ..
        } = self.moved;
        let rest = [
            (keys, "key"),
            (checkpoints, "checkpoint"),
            (indexes, "index"),
        ];
        let mut counts = vec![plural(tracks, "track"), plural(runs, "run")];
        let rest = rest.iter().filter(|(count, _)| *count > 0);
        counts.extend(rest.map(|(count, what)| plural(*count, what)));
        let (done, place) = (self.done, &self.place);
        let there = match self.moved.already_there {
            0 => String::new(),
            count => format!("; {count} of these were there already"),
        };
        format!("{done} {} {place}{there}", list(&counts))
    }
}

/// Shows how many tracks were transferred.
pub(super) fn progress(steps: &Steps) -> impl FnMut(&TransferSummary) {
    |moved| steps.at(moved.tracks)
}
