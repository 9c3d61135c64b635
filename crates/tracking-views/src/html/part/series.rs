//! Charts with a table for screen readers: counts over time, and of categories in their natural order.

use std::collections::BTreeMap;
use std::io::{self, Write};

use askama::Template;
use chrono::NaiveDate;

use crate::Context;
use crate::format::{Label, Visible, grouped, point_name, weekday};
use crate::html::chart::{self, Chart};
use crate::html::value::write;
use crate::model::{Granularity, Histogram, Series};
use crate::terms::capitalized;

#[derive(Template)]
#[template(path = "part/series.html")]
struct Body<'a> {
    title: String,
    counted: &'a str,
    heading: String,
    chart: Chart,
    points: Vec<Point>,
    has_previous: bool,
}

/// A row of the table.
struct Point {
    name: Label,
    count: String,
    previous: String,
}

impl Point {
    fn new(name: Label, count: impl Into<String>) -> Self {
        Self {
            name,
            count: count.into(),
            previous: String::new(),
        }
    }
}

/// Writes a chart of counts over time.
pub(super) fn series<W: Write + ?Sized>(
    out: &mut W,
    series: &Series,
    context: &Context<'_>,
) -> io::Result<()> {
    let (per, points) = (series.granularity(), series.points());
    let previous = series.previous_points();
    let Some(chart) = Chart::new(per, &points, &previous) else {
        return Ok(());
    };
    let body = Body {
        title: format!("{} per {}", series.counted(), chart.per),
        counted: series.counted(),
        heading: capitalized(&chart.per),
        has_previous: !chart.line.is_empty() && !chart.is_summed,
        points: if chart.is_summed {
            bars(&chart)
        } else {
            named(per, &points, &previous, context)
        },
        chart,
    };
    write(out, &body)
}

/// Writes a chart of categories in their natural order.
pub(super) fn histogram<W: Write + ?Sized>(out: &mut W, histogram: &Histogram) -> io::Result<()> {
    let Some(chart) = chart::histogram_chart(histogram) else {
        return Ok(());
    };
    let row = |(name, count): &(String, u64)| {
        Point::new(Label::new(name.as_str(), None), grouped(*count))
    };
    let body = Body {
        title: histogram.title().to_owned(),
        counted: "Count",
        heading: capitalized(&chart.per),
        has_previous: false,
        points: histogram.bars().iter().map(row).collect(),
        chart,
    };
    write(out, &body)
}

/// The rows of the table if each bar is one point, each day with its link.
fn named(
    per: Granularity,
    points: &[(NaiveDate, u64)],
    previous: &[(NaiveDate, u64)],
    context: &Context<'_>,
) -> Vec<Point> {
    let name = |start| match per {
        Granularity::Day => {
            let day = context.day(start);
            Label::new(format!("{} {}", day.text, weekday(start)), day.href)
        }
        _ => Label::new(point_name(per, start), None),
    };
    let mut rows: BTreeMap<NaiveDate, (u64, u64)> = BTreeMap::new();
    rows.extend(points.iter().map(|(start, count)| (*start, (*count, 0))));
    for (start, count) in previous {
        if let Some(row) = rows.get_mut(start) {
            row.1 = *count;
        }
    }
    let row = |(start, (count, previous)): (NaiveDate, (u64, u64))| Point {
        previous: grouped(previous),
        ..Point::new(name(start), grouped(count))
    };
    rows.into_iter().map(row).collect()
}

/// The rows of the table if bars are sums, so that the chart and its table agree.
fn bars(chart: &Chart) -> Vec<Point> {
    let bars = chart.bars.iter();
    bars.map(|bar| Point::new(Label::new(bar.name.clone(), None), bar.sum.clone()))
        .collect()
}
