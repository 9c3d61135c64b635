//! How the cost of our store grows, and what it depends on.

use super::cells::{head, median, row, unit};
use crate::contenders::Name;
use crate::report::unit::significant;
use crate::report::words::{metrics, words};
use crate::report::{Measured, Summary};
use crate::work::Shape;

/// One column for each number of tracks, and the time of the last as a multiple of the first's.
pub(super) fn growth(summary: &Summary) -> String {
    let mut sizes = summary.sizes().to_vec();
    sizes.sort_unstable();
    let numbers: Vec<String> = sizes.iter().map(|n| Summary::thousands(*n)).collect();
    let titles = numbers.iter().map(String::as_str);
    let titles: Vec<&str> = ["tracks"]
        .into_iter()
        .chain(titles)
        .chain(["grows by"])
        .collect();
    let ends = sizes.first().copied().zip(sizes.last().copied());
    let rows = measured(summary).map(|metric| {
        let cells = sizes
            .iter()
            .map(|n| median(summary, metric, Name::Tracking, *n));
        let grows = ends.and_then(|ends| factor(summary, metric, ends));
        let mut row_cells = vec![without_size(words(metric))];
        row_cells.extend(cells);
        row_cells.push(grows.map_or("–".to_owned(), |grows| {
            format!("{} ×", significant(grows))
        }));
        row(&row_cells)
    });
    head(&titles) + &rows.collect::<String>()
}

/// By how much the time of an operation grows; rates are turned around.
fn factor(summary: &Summary, metric: &str, (first, last): (usize, usize)) -> Option<f64> {
    let value = |n| summary.median(metric, Name::Tracking, n);
    let grows = value(last)? / value(first)?;
    Some(if unit(summary, metric)?.is_rate() {
        1.0 / grows
    } else {
        grows
    })
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
            .map(|all| median(all, metric, Name::Tracking, n));
        let mut row_cells = vec![without_size(words(metric))];
        row_cells.extend(cells);
        row(&row_cells)
    });
    head(&titles) + &rows.collect::<String>()
}

fn measured(summary: &Summary) -> impl Iterator<Item = &'static str> {
    metrics(|metric| unit(summary, metric).is_some())
}

/// How many tracks an answer has depends on the workload: `a task (21 tracks)` is a task.
fn without_size(words: &str) -> String {
    let cut = words.find(" (").unwrap_or(words.len());
    words.get(..cut).unwrap_or(words).to_owned()
}
