//! The separate costs of copying out of a lock, building a query, and returning an answer.

use std::hint::black_box;

use anyhow::Result;

use super::Effort;
use super::reads::{AnyQuestion, Read, Recorder, repeat};
use crate::contender::{Contender, Question};
use crate::report::Unit;
use crate::work::{Plan, Random};

/// The number of queries between two readings of the clock, which takes longer than building one.
const AT_ONCE: usize = 64;

/// Runs one kind of query, each track borrowed from a copy, of contenders that support it.
pub(super) fn copied(
    read: &Read,
    contender: &dyn Contender,
    plan: &Plan,
    seed: u64,
    effort: &Effort,
    put: Recorder<'_>,
) -> Result<()> {
    let (mut random, mut fold, mut has) = (Random::new(seed), 0, true);
    let mut latencies = repeat(read.times, effort, |latencies| {
        if has {
            let question = (read.ask)(plan, &mut random);
            has = latencies.time(|| {
                question.copied(contender, &mut |view| {
                    fold ^= view.touch() ^ view.data.touch() as u64;
                })
            })?;
        }
        Ok(has)
    })?;
    black_box(fold);
    if !has {
        return Ok(());
    }
    let median = latencies.quantile(0.5);
    put(
        &format!("{}_copied_p50", read.name),
        median,
        Unit::Nanoseconds,
    )
}

/// Builds queries of one kind for the contenders that have any, without running them.
pub(super) fn made(
    read: &Read,
    contender: &dyn Contender,
    plan: &Plan,
    seed: u64,
    effort: &Effort,
    put: Recorder<'_>,
) -> Result<()> {
    let (mut random, mut has) = (Random::new(seed), true);
    let mut latencies = repeat(read.times / AT_ONCE + 3, effort, |latencies| {
        if let (true, AnyQuestion::Tracks(question)) = (has, (read.ask)(plan, &mut random)) {
            has = latencies.time_each(AT_ONCE, || make(contender, &question))?;
        } else {
            has = false;
        }
        Ok(has)
    })?;
    if !has {
        return Ok(());
    }
    let median = latencies.quantile(0.5);
    put(
        &format!("{}_make_p50", read.name),
        median,
        Unit::Nanoseconds,
    )
}

fn make(contender: &dyn Contender, question: &Question<'_>) -> Result<bool> {
    contender.make(black_box(question))
}

/// Clones answers of contenders that return owned answers.
pub(super) fn cloned(contender: &dyn Contender, effort: &Effort, put: Recorder<'_>) -> Result<()> {
    for (metric, mut clone) in contender.clones()? {
        let mut latencies = repeat(50, effort, |latencies| {
            latencies.time(&mut clone);
            Ok(true)
        })?;
        let median = latencies.quantile(0.5);
        put(&format!("{metric}_clone_p50"), median, Unit::Nanoseconds)?;
    }
    Ok(())
}
