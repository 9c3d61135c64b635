//! The one form in which time is kept.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Error;

/// A moment in UTC, to the microsecond, within the years 0 to 9999.
///
/// That is what every store and every format can keep. Finer parts are cut off towards the past.
/// It prints as RFC 3339, which is also how it is serialized.
///
/// ```
/// use tracking_core::Timestamp;
///
/// let time: Timestamp = "2026-11-23T15:47:01.123456+01:00".parse()?;
/// assert_eq!(time.to_string(), "2026-11-23T14:47:01.123456Z");
/// assert_eq!(time.micros(), 1_795_445_221_123_456);
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const MICROS_PER_SECOND: i64 = 1_000_000;

impl Timestamp {
    /// The start of the year 0.
    pub const MIN: Self = Self(-62_167_219_200 * MICROS_PER_SECOND);
    /// The last microsecond of the year 9999.
    pub const MAX: Self = Self(253_402_300_800 * MICROS_PER_SECOND - 1);
    /// The start of 1970, which is a time like any other.
    pub const EPOCH: Self = Self(0);

    /// Takes microseconds since the start of 1970 in UTC.
    ///
    /// # Errors
    ///
    /// [`Error::TimeOutOfRange`] beyond the years 0 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, Error> {
        if (Self::MIN.0..=Self::MAX.0).contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(Error::time_out_of_range(format!("{micros} µs since 1970")))
        }
    }

    /// Takes whole seconds since the start of 1970 in UTC.
    ///
    /// # Errors
    ///
    /// [`Error::TimeOutOfRange`] beyond the years 0 to 9999.
    pub fn from_secs(secs: i64) -> Result<Self, Error> {
        secs.checked_mul(MICROS_PER_SECOND)
            .and_then(|micros| Self::from_micros(micros).ok())
            .ok_or_else(|| Error::time_out_of_range(format!("{secs} s since 1970")))
    }

    /// Microseconds since the start of 1970 in UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the start of 1970 in UTC, rounded towards the past.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// As the time library has it.
    pub fn to_datetime(self) -> DateTime<Utc> {
        // Within the years 0 to 9999 there is always one; 1970 is never reached.
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The moment that lies `delta` later, held at [`MIN`](Self::MIN) and [`MAX`](Self::MAX).
    #[must_use]
    pub fn saturating_add(self, delta: TimeDelta) -> Self {
        let micros = delta
            .num_microseconds()
            .unwrap_or(if delta < TimeDelta::zero() {
                i64::MIN
            } else {
                i64::MAX
            });
        Self(
            self.0
                .saturating_add(micros)
                .clamp(Self::MIN.0, Self::MAX.0),
        )
    }

    /// How much later this moment is than `earlier`; negative where it is earlier.
    pub fn since(self, earlier: Self) -> TimeDelta {
        TimeDelta::microseconds(self.0 - earlier.0)
    }

    /// The microsecond before, held at [`MIN`](Self::MIN).
    #[must_use]
    pub fn just_before(self) -> Self {
        Self((self.0 - 1).max(Self::MIN.0))
    }

    /// Like `2026-11-23 15:47`, as tracks and runs print it, in UTC.
    pub fn to_minute_string(self) -> String {
        self.to_datetime().format("%Y-%m-%d %H:%M").to_string()
    }
}

impl<Tz: TimeZone> TryFrom<DateTime<Tz>> for Timestamp {
    type Error = Error;

    fn try_from(time: DateTime<Tz>) -> Result<Self, Error> {
        Self::from_micros(time.timestamp_micros())
            .map_err(|_| Error::time_out_of_range(time.to_utc().to_rfc3339()))
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(time: Timestamp) -> Self {
        time.to_datetime()
    }
}

impl From<SystemTime> for Timestamp {
    /// Takes a time of the standard library, held at [`MIN`](Self::MIN) and [`MAX`](Self::MAX).
    fn from(time: SystemTime) -> Self {
        let since = |micros: u128| i128::try_from(micros).unwrap_or(i128::MAX);
        let micros = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => since(after.as_micros()),
            // Finer parts are cut off towards the past.
            Err(before) => -since(before.duration().as_nanos().div_ceil(1_000)),
        };
        let micros = micros.clamp(Self::MIN.0.into(), Self::MAX.0.into());
        Self(i64::try_from(micros).unwrap_or_default())
    }
}

impl From<&Self> for Timestamp {
    fn from(time: &Self) -> Self {
        *time
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    /// Reads RFC 3339 with any offset.
    fn from_str(text: &str) -> Result<Self, Error> {
        let time = DateTime::parse_from_rfc3339(text)
            .map_err(|_| Error::parse("time stamp", text, "2026-11-23T15:47:01.123456Z"))?;
        Self::try_from(time)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            &self
                .to_datetime()
                .to_rfc3339_opts(SecondsFormat::AutoSi, true),
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_the_years_0_to_9999() {
        assert_eq!(Timestamp::MIN.to_string(), "0000-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999999Z");
        assert!(Timestamp::from_micros(Timestamp::MAX.micros() + 1).is_err());
        assert!(Timestamp::from_micros(Timestamp::MIN.micros() - 1).is_err());
        assert!(Timestamp::from_secs(i64::MAX).is_err());
        assert!(Timestamp::try_from(DateTime::<Utc>::MAX_UTC).is_err());
    }

    #[test]
    fn what_is_finer_than_a_microsecond_is_cut_towards_the_past() {
        let before_1970 = DateTime::from_timestamp(-1, 999_999_999).unwrap();
        assert_eq!(Timestamp::try_from(before_1970).unwrap().micros(), -1);
        assert_eq!(Timestamp::from_micros(-1).unwrap().secs(), -1);
    }

    #[test]
    fn a_system_time_is_cut_towards_the_past_and_held_within_the_range() {
        use std::time::Duration;
        let at = |nanos| SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
        let before = |nanos| SystemTime::UNIX_EPOCH - Duration::from_nanos(nanos);
        assert_eq!(Timestamp::from(at(1_999)).micros(), 1);
        assert_eq!(Timestamp::from(before(1)).micros(), -1);
        assert_eq!(Timestamp::from(before(2_000)).micros(), -2);
        let far = Duration::from_secs(400_000_000_000);
        assert_eq!(
            Timestamp::from(SystemTime::UNIX_EPOCH + far),
            Timestamp::MAX
        );
        assert_eq!(
            Timestamp::from(SystemTime::UNIX_EPOCH - far),
            Timestamp::MIN
        );
    }

    #[test]
    fn text_and_back() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2026-11-23T15:47:01.000001Z",
            "0000-01-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert!("2026-11-23".parse::<Timestamp>().is_err());
    }

    #[test]
    fn adding_stays_within_the_range() {
        assert_eq!(
            Timestamp::MAX.saturating_add(TimeDelta::MAX),
            Timestamp::MAX
        );
        assert_eq!(
            Timestamp::MIN.saturating_add(TimeDelta::MIN),
            Timestamp::MIN
        );
        assert_eq!(Timestamp::MIN.just_before(), Timestamp::MIN);
    }
}
