//! Pictures of the tables.

use std::fmt::{self, Write};

use super::chart::{Chart, Group};
use super::{Bar, Summary, Unit};
use crate::contenders::Name;

const PEER: Name = Name::LimitRows;

/// What one operation costs, as a multiple of what it costs `limit-rows`: an SVG. Rates are
/// turned around.
///
/// # Errors
///
/// Those of the writer.
pub fn picture(summary: &Summary, n: usize, out: &mut impl Write) -> fmt::Result {
    let others = summary.contenders().iter().copied();
    let others: Vec<Name> = others.filter(|name| *name != PEER).collect();
    let groups = groups(summary, |metric, unit| {
        let cost = |name: &Name| {
            let ratio = summary.ratio(n, (metric, *name), (metric, PEER))?;
            Some(if unit.is_rate() { 1.0 / ratio } else { ratio })
        };
        others.iter().map(cost).collect()
    });
    let chart = Chart {
        title: format!(
            "Cost of an operation at {n} tracks, as a multiple of {}'s",
            PEER.as_str()
        ),
        series: others.iter().map(|name| name.as_str().to_owned()).collect(),
        groups,
        base: Some(1.0),
        show: |value| format!("{value}×"),
    };
    chart.draw(out)
}

/// What one operation of a contender takes at each number of tracks: an SVG. Rates are turned
/// around, memory is left out.
///
/// # Errors
///
/// Those of the writer.
pub fn growth_picture(summary: &Summary, contender: Name, out: &mut impl Write) -> fmt::Result {
    let groups = groups(summary, |metric, unit| {
        let time = |n: &usize| match unit {
            Unit::Nanoseconds => summary.median(metric, contender, *n),
            unit if unit.is_rate() => Some(1e9 / summary.median(metric, contender, *n)?),
            _ => None,
        };
        summary.sizes().iter().map(time).collect()
    });
    let chart = Chart {
        title: format!(
            "{}: time of an operation by number of tracks",
            contender.as_str()
        ),
        series: summary.sizes().iter().map(ToString::to_string).collect(),
        groups,
        base: None,
        show: |value| Unit::Nanoseconds.show(value),
    };
    chart.draw(out)
}

/// The metrics that have a bar, with the numbers that can be drawn to a logarithmic scale.
fn groups(summary: &Summary, values: impl Fn(&str, Unit) -> Vec<Option<f64>>) -> Vec<Group> {
    let metrics = summary.metrics().iter();
    let metrics = metrics.filter(|(metric, _)| Bar::of(metric).is_some());
    let group = |(metric, unit): &(String, Unit)| {
        let drawable = |value: Option<f64>| value.filter(|value| value.is_finite() && *value > 0.0);
        let values: Vec<Option<f64>> = values(metric, *unit).into_iter().map(drawable).collect();
        (metric.clone(), values)
    };
    let groups = metrics.map(group);
    groups
        .filter(|(_, values)| values.iter().any(Option::is_some))
        .collect()
}
