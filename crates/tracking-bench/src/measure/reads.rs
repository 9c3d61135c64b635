//! Repeated queries.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;

use super::{Effort, Latencies};
use crate::contender::{Contender, Question, Triple, Visitor};
use crate::report::Unit;
use crate::work::{Plan, Random};

/// The queries.
#[derive(Clone)]
pub(super) enum AnyQuestion<'p> {
    Last(Triple<'p>),
    Tracks(Question<'p>),
}

impl AnyQuestion<'_> {
    pub(super) fn borrowed(&self, contender: &dyn Contender, visitor: Visitor<'_>) -> Result<()> {
        match self {
            Self::Last(triple) => contender.last(*triple, visitor),
            Self::Tracks(question) => contender.visit(question, visitor),
        }
    }

    /// From a copy; returns whether the contender has that.
    pub(super) fn copied(&self, contender: &dyn Contender, visitor: Visitor<'_>) -> Result<bool> {
        match self {
            Self::Last(triple) => contender.last_copied(*triple, visitor),
            Self::Tracks(question) => contender.visit_copied(question, visitor),
        }
    }
}

/// A kind of query, with its number of repetitions in a round.
pub(super) struct Read {
    pub(super) name: &'static str,
    pub(super) times: usize,
    pub(super) ask: for<'p> fn(&'p Plan, &mut Random) -> AnyQuestion<'p>,
}

pub(super) const READS: &[Read] = &[
    read("last", 20_000, |plan, random| {
        AnyQuestion::Last(plan.any(random).into())
    }),
    read("user_tracks", 20_000, |plan, random| {
        AnyQuestion::Tracks(Question::triple(plan.any(random).into()))
    }),
    read("q_task", 5_000, |plan, random| {
        AnyQuestion::Tracks(Question::task(plan.median_task(random)))
    }),
    read("q_task_1k", 1_000, |plan, random| {
        AnyQuestion::Tracks(Question::task(plan.task_of_1000(random)))
    }),
    read("q_10_tasks", 2_000, |plan, random| {
        let mut tasks: Vec<&str> = (0..10).map(|_| plan.median_task(random)).collect();
        tasks.sort_unstable();
        tasks.dedup();
        AnyQuestion::Tracks(Question {
            tasks,
            ..Question::all()
        })
    }),
    read("q_user", 5_000, |plan, random| {
        let user = Some(plan.median_user(random));
        AnyQuestion::Tracks(Question {
            user,
            ..Question::all()
        })
    }),
    read("q_run", 5_000, |plan, random| {
        let run = Some(plan.any(random).run);
        AnyQuestion::Tracks(Question {
            run,
            ..Question::all()
        })
    }),
    read("q_time", 1_000, |plan, random| {
        let times = Some(plan.window(random));
        AnyQuestion::Tracks(Question {
            times,
            ..Question::all()
        })
    }),
    read("q_conj", 5_000, conjunction),
    read("q_page", 1_000, |plan, random| {
        let page = Some(plan.any(random).page);
        AnyQuestion::Tracks(Question {
            page,
            ..Question::all()
        })
    }),
];

const fn read(
    name: &'static str,
    times: usize,
    ask: for<'p> fn(&'p Plan, &mut Random) -> AnyQuestion<'p>,
) -> Read {
    Read { name, times, ask }
}

/// Task and user of any track, in a third of the whole time around it.
fn conjunction<'p>(plan: &'p Plan, random: &mut Random) -> AnyQuestion<'p> {
    let track = plan.any(random);
    let (first, last) = plan.span();
    let around = (last - first) / 6;
    AnyQuestion::Tracks(Question {
        user: Some(track.user),
        times: Some((track.time - around, track.time + around)),
        ..Question::task(track.task)
    })
}

/// Records a metric: its name, its value, its unit.
pub(super) type Recorder<'p> = &'p mut dyn FnMut(&str, f64, Unit) -> Result<()>;

/// Runs one kind of query, each track borrowed.
pub(super) fn borrowed(
    read: &Read,
    contender: &dyn Contender,
    plan: &Plan,
    seed: u64,
    effort: &Effort,
    put: Recorder<'_>,
) -> Result<()> {
    let mut random = Random::new(seed);
    let (mut asked, mut tracks, mut fold) = (0_u64, 0_u64, 0);
    let mut latencies = repeat(read.times, effort, |latencies| {
        let question = (read.ask)(plan, &mut random);
        asked += 1;
        latencies.time(|| {
            question.borrowed(contender, &mut |view| {
                tracks += 1;
                fold ^= view.touch() ^ view.data.touch() as u64;
            })
        })?;
        Ok(true)
    })?;
    black_box(fold);
    let results = tracks as f64 / asked.max(1) as f64;
    record_both(read.name, &mut latencies, put)?;
    put(&format!("{}_results", read.name), results, Unit::Tracks)
}

/// Runs one kind of query, all tracks collected.
pub(super) fn owned(
    read: &Read,
    contender: &dyn Contender,
    plan: &Plan,
    seed: u64,
    effort: &Effort,
    put: Recorder<'_>,
) -> Result<()> {
    let (mut random, mut fold) = (Random::new(seed), 0);
    let mut latencies = repeat(read.times, effort, |latencies| {
        if let AnyQuestion::Tracks(question) = (read.ask)(plan, &mut random) {
            fold ^= latencies.time(|| contender.collect(&question))?;
        }
        Ok(true)
    })?;
    black_box(fold);
    record_both(&format!("{}_owned", read.name), &mut latencies, put)
}

fn record_both(name: &str, latencies: &mut Latencies, put: Recorder<'_>) -> Result<()> {
    for (part, share) in [("p50", 0.5), ("p99", 0.99)] {
        let time = latencies.quantile(share);
        put(&format!("{name}_{part}"), time, Unit::Nanoseconds)?;
    }
    Ok(())
}

const WARM_UP: usize = 5;

/// Repeats `work` up to a number of times, while it returns `true` and the budget allows it; at
/// least thrice.
pub(super) fn repeat(
    times: usize,
    effort: &Effort,
    mut work: impl FnMut(&mut Latencies) -> Result<bool>,
) -> Result<Latencies> {
    let mut warm_up = Latencies::new();
    for _ in 0..WARM_UP.min(times) {
        work(&mut warm_up)?;
    }
    let (mut latencies, start) = (Latencies::new(), Instant::now());
    for _ in 0..times {
        let has_more = work(&mut latencies)?;
        if !has_more || (start.elapsed() > effort.budget && latencies.len() >= 3) {
            break;
        }
    }
    Ok(latencies)
}
