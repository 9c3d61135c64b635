//! Measures the cost of a row of a list in each format, and the memory of lists of two lengths.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use tracking_bench::rendering::{ListFormat, child, measure};
use tracking_bench::report::rendering;

/// Renders lists of tracks in each format: time and bytes a row, and the memory of a process
/// that does nothing else.
#[derive(Debug, Parser)]
#[command(name = "rendering", version)]
struct Args {
    /// How many rows; more than one number shows whether memory grows with them
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 100_000])]
    rows: Vec<usize>,
    /// How often each is measured; medians are shown
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Write a JSON line for each format and number of rows
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Tell the memory of one format; the program starts itself with this
    #[arg(long, hide = true, value_enum)]
    memory_of: Option<ListFormat>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let mut shown = io::stdout().lock();
    if let Some(list_format) = args.memory_of {
        let rows = args.rows.first().copied().unwrap_or_default();
        return Ok(writeln!(shown, "{}", child(list_format, rows)?)?);
    }
    let mut lines: Box<dyn Write> = match &args.out {
        Some(path) => {
            let file = File::create(path);
            Box::new(file.with_context(|| format!("writing {}", path.display()))?)
        }
        None => Box::new(io::sink()),
    };
    let mut results = Vec::new();
    measure(&args.rows, args.rounds, |result| {
        writeln!(lines, "{}", serde_json::to_string(&result)?)?;
        results.push(result);
        Ok(())
    })?;
    Ok(write!(shown, "{}", rendering(&results))?)
}
