//! The options for the time of a change, and for the time zone.

use clap::Args;
use tracking_core::{Clock, Timestamp};

use super::time::{Moment, Viewer, moment};
use super::zone::ZoneChoice;

/// The time of a change.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct TimeArg {
    /// When it was, instead of now: 2026-11-23, 2026-11-23 15:47, yesterday, 2h, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment)]
    time: Option<Moment>,

    #[command(flatten)]
    zone: ZoneArg,
}

/// The time zone of times without an offset.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ZoneArg {
    /// Time zone of times that are given without an offset, and of times and days that are shown:
    /// `Europe/Berlin`, `+01:00`, `UTC`, or `local` for that of this machine
    ///
    /// In csv, json and jsonl, times are always in UTC, as RFC 3339; days are those of the zone.
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "UTC",
        allow_hyphen_values = true
    )]
    pub(crate) time_zone: ZoneChoice,
}

impl TimeArg {
    /// The given time; `None` means now.
    pub(crate) fn time(self, clock: &dyn Clock) -> Option<Timestamp> {
        let viewer = self.zone.viewer(clock);
        self.time.map(|time| time.first(viewer))
    }
}

impl ZoneArg {
    /// The viewer in this time zone.
    pub(crate) fn viewer(self, clock: &dyn Clock) -> Viewer {
        Viewer::new(self.time_zone, clock)
    }
}
