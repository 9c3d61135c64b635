//! Memory of a loaded store, measured in a child process.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::load::load;
use crate::contenders::Name;
use crate::work::{Generator, Names, Shape};

/// Resident bytes a track.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Memory {
    /// After the load.
    pub(crate) resident: f64,
    /// At most, during the load.
    pub(crate) peak: f64,
}

/// Loads a store and returns its memory; for a process that does nothing else.
///
/// # Errors
///
/// Returns the errors of the store, and fails if the system does not tell.
pub(crate) fn child(name: Name, shape: Shape, n: usize) -> Result<Memory> {
    let names = Names::new(shape, n);
    let mut generator = Generator::new(shape, &names);
    let contender = name.make()?;
    let before = resident("VmRSS:")?;
    load(
        contender.as_ref(),
        &names,
        (0..n).map(|_| generator.track()),
    )?;
    let a_track = |bytes: f64| (bytes - before) / n.max(1) as f64;
    Ok(Memory {
        resident: a_track(resident("VmRSS:")?),
        peak: a_track(resident("VmHWM:")?),
    })
}

/// Starts this program again to measure one contender.
///
/// # Errors
///
/// Fails if that program fails.
pub(crate) fn measure_in_child(name: Name, shape: Shape, n: usize) -> Result<Memory> {
    let program = std::env::current_exe().context("looking for this program")?;
    let mut command = Command::new(program);
    command.args(["--memory-of", name.as_str(), "--shape", shape.name()]);
    let output = command.args(["--n", &n.to_string()]).output();
    let output = output.context("starting this program for its memory")?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!(
            "measuring the memory of {}: {}\n{errors}",
            name.as_str(),
            output.status
        );
    }
    serde_json::from_slice(&output.stdout).context("reading what the memory was")
}

/// A size from the system, in bytes.
pub(crate) fn resident(field: &str) -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status").context("asking for the memory used")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let line = line.with_context(|| format!("the system does not tell {field}"))?;
    let mut words = line.split_whitespace();
    let number: f64 = words.next().unwrap_or_default().parse()?;
    ensure!(words.next() == Some("kB"), "{field} is not in kB");
    Ok(number * 1024.0)
}
