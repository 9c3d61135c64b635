//! Periods of time as groups.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

use super::{GroupBy, GroupKey};
use crate::{Timestamp, Zone};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// How many days lie between the Monday before 1970 and its first day.
const MONDAY: i64 = 3;

impl GroupBy {
    /// The period that a moment belongs to; nothing where tracks are not grouped by time.
    pub fn period_of(&self, time: Timestamp) -> Option<GroupKey> {
        self.zone().map(|zone| self.period_in(zone, time))
    }

    /// A number that tells the period of a moment from all others of its kind, without making a
    /// key of it; nothing where tracks are not grouped by time. Every store may use this.
    pub fn period_number(&self, time: Timestamp) -> Option<i64> {
        let zone = self.zone()?;
        let seconds = time.secs() + i64::from(zone.offset_at(time));
        let day = seconds.div_euclid(DAY);
        Some(match self {
            Self::Hour(_) => seconds.div_euclid(HOUR),
            Self::Week(_) => (day + MONDAY).div_euclid(7),
            Self::Month(_) => {
                let date = zone.day_of(time);
                i64::from(date.year()) * 12 + i64::from(date.month0())
            }
            Self::HourOfDay(_) => seconds.div_euclid(HOUR).rem_euclid(24),
            Self::DayOfWeek(_) => (day + MONDAY).rem_euclid(7),
            _ => day,
        })
    }

    /// The time zone, where tracks are grouped by time.
    pub fn zone(&self) -> Option<&Zone> {
        match self {
            Self::Day(zone)
            | Self::Hour(zone)
            | Self::Week(zone)
            | Self::Month(zone)
            | Self::HourOfDay(zone)
            | Self::DayOfWeek(zone) => Some(zone),
            _ => None,
        }
    }

    pub(super) fn period_in(&self, zone: &Zone, time: Timestamp) -> GroupKey {
        let day = zone.day_of(time);
        match self {
            Self::Hour(_) => GroupKey::Hour(hour_of(zone, time)),
            Self::Week(_) => {
                let monday = TimeDelta::days(day.weekday().num_days_from_monday().into());
                GroupKey::Week(day.checked_sub_signed(monday).unwrap_or(day))
            }
            Self::Month(_) => GroupKey::Month(first_of_month(day)),
            Self::HourOfDay(_) => {
                let hour = hour_of(zone, time).hour();
                GroupKey::HourOfDay(u8::try_from(hour).unwrap_or_default())
            }
            Self::DayOfWeek(_) => {
                let number = day.weekday().number_from_monday();
                GroupKey::DayOfWeek(u8::try_from(number).unwrap_or_default())
            }
            _ => GroupKey::Day(day),
        }
    }
}

/// The first moment of an hour, on the clocks of a zone.
fn hour_of(zone: &Zone, time: Timestamp) -> NaiveDateTime {
    let seconds = time.secs() + i64::from(zone.offset_at(time));
    let hour = DateTime::from_timestamp(seconds.div_euclid(HOUR) * HOUR, 0);
    // There is one for every time within the years 0 to 9999.
    hour.unwrap_or(DateTime::UNIX_EPOCH).naive_utc()
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// What a day of the week is called, counted from 1 for Monday.
pub(super) fn day_name(day: u8) -> &'static str {
    match day {
        1 => "Monday",
        2 => "Tuesday",
        3 => "Wednesday",
        4 => "Thursday",
        5 => "Friday",
        6 => "Saturday",
        _ => "Sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_periods_have_equal_numbers_and_different_ones_do_not() {
        let changing =
            serde_json::json!({"offset": 3600, "changes": [["2026-03-29T01:00:00Z", 7200]]});
        let zones = [Zone::utc(), serde_json::from_value(changing).unwrap()];
        let kinds: [fn(Zone) -> GroupBy; 6] = [
            GroupBy::Day,
            GroupBy::Hour,
            GroupBy::Week,
            GroupBy::Month,
            GroupBy::HourOfDay,
            GroupBy::DayOfWeek,
        ];
        let times = [
            "0000-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00Z",
            "2026-03-29T00:59:59Z",
            "2026-03-29T01:00:00Z",
            "2026-11-22T23:30:00Z",
            "2026-11-22T22:59:00Z",
            "2026-11-23T00:10:00Z",
            "2026-11-30T23:50:00Z",
            "9999-12-31T22:59:59Z",
            "9999-12-31T23:59:59Z",
        ];
        let times = times.map(|text| text.parse::<Timestamp>().unwrap());
        for (zone, kind) in zones.iter().flat_map(|z| kinds.map(|kind| (z, kind))) {
            let by = kind(zone.clone());
            for (a, b) in times.iter().flat_map(|a| times.map(move |b| (*a, b))) {
                let numbers = by.period_number(a) == by.period_number(b);
                let keys = by.period_of(a) == by.period_of(b);
                assert_eq!(numbers, keys, "{by:?} {a} {b}");
                let order = by.period_number(a).cmp(&by.period_number(b));
                assert_eq!(
                    order,
                    by.period_of(a).cmp(&by.period_of(b)),
                    "{by:?} {a} {b}"
                );
            }
        }
        assert_eq!(GroupBy::Task.period_number(Timestamp::EPOCH), None);
    }
}
