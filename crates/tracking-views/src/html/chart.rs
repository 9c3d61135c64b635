//! Where the bars of a chart stand, in per cent of its box, so that it fits any width.

use chrono::NaiveDate;

use super::value::{decimal, hundredths};
use crate::model::Per;
use crate::shown::{compact, counted, grouped, point_name};

/// More bars than this are too thin for a phone; then a bar stands for several.
const MOST_BARS: u64 = 120;
/// Up to this many bars each has its value and its name written to it.
const FEW: usize = 7;
/// Where value 0 and the top value are, in hundredths of a per cent from above.
const FLOOR: u64 = 8800;
const CEILING: u64 = 900;

/// A bar chart of days, weeks or months.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    pub(super) ticks: Vec<Tick>,
    pub(super) marks: Vec<Mark>,
    /// What a bar stands for, where that is more than one of what is counted per.
    pub(super) bar_name: Option<String>,
    pub(super) label: String,
}

/// A bar, and what is written above it.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) middle: String,
    pub(super) label: String,
    pub(super) value: Option<String>,
}

/// A line across, with its value.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) y: String,
    pub(super) label: String,
}

/// A name below the bars.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) x: String,
    pub(super) anchor: &'static str,
    pub(super) label: String,
}

impl Chart {
    /// A chart of points in order of time, which are the first days of what is counted per; of
    /// no points there is none.
    pub(super) fn new(per: Per, points: &[(NaiveDate, u64)]) -> Option<Self> {
        let (first, last) = (per.number(points.first()?.0), per.number(points.last()?.0));
        let span = u64::try_from(last - first).unwrap_or(0) + 1;
        let per_bar = per_bar(per, span);
        let sums = sums(per, points, first, (span, per_bar));
        let (top, ticks) = ticks(sums.iter().copied().max().unwrap_or(0));
        let place = Place {
            per,
            first,
            last,
            per_bar,
            slots: u64::try_from(sums.len()).unwrap_or(u64::MAX).max(1),
            top,
            few: sums.len() <= FEW,
        };
        let numbered = (0_u64..).zip(&sums);
        Some(Self {
            bars: numbered
                .filter(|(_, sum)| **sum > 0)
                .map(|(index, sum)| place.bar(index, *sum))
                .collect(),
            ticks,
            marks: place.marks(),
            bar_name: (per_bar > 1).then(|| counted(per_bar, per.name(), per.names())),
            label: label(per, points),
        })
    }
}

/// What all bars of a chart share; days, weeks and months are numbers here.
struct Place {
    per: Per,
    first: i64,
    last: i64,
    per_bar: u64,
    slots: u64,
    top: u64,
    few: bool,
}

impl Place {
    fn bar(&self, index: u64, sum: u64) -> Bar {
        let slot = 10_000 / self.slots;
        let width = (slot * 3 / 4).min(1200);
        let middle = self.middle(index);
        // What is there at all is seen.
        let height = (hundredths(sum, self.top) * (FLOOR - CEILING) / 10_000).max(40);
        let from = self.number(index);
        let until = from
            .saturating_add_unsigned(self.per_bar - 1)
            .min(self.last);
        let name = if from == until {
            self.name(from)
        } else {
            format!("{} to {}", self.name(from), self.name(until))
        };
        Bar {
            x: decimal(middle.saturating_sub(width / 2)),
            y: decimal(FLOOR - height),
            width: decimal(width),
            height: decimal(height),
            middle: decimal(middle),
            label: format!("{name}: {}", grouped(sum)),
            value: self.few.then(|| compact(sum)),
        }
    }

    /// Each name where there are few bars; else the first, the middle and the last.
    fn marks(&self) -> Vec<Mark> {
        if self.few {
            let mark = |index| Mark {
                x: decimal(self.middle(index)),
                anchor: "middle",
                label: self.mark(self.number(index), true),
            };
            return (0..self.slots).map(mark).collect();
        }
        let ends = |x: u64, anchor, number| Mark {
            x: decimal(x),
            anchor,
            label: self.mark(number, false),
        };
        let middle = self.slots / 2;
        vec![
            ends(0, "start", self.first),
            ends(self.middle(middle), "middle", self.number(middle)),
            ends(10_000, "end", self.last),
        ]
    }

    /// What stands below a bar.
    fn mark(&self, number: i64, short: bool) -> String {
        let format = match (self.per, short) {
            (Per::Month, true) => "%b",
            (Per::Month, false) => "%b %Y",
            (_, true) => "%-d %b",
            (_, false) => "%-d %b %Y",
        };
        self.start(number).format(format).to_string()
    }

    fn name(&self, number: i64) -> String {
        point_name(self.per, self.start(number))
    }

    fn start(&self, number: i64) -> NaiveDate {
        self.per.start(number).unwrap_or(NaiveDate::MIN)
    }

    fn middle(&self, index: u64) -> u64 {
        (index * 2 + 1) * 10_000 / (self.slots * 2)
    }

    /// The first day, week or month of a bar.
    fn number(&self, index: u64) -> i64 {
        let later = index.saturating_mul(self.per_bar);
        self.first.saturating_add_unsigned(later).min(self.last)
    }
}

/// How many days, weeks or months a bar stands for; of days whole weeks, of months whole
/// quarters.
fn per_bar(per: Per, span: u64) -> u64 {
    let unit = match per {
        Per::Day => 7,
        Per::Week => 4,
        Per::Month => 3,
    };
    if span <= MOST_BARS {
        1
    } else {
        span.div_ceil(MOST_BARS).next_multiple_of(unit)
    }
}

fn sums(
    per: Per,
    points: &[(NaiveDate, u64)],
    first: i64,
    (span, per_bar): (u64, u64),
) -> Vec<u64> {
    let slots = usize::try_from(span.div_ceil(per_bar)).unwrap_or(usize::MAX);
    let mut sums = vec![0_u64; slots];
    for (start, count) in points {
        let after = u64::try_from(per.number(*start) - first).unwrap_or(0);
        let index = usize::try_from(after / per_bar).unwrap_or(usize::MAX);
        if let Some(sum) = sums.get_mut(index) {
            *sum = sum.saturating_add(*count);
        }
    }
    sums
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

/// What the chart says, in words.
fn label(per: Per, points: &[(NaiveDate, u64)]) -> String {
    let number = u64::try_from(points.len()).unwrap_or(u64::MAX);
    let number = counted(number, per.name(), per.names());
    let most = points.iter().max_by_key(|point| point.1);
    let least = points.iter().min_by_key(|point| point.1);
    let end = |word: &str, point: Option<&(NaiveDate, u64)>| {
        point.map_or(String::new(), |(start, count)| {
            format!("{word} {} in {}", grouped(*count), point_name(per, *start))
        })
    };
    format!("{number}; {}, {}.", end("most", most), end("least", least))
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
    fn a_gap_between_days_is_a_gap_between_bars() {
        let chart =
            Chart::new(Per::Day, &[(day("2026-11-01"), 1), (day("2026-11-04"), 2)]).unwrap();
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
        let chart = Chart::new(Per::Day, &days).unwrap();
        assert_eq!(chart.bar_name.as_deref(), Some("42 days"));
        assert_eq!(chart.bars.len(), 120);
        assert!(chart.bars[0].label.ends_with("to 2000-02-11 Fri: 42"));
        assert!(chart.bars[119].label.ends_with("to 2013-09-08 Sun: 2"));
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_problem() {
        let days = [(NaiveDate::MIN, 1), (NaiveDate::MAX, u64::MAX)];
        assert!(Chart::new(Per::Day, &days).unwrap().bars.len() == 2);
        assert!(Chart::new(Per::Day, &[]).is_none());
        assert!(
            Chart::new(Per::Day, &[(NaiveDate::MAX, 0)])
                .unwrap()
                .bars
                .is_empty()
        );
    }
}
