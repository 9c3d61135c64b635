//! The names below the bars of a chart.

use chrono::{Datelike, NaiveDate, Weekday};

use super::layout::Layout;
use super::unit::Unit;
use crate::html::value::decimal;
use crate::model::Granularity;

/// A name below the bars.
#[derive(Debug)]
pub(in crate::html) struct Mark {
    pub(in crate::html) x: String,
    pub(in crate::html) anchor: &'static str,
    pub(in crate::html) label: String,
}

/// A phone has room for so many.
const MAX_MARKS: usize = 5;
/// Fewer marks do not show the scale of the axis.
const MIN_MARKS: usize = 3;
/// Nearer to an edge than this, in hundredths of a per cent, a name is not centred below its bar.
const EDGE: u64 = 400;

/// Each name where there are few bars; else those of days that people look for: Mondays, the
/// first of a month, of a quarter, of a year.
pub(super) fn marks(layout: &Layout, are_few: bool) -> Vec<Mark> {
    let mut before = None;
    let mark = |index| {
        let start = layout.start(index);
        let has_year = !are_few && before.is_some_and(|year| year != start.year());
        before = Some(start.year());
        Mark {
            x: decimal(layout.middle(index)),
            anchor: match layout.middle(index) {
                _ if are_few => "middle",
                0..EDGE => "start",
                x if x > 10_000 - EDGE => "end",
                _ => "middle",
            },
            label: label(layout.unit, start, has_year),
        }
    };
    if are_few {
        (0..layout.slots).map(mark).collect()
    } else {
        marked(layout).into_iter().map(mark).collect()
    }
}

/// The bars that are marked: the most of what still has room.
fn marked(layout: &Layout) -> Vec<u64> {
    let of = |stride: Stride| {
        let is_marked = |index: &u64| stride.meets(layout.unit, layout.start(*index));
        let all = (0..layout.slots).filter(is_marked);
        all.take(MAX_MARKS + 1).collect::<Vec<u64>>()
    };
    let found = strides(layout.unit)
        .map(of)
        .find(|found| found.len() <= MAX_MARKS);
    let evenly = || {
        let each = layout.slots.div_ceil(MAX_MARKS as u64).max(1);
        (0..layout.slots)
            .filter(|index| index % each == 0)
            .collect()
    };
    found
        .filter(|found| found.len() >= MIN_MARKS)
        .unwrap_or_else(evenly)
}

/// What is marked of the bars.
#[derive(Clone, Copy, Debug)]
enum Stride {
    Mondays(i64),
    Months(i64),
}

impl Stride {
    fn meets(self, unit: Unit, start: NaiveDate) -> bool {
        match self {
            Self::Mondays(each) => {
                let week = Granularity::Week.number(start);
                start.weekday() == Weekday::Mon && week.rem_euclid(each) == 0
            }
            Self::Months(each) => {
                let is_first = start.day() <= if unit.is_day() { 1 } else { 7 };
                is_first && Granularity::Month.number(start).rem_euclid(each) == 0
            }
        }
    }
}

fn strides(unit: Unit) -> impl Iterator<Item = Stride> {
    let days = [1, 2].map(Stride::Mondays).into_iter();
    let days = days.filter(move |_| unit.is_day());
    let months = [1, 2, 3, 6].into_iter();
    let years = (0..7).flat_map(|zeros| [1, 2, 5].map(|n| 12 * n * 10_i64.pow(zeros)));
    days.chain(months.chain(years).map(Stride::Months))
}

/// Like `23 Nov`, `Nov`, `2026`; with the year if it differs from the previous mark's.
fn label(unit: Unit, start: NaiveDate, has_year: bool) -> String {
    let format = match unit.parts() {
        (Granularity::Month, 12..) => "%Y",
        (Granularity::Month, _) if has_year => "%b %Y",
        (Granularity::Month, _) => "%b",
        _ if has_year => "%-d %b %Y",
        _ => "%-d %b",
    };
    start.format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names below the bars of a chart of two days.
    fn labels(per: Granularity, first: &str, last: &str) -> Vec<String> {
        let unit = Unit::fitting(per, first.parse().unwrap(), last.parse().unwrap());
        let first = unit.number(first.parse().unwrap());
        let slots = u64::try_from(unit.number(last.parse().unwrap()) - first + 1).unwrap();
        let layout = Layout {
            unit,
            first,
            slots,
            top: 1,
        };
        let marks = marks(&layout, false).into_iter();
        marks.map(|mark| mark.label).collect()
    }

    #[test]
    fn days_are_marked_by_mondays_and_then_by_months() {
        assert_eq!(
            labels(Granularity::Day, "2026-10-26", "2026-11-23"),
            ["26 Oct", "2 Nov", "9 Nov", "16 Nov", "23 Nov"]
        );
        assert_eq!(
            labels(Granularity::Day, "2026-11-20", "2027-02-20"),
            ["1 Dec", "1 Jan 2027", "1 Feb"]
        );
    }

    #[test]
    fn weeks_are_marked_by_the_first_monday_of_a_month() {
        assert_eq!(
            labels(Granularity::Week, "2026-06-15", "2026-11-23"),
            ["6 Jul", "3 Aug", "7 Sep", "5 Oct", "2 Nov"]
        );
    }

    #[test]
    fn months_are_marked_by_quarters_and_then_by_years() {
        assert_eq!(
            labels(Granularity::Month, "2025-11-01", "2026-10-01"),
            ["Jan", "Apr", "Jul", "Oct"]
        );
        assert_eq!(
            labels(Granularity::Month, "2010-01-01", "2050-01-01"),
            ["2010", "2020", "2030", "2040", "2050"]
        );
    }

    #[test]
    fn where_nothing_else_is_worth_a_mark_they_are_spread_evenly() {
        assert_eq!(
            labels(Granularity::Day, "2026-11-03", "2026-11-12"),
            ["3 Nov", "5 Nov", "7 Nov", "9 Nov", "11 Nov"]
        );
    }
}
