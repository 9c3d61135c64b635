//! Writes the tables of `docs/performance.md` and `docs/benchmarks.md` from results.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;
use tracking_bench::report::{Measured, Parts, Sample, chapters, fill, read_lines};

/// Write the tables of documents, between their marks, from results.
#[derive(Debug, Parser)]
#[command(name = "document", version)]
struct Args {
    /// The folder with main.jsonl, growth.jsonl and what else was measured
    #[arg(long, value_name = "FOLDER")]
    results: PathBuf,
    /// A document; repeat it for several
    #[arg(long = "document", value_name = "FILE", required = true)]
    documents: Vec<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let results = Parts {
        main: read(&args.results, &["main"])?,
        growth: read(&args.results, GROWTH)?,
        persistent: read(&args.results, &["kept", "kept-full"])?,
        rendering: read_lines(&args.results.join("rendering.jsonl"))?,
        persistent_growth: read(&args.results, &["kept-growth", LARGEST_PERSISTENT])?,
    };
    let measured = Measured::new(&results);

    let texts: Vec<String> = args
        .documents
        .iter()
        .map(|path| fs::read_to_string(path).with_context(|| format!("reading {}", path.display())))
        .collect::<Result<_>>()?;
    for (path, text) in args
        .documents
        .iter()
        .zip(fill(&texts, &chapters(&measured)?)?)
    {
        write(path, &text)?;
    }

    Ok(())
}

/// Shapes of the workload, each measured separately.
const GROWTH: &[&str] = &[
    "growth",
    "growth-flat",
    "growth-one-task",
    "growth-one-user",
    "growth-many-values",
    LARGEST,
];

/// Parts that are optional because they take long.
const LARGEST: &str = "growth-largest";
const LARGEST_PERSISTENT: &str = "kept-growth-largest";

/// Reads the results of some parts.
fn read(folder: &Path, parts: &[&str]) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for part in parts {
        let path = folder.join(part).with_extension("jsonl");
        if path.exists() || ![LARGEST, LARGEST_PERSISTENT].contains(part) {
            samples.extend(read_lines(&path)?);
        }
    }
    Ok(samples)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}
