//! Names and counts.

use std::hint::black_box;

use anyhow::Result;

use super::reads::{Recorder, repeat};
use super::{Effort, Latencies};
use crate::contender::Contender;
use crate::report::Unit;
use crate::work::{Plan, Random};

/// The metrics of this module; each is measured for all contenders before the next.
pub(super) const LISTINGS: &[&str] = &[
    "user_names",
    "user_names_1k",
    "task_ids",
    "count_all",
    "count_scan",
];

/// Measures one of them.
pub(super) fn measure(
    metric: &str,
    contender: &dyn Contender,
    plan: &Plan,
    seed: u64,
    effort: &Effort,
    put: Recorder<'_>,
) -> Result<()> {
    let mut random = Random::new(seed);
    let times = match metric {
        "user_names" | "user_names_1k" => 2_000,
        "task_ids" => 50,
        _ => 20,
    };
    let mut latencies = repeat(times, effort, |latencies| match metric {
        "user_names" => users(contender, plan.median_task(&mut random), latencies),
        "user_names_1k" => users(contender, plan.task_of_1000(&mut random), latencies),
        "task_ids" => tasks(contender, latencies),
        "count_all" => counts(contender, None, latencies),
        _ => counts(contender, Some(middle(plan)), latencies),
    })?;
    let median = latencies.quantile(0.5);
    put(&format!("{metric}_p50"), median, Unit::Nanoseconds)
}

fn users(contender: &dyn Contender, task: &str, latencies: &mut Latencies) -> Result<bool> {
    let mut bytes = 0;
    let asked = latencies.time(|| contender.user_names(task, &mut |name| bytes += name.len()));
    black_box(bytes);
    asked.map(|()| true)
}

fn tasks(contender: &dyn Contender, latencies: &mut Latencies) -> Result<bool> {
    let mut bytes = 0;
    let asked = latencies.time(|| contender.task_ids(&mut |task| bytes += task.len()));
    black_box(bytes);
    asked.map(|()| true)
}

fn counts(
    contender: &dyn Contender,
    times: Option<(i64, i64)>,
    latencies: &mut Latencies,
) -> Result<bool> {
    let (mut bytes, mut tracks) = (0, 0);
    let asked = latencies.time(|| {
        contender.count_by_task(times, &mut |task, count| {
            bytes += task.len();
            tracks += count;
        })
    });
    black_box((bytes, tracks));
    asked.map(|()| true)
}

/// Four fifths of the whole time: every track must be checked.
fn middle(plan: &Plan) -> (i64, i64) {
    let (first, last) = plan.span();
    let tenth = (last - first) / 10;
    (first + tenth, last - tenth)
}
