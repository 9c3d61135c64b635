//! Peak memory, measured in a child process.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::ListFormat;
use super::rows::{Counted, tracks};
use crate::measure::resident;

/// Renders rows that are generated one by one and returns the peak of resident bytes; for a process
/// that does nothing else.
///
/// # Errors
///
/// Returns the errors of the workload, and fails if the system does not tell.
pub fn child(list_format: ListFormat, rows: usize) -> Result<f64> {
    // A row that cannot be generated would end the list early, which the count detects.
    let mut rendered = 0;
    let rows_made = tracks(rows)
        .map_while(Result::ok)
        .inspect(|_| rendered += 1);
    list_format.render(&mut Counted::default(), rows_made)?;
    if rendered < rows {
        bail!("row {rendered} of the workload is no track");
    }
    resident("VmHWM:")
}

/// Starts this program again to measure one format.
///
/// # Errors
///
/// Fails if that program fails.
pub fn measure_in_child(list_format: ListFormat, rows: usize) -> Result<f64> {
    let program = std::env::current_exe().context("looking for this program")?;
    let output = Command::new(program)
        .args([
            "--memory-of",
            list_format.word(),
            "--rows",
            &rows.to_string(),
        ])
        .output()
        .context("starting this program for its memory")?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!(
            "measuring the memory of {list_format:?}: {}\n{errors}",
            output.status
        );
    }
    let output = String::from_utf8_lossy(&output.stdout);
    output.trim().parse().context("reading what the memory was")
}
