//! Times by a pattern as of `strftime`.

use chrono::format::{Fixed, Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use tracking_core::{Timestamp, Zone};

/// A pattern of times as of `strftime`, from which a time can be told: a whole date at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimePattern {
    pub(super) text: String,
    items: Vec<Item<'static>>,
}

impl TimePattern {
    /// Takes a pattern.
    ///
    /// # Errors
    ///
    /// Why no time can be told from what is written so.
    pub(super) fn of(text: &str) -> Result<Self, &'static str> {
        let items = StrftimeItems::new(text)
            .parse_to_owned()
            .map_err(|_| "it has a letter after % that means nothing")?;
        let pattern = Self {
            text: text.to_owned(),
            items,
        };
        pattern.check()?;
        Ok(pattern)
    }

    /// Writes some moments down and reads them again, since what is enough for a time depends on
    /// all parts together.
    fn check(&self) -> Result<(), &'static str> {
        let samples = [
            "2026-11-23T15:47:41.123456+01:00",
            "1987-02-03T04:05:06.000007-03:30",
        ];
        for sample in samples {
            let Ok(sample) = DateTime::parse_from_rfc3339(sample) else {
                continue;
            };
            let parsed = self.round_trip(&sample);
            let parsed = parsed.ok_or("what is written so cannot be read again")?;
            if parsed.timestamp().is_some() {
                continue;
            }
            if parsed.to_naive_date().is_err() {
                return Err(
                    "it does not tell the day; it needs a year, a month and a day, as in %Y-%m-%d",
                );
            }
            let local = local(parsed).ok_or(
                "it tells only a part of the time of day; give the hour by %H, or by %I with %p, \
                 and all down to the smallest part",
            )?;
            if !agree(local, &sample) {
                return Err("two different times are written in the same way");
            }
        }
        Ok(())
    }

    fn round_trip(&self, sample: &DateTime<FixedOffset>) -> Option<Parsed> {
        use std::fmt::Write as _;

        // `%#z` can be read but not written.
        let permissive = StrftimeItems::new("%#z").next();
        let items = self.items.iter().map(|item| match permissive.as_ref() {
            Some(permissive) if permissive == item => Item::Fixed(Fixed::TimezoneOffset),
            _ => item.clone(),
        });
        let mut written = String::new();
        write!(written, "{}", sample.format_with_items(items)).ok()?;
        let mut parsed = Parsed::new();
        parse(&mut parsed, &written, self.items.iter()).ok()?;
        Some(parsed)
    }

    /// Reads a time; one without an offset is in `zone`. One without a time of day is the start
    /// of its day.
    pub(super) fn read(&self, text: &str, zone: &Zone) -> Option<Timestamp> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, text, self.items.iter()).ok()?;
        if parsed.timestamp().is_some() {
            let utc = parsed.to_naive_datetime_with_offset(0).ok()?;
            return Timestamp::try_from(utc.and_utc()).ok();
        }
        let offset = parsed.offset();
        let is_day = has_no_time(&parsed);
        let local = local(parsed)?;
        match offset {
            Some(offset) => {
                let utc = local.checked_sub_signed(TimeDelta::seconds(offset.into()))?;
                Timestamp::try_from(utc.and_utc()).ok()
            }
            None if is_day => super::local::start_of_day(local.date(), zone),
            None => super::local::in_zone(local, zone),
        }
    }
}

fn has_no_time(parsed: &Parsed) -> bool {
    parsed.hour_div_12().is_none()
        && parsed.hour_mod_12().is_none()
        && parsed.minute().is_none()
        && parsed.second().is_none()
        && parsed.nanosecond().is_none()
}

/// What the clocks show. Without a time of day it is midnight; without minutes, the full hour.
fn local(mut parsed: Parsed) -> Option<NaiveDateTime> {
    if has_no_time(&parsed) {
        return Some(parsed.to_naive_date().ok()?.and_time(NaiveTime::MIN));
    }
    if parsed.minute().is_none() && parsed.second().is_none() && parsed.nanosecond().is_none() {
        parsed.set_minute(0).ok()?;
    }
    // A fraction needs seconds to be of.
    if parsed.nanosecond().is_some() && parsed.second().is_none() {
        return None;
    }
    parsed.to_naive_datetime_with_offset(0).ok()
}

/// Whether a time is a moment that was written down, as far as it says anything of it.
fn agree(read: NaiveDateTime, sample: &DateTime<FixedOffset>) -> bool {
    let sample = sample.naive_local();
    let part = |read: u32, sample: u32| read == sample || read == 0;
    read.num_days_from_ce() == sample.num_days_from_ce()
        && part(read.hour(), sample.hour())
        && part(read.minute(), sample.minute())
        && part(read.second(), sample.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<String> {
        let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
        let pattern = TimePattern::of(pattern).unwrap();
        pattern.read(text, &zone).map(|time| time.to_string())
    }

    #[test]
    fn a_date_alone_is_midnight_in_the_zone() {
        let midnight = Some("2026-11-22T23:00:00Z".to_owned());
        for (pattern, text) in [
            ("%Y-%m-%d", "2026-11-23"),
            ("%d.%m.%Y", "23.11.2026"),
            ("%F", "2026-11-23"),
            ("%D", "11/23/26"),
            ("%d %b %y", "23 Nov 26"),
            ("%a %d %B %Y", "Mon 23 November 2026"),
            ("%C%y%m%d", "20261123"),
            ("%Y%j", "2026327"),
            ("%G-W%V-%u", "2026-W48-1"),
            ("%Y %U %w", "2026 47 1"),
            ("%Y %W %A", "2026 47 Monday"),
            ("%v", "23-Nov-2026"),
            ("%Y-%m-%d %Z", "2026-11-23 CET"),
        ] {
            assert_eq!(read(pattern, text), midnight, "{pattern}");
        }
        assert_eq!(
            read("%Y-%m-%d %z", "2026-11-23 -0500").unwrap(),
            "2026-11-23T05:00:00Z"
        );
    }

    #[test]
    fn an_hour_alone_is_the_full_hour() {
        assert_eq!(
            read("%F %H", "2026-11-23 15").unwrap(),
            "2026-11-23T14:00:00Z"
        );
        assert_eq!(
            read("%F %I %p", "2026-11-23 03 PM").unwrap(),
            "2026-11-23T14:00:00Z"
        );
        assert_eq!(
            read("%F %R", "2026-11-23 15:47").unwrap(),
            "2026-11-23T14:47:00Z"
        );
    }

    #[test]
    fn every_pattern_that_tells_a_time_is_taken() {
        for (pattern, text, time) in [
            ("%s", "1795445221", "2026-11-23T14:47:01Z"),
            ("%s.%3f", "1795445221.250", "2026-11-23T14:47:01.250Z"),
            (
                "%+",
                "2026-11-23T15:47:01.5+01:00",
                "2026-11-23T14:47:01.500Z",
            ),
            ("%c", "Mon Nov 23 15:47:01 2026", "2026-11-23T14:47:01Z"),
            ("%x %X", "11/23/26 15:47:01", "2026-11-23T14:47:01Z"),
            ("%F %r", "2026-11-23 03:47:01 PM", "2026-11-23T14:47:01Z"),
            ("%F %l:%M%P", "2026-11-23  3:47pm", "2026-11-23T14:47:00Z"),
            (
                "%e/%b/%Y:%k:%M:%S%.f",
                "23/Nov/2026:15:47:01.5",
                "2026-11-23T14:47:01.500Z",
            ),
            (
                "%FT%T%:z",
                "2026-11-23T15:47:01+01:00",
                "2026-11-23T14:47:01Z",
            ),
            ("%FT%T%#z", "2026-11-23T15:47:01+01", "2026-11-23T14:47:01Z"),
        ] {
            assert_eq!(read(pattern, text).as_deref(), Some(time), "{pattern}");
        }
        assert_eq!(
            read("%d.%m.%y", "01.01.70").unwrap(),
            "1969-12-31T23:00:00Z"
        );
    }

    #[test]
    fn a_pattern_that_cannot_tell_a_time_is_refused_with_the_reason() {
        for (pattern, why) in [
            ("%H:%M", "the day"),
            ("%T", "the day"),
            ("%r", "the day"),
            ("%R %z", "the day"),
            ("%m-%d", "the day"),
            ("%Y-%m", "the day"),
            ("%Y", "the day"),
            ("%y %H:%M", "the day"),
            ("%d %H:%M", "the day"),
            ("%a %H:%M", "the day"),
            ("%C-%m-%d", "the day"),
            ("%G-W%V", "the day"),
            ("%Y-W%V-%u", "the day"),
            ("%G-%m-%d", "the day"),
            ("%U %a", "the day"),
            ("%j", "the day"),
            ("%%", "the day"),
            ("%z", "the day"),
            ("%F %I:%M", "part of the time of day"),
            ("%F %p", "part of the time of day"),
            ("%F %M", "part of the time of day"),
            ("%F %H %S", "part of the time of day"),
            ("%F %H:%M %3f", "part of the time of day"),
            ("%F %3f", "part of the time of day"),
            ("%Q", "after %"),
            ("%", "after %"),
        ] {
            let error = TimePattern::of(pattern).unwrap_err();
            assert!(error.contains(why), "{pattern}: {error}");
        }
    }
}
