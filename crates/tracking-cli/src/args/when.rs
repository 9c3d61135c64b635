//! When something was, for commands that write it down.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use clap::Args;
use tracking_core::{Clock, Timestamp};

use super::time::{Moment, moment};
use super::zone::ZoneChoice;

/// A time of its own.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct WhenArgs {
    /// When it was, instead of now: 2026-11-23, 2026-11-23 15:47, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment)]
    time: Option<Moment>,

    #[command(flatten)]
    zone: ZoneArg,
}

/// The zone of times without an offset.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ZoneArg {
    /// The zone of times that are given without an offset: `Europe/Berlin`, `+01:00`, `UTC`, or
    /// `local`
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "UTC",
        allow_hyphen_values = true
    )]
    pub(crate) time_zone: ZoneChoice,
}

impl WhenArgs {
    /// The time that is meant; nothing means now.
    pub(crate) fn time(self) -> Option<Timestamp> {
        self.time.map(|time| time.first(self.zone.time_zone))
    }
}

/// A time, or how long ago it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ago {
    Length(TimeDelta),
    At(Moment),
}

impl Ago {
    /// The time that is meant.
    pub(crate) fn time(self, zone: ZoneChoice, clock: &dyn Clock) -> Timestamp {
        match self {
            Self::Length(length) => clock.now().saturating_add(-length),
            Self::At(moment) => moment.first(zone),
        }
    }
}

/// Reads `90d`, or a time.
pub(crate) fn ago(text: &str) -> Result<Ago> {
    if let Ok(length) = humantime::parse_duration(text) {
        return Ok(Ago::Length(TimeDelta::from_std(length)?));
    }
    let moment = moment(text).context("it is no length like 90d or 1h 30m, and no time");
    moment.map(Ago::At)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracking_core::ManualClock;

    #[test]
    fn a_length_goes_back_from_now_and_a_time_stays() {
        let now: Timestamp = "2026-11-23T15:47:00Z".parse().unwrap();
        let clock = ManualClock::new(now);
        for (text, time) in [
            ("90d", "2026-08-25T15:47:00Z"),
            ("1h 30m", "2026-11-23T14:17:00Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01T00:00:00+01:00", "2026-10-31T23:00:00Z"),
            ("90000y", "0000-01-01T00:00:00Z"),
        ] {
            let meant = ago(text).unwrap().time(ZoneChoice::Utc, &clock);
            assert_eq!(
                meant.to_string(),
                time.parse::<Timestamp>().unwrap().to_string()
            );
        }
        for text in ["", "90", "soon", "-3d"] {
            assert!(ago(text).is_err(), "{text}");
        }
    }
}
