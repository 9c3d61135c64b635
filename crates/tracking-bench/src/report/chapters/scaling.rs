//! How the cost of our store scales, and what it depends on.

use super::cells::{head, median, row, unit};
use crate::contenders::Name;
use crate::report::unit::significant;
use crate::report::words::{metrics, words};
use crate::report::{Measured, Summary};
use crate::work::Shape;

/// One column for each number of tracks, with how often it was measured, and the time of the last
/// as a multiple of the first's.
pub(super) fn growth(summary: &Summary, name: Name) -> String {
    let mut sizes = summary.sizes().to_vec();
    sizes.sort_unstable();
    let number = |n: &usize| match summary.max_rounds(*n) {
        1 => format!("{}, once", Summary::thousands(*n)),
        _ => Summary::thousands(*n),
    };
    let numbers: Vec<String> = sizes.iter().map(number).collect();
    let titles = numbers.iter().map(String::as_str);
    let titles: Vec<&str> = ["tracks"]
        .into_iter()
        .chain(titles)
        .chain(["grows by"])
        .collect();
    let ends = sizes.first().copied().zip(sizes.last().copied());
    let rows = measured(summary).map(|metric| {
        let cells = sizes.iter().map(|n| with_size(summary, metric, name, *n));
        let grows = ends.and_then(|ends| factor(summary, metric, name, ends));
        let mut row_cells = vec![without_size(words(metric))];
        row_cells.extend(cells);
        row_cells.push(grows.map_or("–".to_owned(), |grows| {
            format!("{} ×", significant(grows))
        }));
        row(&row_cells)
    });
    head(&titles) + &rows.collect::<String>()
}

/// The growth of the time of an operation, or of a query's time for each track
/// of its answer; rates are inverted.
fn factor(
    summary: &Summary,
    metric: &str,
    name: Name,
    (first, last): (usize, usize),
) -> Option<f64> {
    let is_rate = unit(summary, metric)?.is_rate();
    let cost = |n| {
        let value = summary.median(metric, name, n)?;
        let cost = if is_rate { 1.0 / value } else { value };
        Some(cost / size(summary, metric, name, n).unwrap_or(1.0))
    };
    Some(cost(last)? / cost(first)?)
}

/// The number of tracks of the answers to a query.
fn size(summary: &Summary, metric: &str, name: Name, n: usize) -> Option<f64> {
    let results = format!("{}_results", metric.strip_suffix("_p50")?);
    let size = summary.median(&results, name, n)?;
    (size > 0.0).then_some(size)
}

/// A median, with the number of tracks of an answer: `2.45 µs (21)`.
fn with_size(summary: &Summary, metric: &str, name: Name, n: usize) -> String {
    let median = median(summary, metric, name, n);
    match size(summary, metric, name, n) {
        Some(size) if !metric.starts_with("last") => {
            format!("{median} ({})", Summary::thousands(size.round() as usize))
        }
        _ => median,
    }
}

/// One column for each shape of the workload.
pub(super) fn shapes(measured_here: &Measured) -> String {
    let n = measured_here.n;
    let titles = [
        "",
        "skewed",
        "flat",
        "one task",
        "one user",
        "a value for each track",
    ];
    let summaries = Shape::ALL.map(|shape| measured_here.growth(shape));
    let all = metrics(|metric| summaries.iter().any(|all| unit(all, metric).is_some()));
    let rows = all.map(|metric| {
        let cells = summaries
            .iter()
            .map(|all| with_size(all, metric, Name::Tracking, n));
        let mut row_cells = vec![without_size(words(metric))];
        row_cells.extend(cells);
        row(&row_cells)
    });
    head(&titles) + &rows.collect::<String>()
}

fn measured(summary: &Summary) -> impl Iterator<Item = &'static str> {
    metrics(|metric| unit(summary, metric).is_some())
}

/// The number of tracks of an answer depends on the workload: `a task (21 tracks)` is a task.
fn without_size(words: &str) -> String {
    let cut = words.find(" (").unwrap_or(words.len());
    words.get(..cut).unwrap_or(words).to_owned()
}
