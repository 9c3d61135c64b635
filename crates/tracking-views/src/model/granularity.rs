//! Days, weeks and months.

use chrono::{Datelike, NaiveDate};

/// What tracks over time are counted per.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Granularity {
    /// A day.
    #[default]
    Day,
    /// A week from Monday to Sunday, as ISO 8601 has it.
    Week,
    /// A month.
    Month,
}

/// What still makes a chart that can be read.
const MAX_DAYS: i64 = 93;
const MAX_WEEKS: i64 = 105;

impl Granularity {
    /// What suits the time from one day to another: days for a quarter of a year, weeks for
    /// two years, months beyond.
    pub fn fitting(first: NaiveDate, last: NaiveDate) -> Self {
        let days = last.signed_duration_since(first).num_days();
        if days < MAX_DAYS {
            Self::Day
        } else if days < MAX_WEEKS * 7 {
            Self::Week
        } else {
            Self::Month
        }
    }

    /// The first day of the day, week or month that a day belongs to.
    pub fn start_of(self, day: NaiveDate) -> NaiveDate {
        self.start(self.number(day)).unwrap_or(NaiveDate::MIN)
    }

    /// `day`, `week` or `month`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// `days`, `weeks` or `months`.
    pub(crate) fn names(self) -> &'static str {
        match self {
            Self::Day => "days",
            Self::Week => "weeks",
            Self::Month => "months",
        }
    }

    /// Numbers the days, weeks or months of the calendar, without a gap.
    pub(crate) fn number(self, day: NaiveDate) -> i64 {
        // The first day of the common era was a Monday.
        let days = i64::from(day.num_days_from_ce());
        match self {
            Self::Day => days,
            Self::Week => (days - 1).div_euclid(7),
            Self::Month => i64::from(day.year()) * 12 + i64::from(day.month0()),
        }
    }

    /// The first day of what has a number; none beyond the calendar.
    pub(crate) fn start(self, number: i64) -> Option<NaiveDate> {
        let days = |days: i64| NaiveDate::from_num_days_from_ce_opt(days.try_into().ok()?);
        match self {
            Self::Day => days(number),
            Self::Week => days(number * 7 + 1),
            Self::Month => {
                let year = number.div_euclid(12).try_into().ok()?;
                let month = u32::try_from(number.rem_euclid(12)).ok()? + 1;
                NaiveDate::from_ymd_opt(year, month, 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let start = |granularity: Granularity, text| granularity.start_of(day(text)).to_string();
        assert_eq!(start(Granularity::Week, "2026-11-23"), "2026-11-23");
        assert_eq!(start(Granularity::Week, "2026-11-29"), "2026-11-23");
        assert_eq!(start(Granularity::Week, "2027-01-01"), "2026-12-28");
        assert_eq!(start(Granularity::Month, "2026-11-23"), "2026-11-01");
        assert_eq!(start(Granularity::Month, "0000-12-31"), "0000-12-01");
        assert_eq!(start(Granularity::Day, "2026-11-23"), "2026-11-23");
    }

    #[test]
    fn the_longer_the_time_the_longer_the_unit() {
        let fitting = |text| Granularity::fitting(day("2026-01-01"), day(text));
        assert_eq!(fitting("2026-01-01"), Granularity::Day);
        assert_eq!(fitting("2026-05-01"), Granularity::Week);
        assert_eq!(fitting("2029-01-01"), Granularity::Month);
        assert_eq!(fitting("2020-01-01"), Granularity::Day);
    }

    #[test]
    fn the_ends_of_the_calendar_belong_to_something() {
        for granularity in [Granularity::Day, Granularity::Week, Granularity::Month] {
            assert!(granularity.start_of(NaiveDate::MIN) <= NaiveDate::MIN);
            assert!(granularity.start_of(NaiveDate::MAX) <= NaiveDate::MAX);
        }
    }
}
