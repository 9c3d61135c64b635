//! Counts the instructions of the hottest operations, and prints the differences to stored counts.

use std::io::{self, Write};
use std::path::Path;

use clap::Parser;
use tracking_bench::instructions::{Counts, Operation, compare, count, is_present};

/// Counts the instructions of the hottest operations with callgrind, next to those that are
/// stored; a change is reported, and never an error.
#[derive(Debug, Parser)]
#[command(name = "instructions", version)]
struct Args {
    /// Store what is counted now
    #[arg(long)]
    update: bool,
    /// Perform one operation; the program starts itself with this
    #[arg(long, hide = true, value_enum, requires = "times")]
    perform: Option<Operation>,
    #[arg(long, hide = true)]
    times: Option<usize>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if let (Some(operation), Some(times)) = (args.perform, args.times) {
        // Unused values are not dropped: that would be counted.
        std::mem::forget(operation.perform(times)?);
        return Ok(());
    }
    let mut out = io::stdout().lock();
    if !is_present() {
        writeln!(out, "SKIPPED: no instructions counted, valgrind is missing")?;
        return Ok(());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.json");
    let one = |operation: Operation| Ok((operation.as_str().to_owned(), count(operation)?));
    let now: Counts = Operation::ALL
        .into_iter()
        .map(one)
        .collect::<anyhow::Result<_>>()?;
    write!(out, "{}", compare(&Counts::read(&path)?, &now))?;
    if args.update {
        now.write(&path)?;
        writeln!(out, "stored in {}", path.display())?;
    }
    Ok(())
}
