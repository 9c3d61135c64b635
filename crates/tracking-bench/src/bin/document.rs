//! Writes the tables and pictures of `docs/performance.md` from results.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;
use tracking_bench::contenders::Name;
use tracking_bench::report::{
    Measured, Summary, chapters, fill, growth_picture, picture, read_lines,
};
use tracking_bench::work::Shape;

/// Writes the tables of a document, between its marks, and its pictures, from results.
#[derive(Debug, Parser)]
#[command(name = "document", version)]
struct Args {
    /// The folder with main.jsonl, growth.jsonl and rendering.jsonl
    #[arg(long, value_name = "FOLDER")]
    results: PathBuf,
    /// The document
    #[arg(long, value_name = "FILE")]
    document: PathBuf,
    /// The folder for perf-table.svg and perf-growth.svg
    #[arg(long, value_name = "FOLDER")]
    images: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let main = read_lines(&args.results.join("main.jsonl"))?;
    let growth = read_lines(&args.results.join("growth.jsonl"))?;
    let rendering = read_lines(&args.results.join("rendering.jsonl"))?;
    let measured = Measured::new(&main, &growth, rendering);

    let path = &args.document;
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    write(path, &fill(&text, &chapters(&measured)?)?)?;

    let mut image = String::new();
    picture(&measured.main, measured.n, &mut image)?;
    write(&args.images.join("perf-table.svg"), &image)?;
    let skewed = growth.into_iter().filter(|one| one.shape == Shape::Skewed);
    let skewed = Summary::new(&skewed.collect::<Vec<_>>());
    image.clear();
    growth_picture(&skewed, Name::Tracking, &mut image)?;
    write(&args.images.join("perf-growth.svg"), &image)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}
