//! What copying out of a lock, making a query, and giving an answer away cost by themselves.

use std::hint::black_box;

use anyhow::Result;

use super::Effort;
use super::reads::{Asked, Put, Read, repeat};
use crate::contender::{Contender, Question};
use crate::report::Unit;
use crate::work::{Plan, Random};

/// Queries that are made between two looks at the clock, which takes longer than making one.
const AT_ONCE: usize = 64;

/// Asks one kind of question, each track lent from a copy, of contenders that have that.
pub(super) fn copied(
    read: &Read,
    contender: &dyn Contender,
    plan: &Plan,
    seed: u64,
    effort: &Effort,
    put: Put<'_>,
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

/// Makes queries of one kind, of contenders that have such a thing, and asks none.
pub(super) fn made(
    read: &Read,
    contender: &dyn Contender,
    plan: &Plan,
    seed: u64,
    effort: &Effort,
    put: Put<'_>,
) -> Result<()> {
    let (mut random, mut has) = (Random::new(seed), true);
    let mut latencies = repeat(read.times / AT_ONCE + 3, effort, |latencies| {
        if let (true, Asked::Tracks(question)) = (has, (read.ask)(plan, &mut random)) {
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

/// Clones answers that the caller owns, of contenders that give such.
pub(super) fn cloned(contender: &dyn Contender, effort: &Effort, put: Put<'_>) -> Result<()> {
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
