//! The specification's scenario, step by step, on real stores.

mod scenario;
mod show;
mod steps;
mod views;
mod world;

use std::fmt::Write as _;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::stores::{self, Store};
use scenario::Example;
use steps::STEPS;
use world::World;

/// Which store to run it on.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The store to run it on, or all
    #[arg(long, default_value = "all", value_name = "NAME")]
    store: String,
}

/// Runs all steps on each store; whether all printed what the specification shows.
pub(crate) fn run(args: &Args) -> Result<bool> {
    let mut counts = Counts::default();
    for store in stores::chosen(&args.store)? {
        println!("on {}", store.name);
        counts += run_on(store, &mut |report| print!("{report}"))?;
    }
    let shown = crate::root().join("target/spec");
    println!(
        "views and log files lie in {} for you to look at",
        shown.display()
    );
    println!("{counts}");
    Ok(counts.all_passed())
}

/// Runs all steps on one store, and reports each.
pub(crate) fn run_on(store: Store, report: &mut dyn FnMut(&str)) -> Result<Counts> {
    let examples = scenario::examples();
    check_steps(&examples)?;
    let mut world = World::new(store)?;
    let mut counts = Counts::default();
    let mut section = "";
    for (number, (example, step)) in examples.iter().zip(STEPS).enumerate() {
        if example.section != section {
            section = example.section;
            report(&format!("\n  {section}\n"));
        }
        let verdict = judge(example, (step.run)(&mut world));
        counts.note(verdict.is_ok());
        report(&line(number + 1, example, &verdict));
    }
    report("\n");
    Ok(counts)
}

/// Sees to it that no example of the scenario goes without a step, nor a step without one.
fn check_steps(examples: &[Example<'_>]) -> Result<()> {
    for (example, step) in examples.iter().zip(STEPS) {
        if example.source != step.source {
            bail!(
                "the scenario goes on with {:?}, but the next step is for {:?}",
                example.source,
                step.source
            );
        }
    }
    if examples.len() != STEPS.len() {
        bail!(
            "the scenario has {} examples, but there are {} steps",
            examples.len(),
            STEPS.len()
        );
    }
    Ok(())
}

/// Compares what a step printed with what the scenario shows: what was printed, or what is wrong.
fn judge(example: &Example<'_>, printed: Result<String>) -> Result<String, String> {
    match printed {
        Ok(printed) if scenario::matches(&example.expected, &printed) => Ok(printed),
        Ok(printed) => Err(format!(
            "expected {}\n        got      {printed}",
            example.expected
        )),
        Err(error) => Err(format!("failed: {error:#}")),
    }
}

fn line(number: usize, example: &Example<'_>, verdict: &Result<String, String>) -> String {
    let word = if verdict.is_ok() { "ok    " } else { "FAILED" };
    let first = example.source.lines().next().unwrap_or_default();
    let mut line = format!(
        "  {word} {number:2}  {first}
"
    );
    let (Ok(more) | Err(more)) = verdict;
    if !more.is_empty() {
        // Writing to a string does not fail.
        _ = writeln!(line, "             {more}");
    }
    line
}

#[cfg(test)]
mod tests;
