//! The bars of a chart: their positions in per cent of the chart's box, so that it fits any width.

mod bar;
mod histogram;
mod layout;
mod line;
mod marks;
mod unit;
mod weekends;

use chrono::{Datelike, NaiveDate};

use super::value::{decimal, hundredths};
use crate::format::{compact, counted, grouped};
use crate::model::Granularity;
use bar::Bar;
use layout::{CEILING, FLOOR, Layout};
use line::{Segment, line};
use marks::{Mark, marks};
use unit::Unit;
use weekends::{Band, weekends};

pub(super) use histogram::histogram_chart;

/// Up to this many bars each has its value and its name written to it.
const MAX_LABELLED_BARS: usize = 7;

/// A bar chart of days, weeks or months.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    pub(super) ticks: Vec<Tick>,
    pub(super) marks: Vec<Mark>,
    /// The weekends among days.
    pub(super) weekends: Vec<Band>,
    /// The previous period, if there is one to compare with.
    pub(super) line: Vec<Segment>,
    /// The period of the chart: `2 Nov 2026 to 5 Jan 2027`.
    pub(super) range: String,
    /// The unit of a bar: `day`, `week`, `quarter`, `10 years`.
    pub(super) per: String,
    /// Whether a bar is the sum of several points.
    pub(super) is_summed: bool,
    pub(super) label: String,
}

/// A line across, with its value.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) y: String,
    pub(super) label: String,
}

impl Chart {
    /// A chart of points in order of time, which are the first days of what is counted per; of
    /// no points there is none.
    pub(super) fn new(
        per: Granularity,
        points: &[(NaiveDate, u64)],
        previous: &[(NaiveDate, u64)],
    ) -> Option<Self> {
        let ends = (points.first()?.0, points.last()?.0);
        let unit = Unit::fitting(per, ends.0, ends.1);
        let (first, sums) = sums(unit, ends, points);
        let (_, before) = self::sums(unit, ends, previous);
        let all = sums.iter().chain(&before);
        let (top, ticks) = ticks(all.copied().max().unwrap_or(0));
        let layout = Layout {
            unit,
            first,
            slots: u64::try_from(sums.len()).unwrap_or(u64::MAX).max(1),
            top,
        };
        let numbered = (0_u64..).zip(&sums).filter(|(_, sum)| **sum > 0);
        Some(Self {
            bars: numbered
                .map(|(index, sum)| {
                    let (slots, top) = (layout.slots, layout.top);
                    let bar = Bar::new(layout.middle(index), slots, *sum, top);
                    bar.with_name(layout.name(index), sums.len() <= MAX_LABELLED_BARS)
                })
                .collect(),
            ticks,
            marks: marks(&layout, sums.len() <= MAX_LABELLED_BARS),
            weekends: weekends(&layout),
            line: line(&before, top),
            range: range(per, ends.0, ends.1),
            per: unit.names().0,
            is_summed: unit.parts() != (per, 1),
            label: label(&layout, &sums),
        })
    }
}

/// A description of the chart for those who do not see it.
fn label(layout: &Layout, sums: &[u64]) -> String {
    let bars = || (0_u64..).zip(sums).filter(|(_, sum)| **sum > 0);
    let extreme = |word: &str, bar: Option<(u64, &u64)>| {
        bar.map_or(String::new(), |(index, sum)| {
            format!("{word} {} in {}", grouped(*sum), layout.name(index))
        })
    };
    let (one, many) = layout.unit.names();
    let number = counted(u64::try_from(bars().count()).unwrap_or(0), &one, &many);
    let most = extreme("most", bars().max_by_key(|bar| bar.1));
    let least = extreme("least", bars().min_by_key(|bar| bar.1));
    format!("{number}; {most}, {least}.")
}

/// The first and the last point; the year is written once if both have the same.
fn range(per: Granularity, first: NaiveDate, last: NaiveDate) -> String {
    let (short, long) = match per {
        Granularity::Month => ("%b", "%b %Y"),
        _ => ("%-d %b", "%-d %b %Y"),
    };
    let end = last.format(long);
    if first == last {
        end.to_string()
    } else if first.year() == last.year() {
        format!("{} to {end}", first.format(short))
    } else {
        format!("{} to {end}", first.format(long))
    }
}

/// The number of the first unit, and the sum of each from there to the last one; what lies beyond
/// the ends is ignored.
fn sums(unit: Unit, ends: (NaiveDate, NaiveDate), points: &[(NaiveDate, u64)]) -> (i64, Vec<u64>) {
    let (first, last) = (unit.number(ends.0), unit.number(ends.1));
    let mut sums = vec![0_u64; usize::try_from(last - first).unwrap_or(0) + 1];
    for (start, count) in points {
        let index = usize::try_from(unit.number(*start) - first).unwrap_or(usize::MAX);
        if let Some(sum) = sums.get_mut(index) {
            *sum = sum.saturating_add(*count);
        }
    }
    (first, sums)
}

/// The top of the scale and its lines: 1, 2 or 5 with zeros apart, at most six of them.
fn ticks(largest: u64) -> (u64, Vec<Tick>) {
    let largest = u128::from(largest.max(1));
    let steps = (0..20_u32).flat_map(|zeros| [1, 2, 5].map(|step| step * 10_u128.pow(zeros)));
    let step = steps
        .into_iter()
        .find(|step| step * 5 >= largest)
        .unwrap_or(largest);
    let lines = largest.div_ceil(step);
    let narrow = |number: u128| u64::try_from(number).unwrap_or(u64::MAX);
    let top = narrow(step * lines);
    let tick = |line: u128| {
        let value = narrow(step * line);
        Tick {
            y: decimal(FLOOR - hundredths(value, top) * (FLOOR - CEILING) / 10_000),
            label: compact(value),
        }
    };
    (top, (0..=lines).map(tick).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn labels(largest: u64) -> Vec<String> {
        ticks(largest).1.into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn the_scale_is_round_and_holds_the_largest() {
        assert_eq!(labels(2896), ["0", "1,000", "2,000", "3,000"]);
        assert_eq!(labels(4), ["0", "1", "2", "3", "4"]);
        assert_eq!(labels(0), ["0", "1"]);
        assert!(ticks(u64::MAX).0 == u64::MAX && labels(u64::MAX).len() <= 6);
    }

    #[test]
    fn the_year_is_written_once_where_it_is_the_same() {
        let range = |per, first, last| range(per, day(first), day(last));
        assert_eq!(
            range(Granularity::Day, "2026-11-02", "2026-11-02"),
            "2 Nov 2026"
        );
        assert_eq!(
            range(Granularity::Week, "2026-11-02", "2026-11-23"),
            "2 Nov to 23 Nov 2026"
        );
        assert_eq!(
            range(Granularity::Month, "2026-11-01", "2027-01-01"),
            "Nov 2026 to Jan 2027"
        );
    }

    #[test]
    fn a_gap_between_days_is_a_gap_between_bars() {
        let chart = Chart::new(
            Granularity::Day,
            &[(day("2026-11-01"), 1), (day("2026-11-04"), 2)],
            &[],
        )
        .unwrap();
        let middles: Vec<_> = chart.bars.iter().map(|bar| bar.middle.as_str()).collect();
        assert_eq!(middles, ["12.5", "87.5"]);
    }

    #[test]
    fn many_days_share_bars_and_none_is_lost() {
        let days: Vec<_> = day("2000-01-01")
            .iter_days()
            .take(5000)
            .map(|d| (d, 1))
            .collect();
        let chart = Chart::new(Granularity::Day, &days, &[]).unwrap();
        assert_eq!(chart.per, "quarter");
        assert_eq!(chart.bars.len(), 55);
        assert!(chart.is_summed);
        let bar = |at: usize| [chart.bars[at].name.as_str(), chart.bars[at].sum.as_str()];
        assert_eq!(bar(0), ["2000-Q1", "91"]);
        assert_eq!(bar(54), ["2013-Q3", "70"]);
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_problem() {
        let days = [(NaiveDate::MIN, 1), (NaiveDate::MAX, u64::MAX)];
        assert!(Chart::new(Granularity::Day, &days, &[]).unwrap().bars.len() == 2);
        assert!(Chart::new(Granularity::Day, &[], &[]).is_none());
        assert!(
            Chart::new(Granularity::Day, &[(NaiveDate::MAX, 0)], &[])
                .unwrap()
                .bars
                .is_empty()
        );
    }
}
