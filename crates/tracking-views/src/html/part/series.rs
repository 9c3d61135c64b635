//! Counts over time.

use std::io::{self, Write};

use askama::Template;

use crate::Context;
use crate::html::chart::Chart;
use crate::html::value::write;
use crate::model::{Per, Series};
use crate::shown::{Label, Visible, grouped, point_name, weekday};

#[derive(Template)]
#[template(path = "part/series.html")]
struct Body<'a> {
    counted: &'a str,
    per: &'static str,
    heading: &'static str,
    chart: Chart,
    points: Vec<(Label, String)>,
}

/// Writes a chart with a table behind it.
pub(super) fn series<W: Write + ?Sized>(
    out: &mut W,
    series: &Series,
    context: &Context<'_>,
) -> io::Result<()> {
    let (per, points) = (series.per(), series.points());
    let Some(chart) = Chart::new(per, &points) else {
        return Ok(());
    };
    let name = |start| match per {
        Per::Day => {
            let day = context.day(start);
            Label::new(format!("{} {}", day.text, weekday(start)), day.href)
        }
        _ => Label::new(point_name(per, start), None),
    };
    let points = points
        .iter()
        .map(|(start, count)| (name(*start), grouped(*count)));
    let body = Body {
        counted: series.counted(),
        per: per.name(),
        heading: match per {
            Per::Day => "Day",
            Per::Week => "Week",
            Per::Month => "Month",
        },
        chart,
        points: points.collect(),
    };
    write(out, &body)
}
