//! The unit of a number.

/// The unit of a number, which implies whether more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Unit {
    /// Time.
    #[serde(rename = "ns")]
    Nanoseconds,
    /// Speed, in tracks.
    #[serde(rename = "tracks/s")]
    TracksPerSecond,
    /// Speed, in operations.
    #[serde(rename = "ops/s")]
    OperationsPerSecond,
    /// Memory.
    #[serde(rename = "B/track")]
    BytesPerTrack,
    /// Size of answers, neither good nor bad.
    #[serde(rename = "tracks")]
    Tracks,
}

impl Unit {
    /// Returns whether more is better.
    pub fn is_rate(self) -> bool {
        matches!(self, Self::TracksPerSecond | Self::OperationsPerSecond)
    }

    /// Formats a number of this unit.
    pub fn show(self, value: f64) -> String {
        let (value, suffix) = match self {
            Self::Nanoseconds if value >= 1e9 => (value / 1e9, " s"),
            Self::Nanoseconds if value >= 1e6 => (value / 1e6, " ms"),
            Self::Nanoseconds if value >= 1e3 => (value / 1e3, " µs"),
            Self::Nanoseconds => (value, " ns"),
            Self::BytesPerTrack => (value, " B"),
            Self::Tracks => (value, ""),
            _ if value >= 1e6 => (value / 1e6, " M/s"),
            _ if value >= 1e4 => (value / 1e3, " k/s"),
            _ => (value, " /s"),
        };
        format!("{}{suffix}", significant(value))
    }
}

/// About three digits.
pub(super) fn significant(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_with_three_digits() {
        assert_eq!(Unit::Nanoseconds.show(1_234.0), "1.23 µs");
        assert_eq!(Unit::TracksPerSecond.show(987_384.0), "987 k/s");
        assert_eq!(Unit::BytesPerTrack.show(88.27), "88.3 B");
    }
}
