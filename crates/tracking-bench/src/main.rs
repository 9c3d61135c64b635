//! Measures the stores of `tracking` and their alternatives.

use std::io;

use clap::Parser;
use tracking_bench::{Options, run};

fn main() -> anyhow::Result<()> {
    run(&Options::parse(), &mut io::stdout().lock(), io::stderr())
}
