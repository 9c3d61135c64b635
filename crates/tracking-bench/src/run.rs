//! Runs the program.

use std::fs::File;
use std::io::{self, Write};

use anyhow::{Context, Result};

use crate::measure::{child, memories, rounds};
use crate::options::Options;
use crate::report::{Results, Summary, growth, table};
use crate::work::Plan;

/// Measures what the options select, writes the tables, and reports progress.
///
/// # Errors
///
/// Fails if a contender fails or gives another answer than the others, and if files cannot be
/// written.
pub fn run(options: &Options, out: &mut impl Write, progress: impl Write + 'static) -> Result<()> {
    if let Some(name) = options.memory_of {
        let memory = child(name, options.shape(), options.n)?;
        return serde_json::to_writer(out, &memory).context("telling the memory");
    }
    let lines = lines(options)?;
    let mut results = Results::new(options.shape(), lines, Box::new(progress));
    let grown = !options.grow.is_empty();
    let sizes = if grown {
        options.grow.clone()
    } else {
        vec![options.n]
    };
    for n in &sizes {
        measure(options, *n, &mut results)?;
    }
    let summary = Summary::new(results.samples());
    let mut text = String::new();
    if grown {
        growth(&summary, &mut text)?;
    } else {
        table(&summary, options.n, &mut text)?;
    }
    out.write_all(text.as_bytes()).context("writing the table")
}

fn lines(options: &Options) -> Result<Box<dyn Write>> {
    let Some(path) = &options.out else {
        return Ok(Box::new(io::sink()));
    };
    let file = File::options().create(true).append(true).open(path);
    let file = file.with_context(|| format!("opening {} for results", path.display()))?;
    Ok(Box::new(file))
}

fn measure(options: &Options, n: usize, results: &mut Results) -> Result<()> {
    results.start_size(n);
    let contenders = options.contenders();
    let plan = Plan::new(options.shape(), n);
    let effort = options.effort();
    if !options.no_memory && effort.wants("memory_beyond_data") {
        memories(&contenders, &plan, results)?;
    }
    rounds(&contenders, &plan, &effort, results)
}
