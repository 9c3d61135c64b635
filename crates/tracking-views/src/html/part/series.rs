//! Counts over time.

use std::io::{self, Write};

use askama::Template;
use chrono::NaiveDate;

use crate::Context;
use crate::format::{Label, Visible, grouped, point_name, weekday};
use crate::html::chart::Chart;
use crate::html::value::write;
use crate::model::{Granularity, Series};

#[derive(Template)]
#[template(path = "part/series.html")]
struct Body<'a> {
    counted: &'a str,
    heading: String,
    chart: Chart,
    points: Vec<(Label, String)>,
}

/// Writes a chart with a table behind it.
pub(super) fn series<W: Write + ?Sized>(
    out: &mut W,
    series: &Series,
    context: &Context<'_>,
) -> io::Result<()> {
    let (per, points) = (series.granularity(), series.points());
    let Some(chart) = Chart::new(per, &points) else {
        return Ok(());
    };
    let body = Body {
        counted: series.counted(),
        heading: capitalized(&chart.per),
        points: if chart.is_summed {
            bars(&chart)
        } else {
            named(per, &points, context)
        },
        chart,
    };
    write(out, &body)
}

/// The rows of the table where it has what was counted, each day with its link.
fn named(
    per: Granularity,
    points: &[(NaiveDate, u64)],
    context: &Context<'_>,
) -> Vec<(Label, String)> {
    let name = |start| match per {
        Granularity::Day => {
            let day = context.day(start);
            Label::new(format!("{} {}", day.text, weekday(start)), day.href)
        }
        _ => Label::new(point_name(per, start), None),
    };
    points
        .iter()
        .map(|(start, count)| (name(*start), grouped(*count)))
        .collect()
}

/// The rows of the table where the chart sums up, so that the chart and its table say the same.
fn bars(chart: &Chart) -> Vec<(Label, String)> {
    chart
        .bars
        .iter()
        .map(|bar| (Label::new(bar.name.clone(), None), bar.sum.clone()))
        .collect()
}

/// A heading of its own: `Day` of `day`.
fn capitalized(name: &str) -> String {
    let mut rest = name.chars();
    let first = rest.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(rest).collect()
}
