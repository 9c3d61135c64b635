//! The unit of time of a bar.

use chrono::{Datelike, NaiveDate};

use crate::format::point_name;
use crate::model::Granularity;

/// More bars than this are too thin for a phone; a larger unit is chosen instead.
const MAX_BARS: i64 = 120;
const QUARTER: i64 = 3;
const YEAR: i64 = 12;

/// A day, a week, or so many months, so that a bar is of what people know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    per: Granularity,
    /// How many of them; more than one of months only.
    each: i64,
}

impl Unit {
    /// What is counted per, or where that makes too many bars, the next longer one that does
    /// not: weeks, months, quarters, years, decades.
    pub(super) fn fitting(per: Granularity, first: NaiveDate, last: NaiveDate) -> Self {
        let months = |each| Self {
            per: Granularity::Month,
            each,
        };
        let pers = [Granularity::Day, Granularity::Week, Granularity::Month].into_iter();
        let pers = pers.skip_while(|shorter| *shorter != per);
        let years = (0..7).map(|zeros| YEAR * 10_i64.pow(zeros));
        pers.map(|per| Self { per, each: 1 })
            .chain([months(QUARTER)])
            .chain(years.map(months))
            .find(|unit| unit.number(last) - unit.number(first) < MAX_BARS)
            .unwrap_or(Self { per, each: 1 })
    }

    /// Whether bars are days.
    pub(super) fn is_day(self) -> bool {
        self.per == Granularity::Day
    }

    /// Days, weeks or months, and how many of these a bar is.
    pub(super) fn parts(self) -> (Granularity, i64) {
        (self.per, self.each)
    }

    /// Numbers the units of the calendar, without a gap.
    pub(super) fn number(self, day: NaiveDate) -> i64 {
        self.per.number(day).div_euclid(self.each)
    }

    /// The first day of the unit of a number.
    pub(super) fn start(self, number: i64) -> NaiveDate {
        let start = self.per.start(number.saturating_mul(self.each));
        start.unwrap_or(NaiveDate::MIN)
    }

    /// What one and what many of it are called: `week` and `weeks`.
    pub(super) fn names(self) -> (String, String) {
        match self.each {
            1 => (self.per.name().into(), self.per.names().into()),
            QUARTER => ("quarter".into(), "quarters".into()),
            YEAR => ("year".into(), "years".into()),
            each => {
                let many = format!("{} years", each / YEAR);
                (many.clone(), format!("times {many}"))
            }
        }
    }

    /// What the unit of a number is called: `2026-11-23 Mon`, `2026-W48`, `2026-11`, `2026-Q4`,
    /// `2026`, `2020 to 2029`.
    pub(super) fn name_of(self, number: i64) -> String {
        let start = self.start(number);
        match self.each {
            1 => point_name(self.per, start),
            QUARTER => format!("{}-Q{}", start.format("%Y"), start.quarter()),
            YEAR => start.format("%Y").to_string(),
            each => {
                let last = i64::from(start.year()) + each / YEAR - 1;
                format!("{} to {last}", start.format("%Y"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(per: Granularity, first: &str, last: &str) -> (String, String) {
        let (first, last) = (first.parse().unwrap(), last.parse().unwrap());
        let unit = Unit::fitting(per, first, last);
        (unit.names().0, unit.name_of(unit.number(last)))
    }

    #[test]
    fn a_bar_is_the_shortest_of_what_people_know_that_fits() {
        let from_2026 = |last| named(Granularity::Day, "2026-01-01", last);
        let of = |name: &str, last: &str| (name.to_owned(), last.to_owned());
        assert_eq!(from_2026("2026-04-30"), of("day", "2026-04-30 Thu"));
        assert_eq!(from_2026("2026-05-01"), of("week", "2026-W18"));
        assert_eq!(from_2026("2029-01-01"), of("month", "2029-01"));
        assert_eq!(from_2026("2036-12-31"), of("quarter", "2036-Q4"));
        assert_eq!(from_2026("2126-01-01"), of("year", "2126"));
        assert_eq!(from_2026("2226-01-01"), of("10 years", "2220 to 2229"));
    }

    #[test]
    fn nothing_shorter_is_taken_than_what_is_counted_per() {
        let (name, _) = named(Granularity::Month, "2026-01-01", "2026-01-02");
        assert_eq!(name, "month");
    }
}
