//! The cost that our interface adds to `limit-rows`.

use super::cells::{head, main as shown, row};
use crate::contenders::Name;
use crate::report::unit::significant;
use crate::report::words::{metrics, words};
use crate::report::{Measured, Unit};

/// Each read that borrows: ours, compared with `limit-rows`, with `limit-rows` that copies out of its
/// lock as ours does, and with that plus building a query.
pub(super) fn reads(measured: &Measured) -> String {
    let titles = [
        "each track borrowed",
        "ours",
        "limit, under its lock",
        "÷",
        "limit, copied out",
        "making the query",
        "ours ÷ (copied out + query)",
    ];
    let borrowed = |metric: &str| {
        let is_read = metric.starts_with("q_") || metric.starts_with("last");
        (is_read || metric.starts_with("user_tracks")) && !metric.contains("owned")
    };
    let rows = metrics(borrowed).map(|metric| {
        let part = |name: &str| metric.replace("_p50", &format!("_{name}_p50"));
        let (copied, make) = (part("copied"), part("make"));
        let of = |metric: &str, name| measured.main.median(metric, name, measured.n);
        let ours = of(metric, Name::Tracking);
        let compared = |other: Option<f64>| {
            let ratio = ours.zip(other).map(|(ours, other)| ours / other);
            ratio.map_or("–".to_owned(), significant)
        };
        let needed = of(&copied, Name::LimitRows)
            .map(|copied| copied + of(&make, Name::Tracking).unwrap_or(0.0));
        row(&[
            words(metric).to_owned(),
            shown(measured, metric, Name::Tracking),
            shown(measured, metric, Name::LimitRows),
            compared(of(metric, Name::LimitRows)),
            shown(measured, &copied, Name::LimitRows),
            shown(measured, &make, Name::Tracking),
            compared(needed),
        ])
    });
    head(&titles) + &rows.collect::<String>()
}

/// Answers that are lists: ours, that of `limit-rows`, and a clone of ours.
pub(super) fn names(measured: &Measured) -> String {
    let titles = [
        "",
        "ours",
        "limit, under its lock",
        "a clone of the answer",
        "the rest",
    ];
    let rows =
        [("task_ids_p50", "task_ids"), ("count_all_p50", "count_all")].map(|(metric, name)| {
            let clone = format!("{name}_clone_p50");
            let of = |metric: &str| measured.main.median(metric, Name::Tracking, measured.n);
            let rest = of(metric).zip(of(&clone)).map(|(all, clone)| all - clone);
            row(&[
                words(metric).to_owned(),
                shown(measured, metric, Name::Tracking),
                shown(measured, metric, Name::LimitRows),
                shown(measured, &clone, Name::Tracking),
                rest.map_or("–".to_owned(), |rest| {
                    Unit::Nanoseconds.show(rest.max(0.0))
                }),
            ])
        });
    head(&titles) + &rows.concat()
}
