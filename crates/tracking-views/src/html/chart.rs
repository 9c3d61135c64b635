//! Where the bars of a chart stand, in per cent of its box, so that it fits any width.

use chrono::{Days, NaiveDate};

use super::value::{decimal, hundredths};
use crate::shown::{compact, counted, grouped, iso_day, weekday};

/// More bars than this are too thin for a phone; then a bar stands for several days.
const MOST_BARS: u64 = 120;
/// Up to this many bars each has its value and its day written to it.
const FEW: usize = 7;
/// Where value 0 and the top value are, in hundredths of a per cent from above.
const FLOOR: u64 = 8800;
const CEILING: u64 = 900;

/// A bar chart of days.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    pub(super) ticks: Vec<Tick>,
    pub(super) marks: Vec<Mark>,
    pub(super) days: Vec<Day>,
    pub(super) days_per_bar: u64,
    pub(super) label: String,
}

/// A row of the table behind the chart.
#[derive(Debug)]
pub(super) struct Day {
    pub(super) iso: String,
    pub(super) weekday: &'static str,
    pub(super) count: String,
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

/// A day below the bars.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) x: String,
    pub(super) anchor: &'static str,
    pub(super) label: String,
}

impl Chart {
    /// A chart of days in order of time; of no days there is none.
    pub(super) fn new(days: &[(NaiveDate, u64)]) -> Option<Self> {
        let (first, last) = (days.first()?.0, days.last()?.0);
        let span = days_between(first, last) + 1;
        let days_per_bar = days_per_bar(span);
        let sums = sums(days, first, span, days_per_bar);
        let (top, ticks) = ticks(sums.iter().copied().max().unwrap_or(0));
        let place = Place {
            first,
            last,
            days_per_bar,
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
            days: days.iter().copied().map(Day::new).collect(),
            days_per_bar,
            label: label(days),
        })
    }
}

impl Day {
    fn new((day, count): (NaiveDate, u64)) -> Self {
        Self {
            iso: iso_day(day),
            weekday: weekday(day),
            count: grouped(count),
        }
    }
}

/// What all bars of a chart share.
struct Place {
    first: NaiveDate,
    last: NaiveDate,
    days_per_bar: u64,
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
        let from = self.day(index);
        let until = self.day_after(from, self.days_per_bar - 1);
        let days = if from == until {
            format!("{} {}", iso_day(from), weekday(from))
        } else {
            format!("{} to {}", iso_day(from), iso_day(until))
        };
        Bar {
            x: decimal(middle.saturating_sub(width / 2)),
            y: decimal(FLOOR - height),
            width: decimal(width),
            height: decimal(height),
            middle: decimal(middle),
            label: format!("{days}: {}", grouped(sum)),
            value: self.few.then(|| compact(sum)),
        }
    }

    /// Each day where there are few bars; else the first, the middle and the last.
    fn marks(&self) -> Vec<Mark> {
        if self.few {
            let mark = |index| Mark {
                x: decimal(self.middle(index)),
                anchor: "middle",
                label: self.day(index).format("%-d %b").to_string(),
            };
            return (0..self.slots).map(mark).collect();
        }
        let ends = |x: u64, anchor, day: NaiveDate| Mark {
            x: decimal(x),
            anchor,
            label: day.format("%-d %b %Y").to_string(),
        };
        let middle = self.slots / 2;
        vec![
            ends(0, "start", self.first),
            ends(self.middle(middle), "middle", self.day(middle)),
            ends(10_000, "end", self.last),
        ]
    }

    fn middle(&self, index: u64) -> u64 {
        (index * 2 + 1) * 10_000 / (self.slots * 2)
    }

    /// The first day of a bar.
    fn day(&self, index: u64) -> NaiveDate {
        self.day_after(self.first, index.saturating_mul(self.days_per_bar))
    }

    /// So many days later, but not after the last.
    fn day_after(&self, day: NaiveDate, days: u64) -> NaiveDate {
        let later = day.checked_add_days(Days::new(days));
        later.unwrap_or(self.last).min(self.last)
    }
}

fn days_between(first: NaiveDate, last: NaiveDate) -> u64 {
    u64::try_from(last.signed_duration_since(first).num_days()).unwrap_or(0)
}

/// A day, or as many weeks as it takes.
fn days_per_bar(span: u64) -> u64 {
    if span <= MOST_BARS {
        1
    } else {
        span.div_ceil(MOST_BARS).next_multiple_of(7)
    }
}

fn sums(days: &[(NaiveDate, u64)], first: NaiveDate, span: u64, days_per_bar: u64) -> Vec<u64> {
    let slots = usize::try_from(span.div_ceil(days_per_bar)).unwrap_or(usize::MAX);
    let mut sums = vec![0_u64; slots];
    for (day, count) in days {
        let index = days_between(first, *day) / days_per_bar;
        let index = usize::try_from(index).unwrap_or(usize::MAX);
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
fn label(days: &[(NaiveDate, u64)]) -> String {
    let number = counted(u64::try_from(days.len()).unwrap_or(u64::MAX), "day", "days");
    let most = days.iter().max_by_key(|day| day.1);
    let least = days.iter().min_by_key(|day| day.1);
    let end = |word: &str, day: Option<&(NaiveDate, u64)>| {
        day.map_or(String::new(), |(day, count)| {
            format!("{word} {} on {}", grouped(*count), iso_day(*day))
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
        let chart = Chart::new(&[(day("2026-11-01"), 1), (day("2026-11-04"), 2)]).unwrap();
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
        let chart = Chart::new(&days).unwrap();
        assert_eq!(chart.days_per_bar, 42);
        assert_eq!(chart.bars.len(), 120);
        assert!(chart.bars[0].label.ends_with("to 2000-02-11: 42"));
        assert!(chart.bars[119].label.ends_with("to 2013-09-08: 2"));
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_problem() {
        let days = [(NaiveDate::MIN, 1), (NaiveDate::MAX, u64::MAX)];
        assert!(Chart::new(&days).unwrap().bars.len() == 2);
        assert!(Chart::new(&[]).is_none());
        assert!(Chart::new(&[(NaiveDate::MAX, 0)]).unwrap().bars.is_empty());
    }
}
