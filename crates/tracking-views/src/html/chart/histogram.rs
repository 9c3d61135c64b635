//! The chart of a histogram: a bar for each category, with its name.

use super::marks::Mark;
use super::{Bar, Chart, MAX_LABELLED_BARS, ticks};
use crate::format::{counted, grouped};
use crate::html::value::decimal;
use crate::model::Histogram;

/// The maximum number of names below the bars.
const MAX_NAMES: usize = 8;

/// A chart of bars in the order in which they are given; none where nothing was counted.
pub(in crate::html) fn histogram_chart(histogram: &Histogram) -> Option<Chart> {
    if histogram.is_empty() {
        return None;
    }
    let bars = histogram.bars();
    let largest = bars.iter().map(|bar| bar.1).max()?;
    let (top, ticks) = ticks(largest);
    let slots = u64::try_from(bars.len()).unwrap_or(u64::MAX).max(1);
    let middle = |index: u64| (index * 2 + 1) * 10_000 / (slots * 2);
    let bar = |(index, (name, count)): (u64, &(String, u64))| {
        let bar = Bar::new(middle(index), slots, *count, top);
        bar.with_name(name.clone(), bars.len() <= MAX_LABELLED_BARS)
    };
    let each = slots.div_ceil(MAX_NAMES as u64).max(1);
    let mark = |(index, (name, _)): (u64, &(String, u64))| Mark {
        x: decimal(middle(index)),
        anchor: "middle",
        label: name.clone(),
    };
    let numbered = || (0_u64..).zip(bars);
    Some(Chart {
        bars: numbered().filter(|(_, bar)| bar.1 > 0).map(bar).collect(),
        ticks,
        marks: numbered()
            .filter(|(index, _)| index % each == 0)
            .map(mark)
            .collect(),
        weekends: Vec::new(),
        line: Vec::new(),
        range: histogram.range().to_owned(),
        per: histogram.unit().0.to_owned(),
        is_summed: false,
        label: label(histogram),
    })
}

/// What the chart shows, for who does not see it.
fn label(histogram: &Histogram) -> String {
    let bars = histogram.bars();
    let (one, many) = histogram.unit();
    let number = counted(u64::try_from(bars.len()).unwrap_or(0), one, many);
    let end = |bar: Option<&(String, u64)>| {
        bar.map_or(String::new(), |(name, count)| {
            format!("{} in {name}", grouped(*count))
        })
    };
    // Of several that are largest, the first one.
    let largest = bars.iter().rev().max_by_key(|bar| bar.1);
    let least = bars.iter().min_by_key(|bar| bar.1);
    format!("{number}; most {}, least {}.", end(largest), end(least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bar_has_its_place_and_some_have_their_names_below() {
        let bars = (0..24).map(|hour| (format!("{hour:02}"), hour));
        let histogram = Histogram::new("h", "hour", "hours").with_bars(bars);
        let chart = histogram_chart(&histogram).unwrap();
        assert_eq!(chart.bars.len(), 23);
        let names: Vec<_> = chart.marks.iter().map(|mark| mark.label.as_str()).collect();
        assert_eq!(names, ["00", "03", "06", "09", "12", "15", "18", "21"]);
        assert_eq!(chart.label, "24 hours; most 23 in 23, least 0 in 00.");
        assert!(histogram_chart(&Histogram::new("h", "hour", "hours").with_bar("00", 0)).is_none());
    }
}
