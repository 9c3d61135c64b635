//! Time for people, in UTC.

use std::fmt;

use chrono::TimeDelta;
use tracking_core::Timestamp;

/// Prints a time like `2026-11-23 15:47:01`, to the second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(Timestamp);

/// Shows a time.
pub(crate) fn moment(time: Timestamp) -> Moment {
    Moment(time)
}

impl Moment {
    /// All of it, for programs.
    pub(crate) fn exact(self) -> String {
        self.0.to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.to_datetime().format("%Y-%m-%d %H:%M:%S").fmt(f)
    }
}

/// A length of time by its two largest units: `3 d 4 h`, `12 min 5 s`, `0 s`.
pub(crate) fn span(length: TimeDelta) -> String {
    let seconds = length.num_seconds().unsigned_abs();
    let sign = if length.num_seconds() < 0 { "-" } else { "" };
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let first = units.iter().position(|unit| unit.0 > 0).unwrap_or(3);
    let shown: Vec<_> = units
        .iter()
        .skip(first)
        .take(2)
        .enumerate()
        .filter(|(place, unit)| *place == 0 || unit.0 > 0)
        .map(|(_, (number, name))| format!("{number} {name}"))
        .collect();
    format!("{sign}{}", shown.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_shows_its_two_largest_units() {
        let shown = |seconds| span(TimeDelta::seconds(seconds));
        assert_eq!(shown(0), "0 s");
        assert_eq!(shown(59), "59 s");
        assert_eq!(shown(725), "12 min 5 s");
        assert_eq!(shown(3600), "1 h");
        assert_eq!(shown(3605), "1 h");
        assert_eq!(shown(273_600), "3 d 4 h");
        assert_eq!(shown(-90), "-1 min 30 s");
    }

    #[test]
    fn the_ends_of_time_are_shown() {
        assert_eq!(moment(Timestamp::MIN).to_string(), "0000-01-01 00:00:00");
        assert_eq!(moment(Timestamp::MAX).to_string(), "9999-12-31 23:59:59");
        let all = span(Timestamp::MAX.since(Timestamp::MIN));
        assert_eq!(all, "3652424 d 23 h");
    }
}
