//! Peak memory, in a process of its own.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Way;
use super::rows::{Counted, tracks};
use crate::measure::resident;

/// Renders rows that are made one by one, and tells the resident bytes at most; for a process
/// that does nothing else.
///
/// # Errors
///
/// Those of the workload, and where the system does not tell.
pub fn child(way: Way, rows: usize) -> Result<f64> {
    // A row that cannot be made would end the list early, which the number tells.
    let mut made = 0;
    let rows_made = tracks(rows).map_while(Result::ok).inspect(|_| made += 1);
    way.render(&mut Counted::default(), rows_made)?;
    if made < rows {
        bail!("row {made} of the workload is no track");
    }
    resident("VmHWM:")
}

/// Starts this program anew to measure one format.
///
/// # Errors
///
/// Where that program fails.
pub fn beside(way: Way, rows: usize) -> Result<f64> {
    let program = std::env::current_exe().context("looking for this program")?;
    let output = Command::new(program)
        .args(["--memory-of", way.word(), "--rows", &rows.to_string()])
        .output()
        .context("starting this program for its memory")?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!(
            "measuring the memory of {way:?}: {}\n{errors}",
            output.status
        );
    }
    let told = String::from_utf8_lossy(&output.stdout);
    told.trim().parse().context("reading what the memory was")
}
