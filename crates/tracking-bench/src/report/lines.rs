//! Results that were written as JSON lines.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;

/// Reads what a run has written.
///
/// # Errors
///
/// Fails if the file cannot be read, or a line is no result.
pub fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let what = || format!("reading {}", path.display());
    let file = File::open(path).with_context(what)?;
    let lines = BufReader::new(file).lines();
    let result = |line: std::io::Result<String>| Ok(serde_json::from_str(&line?)?);
    lines.map(result).collect::<Result<_>>().with_context(what)
}
