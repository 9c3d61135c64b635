//! How times are written in a log whose fields a user has named.

use std::fmt;
use std::str::FromStr;

use tracking_core::{Timestamp, Zone};

use super::pattern::TimePattern;
use super::unix::{self, Unit};
use super::{iso, local, text};

/// How a log writes its times.
///
/// As text: `auto`, `rfc3339`, `unix`, `unix-millis`, `unix-micros`, `clf`, or a pattern as of
/// `strftime`, which has a percent sign. Names of months and days are English in every locale. A
/// date without a time of day is its midnight in the zone that is given; a pattern that does not
/// tell the date is refused.
///
/// ```
/// use tracking_core::Zone;
/// use tracking_loader::TimeFormat;
///
/// let format: TimeFormat = "%d.%m.%Y %H:%M".parse()?;
/// let time = format.read("23.11.2026 14:47", &Zone::utc()).unwrap();
/// assert_eq!(time.to_string(), "2026-11-23T14:47:00Z");
///
/// assert_eq!(TimeFormat::Auto.read("23/Nov/2026:15:47:00 +0100", &Zone::utc()), Some(time));
/// assert_eq!(TimeFormat::Auto.read("1795445220.0", &Zone::utc()), Some(time));
/// # Ok::<(), tracking_loader::TimeFormatError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeFormat {
    /// Any of the following but a pattern; what a number counts is found out from its size.
    #[default]
    Auto,
    /// RFC 3339; a blank for the `T`, a comma before the fraction and no offset are fine too.
    Rfc3339,
    /// Seconds since the start of 1970, whole or not.
    Unix,
    /// Milliseconds since then.
    UnixMillis,
    /// Microseconds since then.
    UnixMicros,
    /// As in the Common Log Format, with or without brackets.
    Clf,
    /// A pattern as of `strftime`.
    Pattern(TimePattern),
}

/// A text that says nothing of how times are written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeFormatError {
    /// It is none of the names, and no pattern.
    #[error(
        "{text:?} is no format of times; take auto, rfc3339, unix, unix-millis, unix-micros, clf, \
         or a pattern like %Y-%m-%d %H:%M:%S"
    )]
    #[non_exhaustive]
    Unknown {
        /// The text.
        text: String,
    },

    /// It is a pattern, but no time can be read by it.
    #[error("no time can be read as {text:?}: {why}")]
    #[non_exhaustive]
    Unusable {
        /// The pattern.
        text: String,
        /// What it lacks.
        why: &'static str,
    },
}

impl TimeFormat {
    /// Reads a time; one without an offset is in `zone`. Nothing where it is none.
    pub fn read(&self, text: &str, zone: &Zone) -> Option<Timestamp> {
        match self {
            Self::Auto => auto(text, zone),
            Self::Rfc3339 => iso::read(text, zone),
            Self::Unix => unix::read(text, Some(Unit::Seconds)),
            Self::UnixMillis => unix::read(text, Some(Unit::Millis)),
            Self::UnixMicros => unix::read(text, Some(Unit::Micros)),
            Self::Clf => text::unbracketed(text),
            Self::Pattern(pattern) => pattern.read(text, zone),
        }
    }

    /// What a time looks like, for saying what was expected.
    pub(in crate::reader) fn looks(&self) -> Looks<'_> {
        Looks(self)
    }
}

/// Shows what times look like.
pub(in crate::reader) struct Looks<'a>(&'a TimeFormat);

impl fmt::Display for Looks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            TimeFormat::Auto => "a time, such as 2026-11-23T15:47:01+01:00 or 1795445221.5",
            TimeFormat::Rfc3339 => "a time like 2026-11-23T15:47:01+01:00",
            TimeFormat::Unix => "seconds since the start of 1970",
            TimeFormat::UnixMillis => "milliseconds since the start of 1970",
            TimeFormat::UnixMicros => "microseconds since the start of 1970",
            TimeFormat::Clf => "a time like 23/Nov/2026:15:47:01 +0100",
            TimeFormat::Pattern(pattern) => return write!(f, "a time like {}", pattern.text),
        })
    }
}

fn auto(text: &str, zone: &Zone) -> Option<Timestamp> {
    match text.as_bytes() {
        [b'[', ..] | [_, _, b'/', ..] => text::unbracketed(text),
        [_, _, _, _, b'-' | b'/', rest @ ..] if rest.len() == 5 => {
            local::start_of_day(iso::date_of(text)?, zone)
        }
        [_, _, _, _, b'-' | b'/', ..] => iso::read(text, zone),
        _ => unix::read(text, None),
    }
}

impl FromStr for TimeFormat {
    type Err = TimeFormatError;

    fn from_str(text: &str) -> Result<Self, TimeFormatError> {
        Ok(match text {
            "auto" => Self::Auto,
            "rfc3339" => Self::Rfc3339,
            "unix" => Self::Unix,
            "unix-millis" => Self::UnixMillis,
            "unix-micros" => Self::UnixMicros,
            "clf" => Self::Clf,
            pattern if pattern.contains('%') => {
                let pattern = TimePattern::of(pattern);
                Self::Pattern(pattern.map_err(|why| TimeFormatError::Unusable {
                    text: text.to_owned(),
                    why,
                })?)
            }
            _ => {
                let text = text.to_owned();
                return Err(TimeFormatError::Unknown { text });
            }
        })
    }
}

impl fmt::Display for TimeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Auto => "auto",
            Self::Rfc3339 => "rfc3339",
            Self::Unix => "unix",
            Self::UnixMillis => "unix-millis",
            Self::UnixMicros => "unix-micros",
            Self::Clf => "clf",
            Self::Pattern(pattern) => &pattern.text,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    fn read(format: &str, time: &str) -> Option<String> {
        let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
        let format: TimeFormat = format.parse().unwrap();
        format.read(time, &zone).map(|time| time.to_string())
    }

    #[test]
    fn every_format_reads_its_times() {
        let expected = Some("2026-11-23T14:47:01Z".to_owned());
        for (format, time) in [
            ("rfc3339", "2026-11-23T15:47:01+01:00"),
            ("rfc3339", "2026-11-23 15:47:01"),
            ("unix", "1795445221"),
            ("unix-millis", "1795445221000"),
            ("unix-micros", "1795445221000000"),
            ("clf", "[23/Nov/2026:09:47:01 -0500]"),
            ("clf", "23/Nov/2026:09:47:01 -0500"),
            ("%d/%b/%Y:%H:%M:%S %z", "23/Nov/2026:09:47:01 -0500"),
            (
                "%A, %d %B %Y, %I:%M:%S %p",
                "Monday, 23 November 2026, 03:47:01 PM",
            ),
            ("%s", "1795445221"),
            ("%Y%m%d%H%M%S", "20261123154701"),
        ] {
            assert_eq!(read(format, time), expected, "{format}");
            if !format.contains('%') {
                assert_eq!(read("auto", time), expected, "auto, as {format}");
            }
        }
    }

    #[test]
    fn a_date_alone_is_midnight() {
        for text in ["2026-11-23", "2026/11/23"] {
            assert_eq!(read("auto", text).unwrap(), "2026-11-22T23:00:00Z");
        }
        assert_eq!(read("auto", "2026-11-31"), None);
    }

    #[test]
    fn what_is_not_in_the_format_is_none() {
        for (format, time) in [
            ("rfc3339", "1795445221"),
            ("unix", "2026-11-23T15:47:01Z"),
            ("clf", "23/Nov/2026:09:47:01"),
            ("clf", "[23/Nov/2026:09:47:01 +0000"),
            ("clf", "23/Nov/2026:09:47:01 +0000]"),
            ("%d.%m.%Y", "31.11.2026"),
            ("%d.%m.%Y %H:%M", "31.11.2026 10:00"),
            ("auto", "tomorrow"),
            ("auto", ""),
        ] {
            assert_eq!(read(format, time), None, "{format} {time}");
        }
    }

    #[test]
    fn what_is_no_format_is_refused() {
        let error = |text: &str| text.parse::<TimeFormat>().unwrap_err().to_string();
        for text in ["", "iso"] {
            assert!(error(text).contains("take auto"), "{text}");
        }
        assert_eq!(
            error("%H:%M"),
            "no time can be read as \"%H:%M\": it does not tell the day; it needs a year, a month \
             and a day, as in %Y-%m-%d"
        );
        for text in ["auto", "unix-millis", "%Y-%m-%d %H"] {
            assert_eq!(text.parse::<TimeFormat>().unwrap().to_string(), text);
        }
    }
}
