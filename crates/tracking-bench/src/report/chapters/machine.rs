//! The machine and the setup of the measurement.

use std::fs;

use crate::report::{Measured, Summary};

/// A sentence: machine, tracks, rounds.
pub(super) fn machine(measured: &Measured) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = processor().unwrap_or_else(|| "an unknown processor".to_owned());
    let rounds = match measured.rounds {
        1 => "measured once".to_owned(),
        rounds => format!("medians of {rounds} rounds"),
    };
    format!(
        "{} tracks, {rounds}, on {processor} with {cores} cores.\n",
        Summary::thousands(measured.n),
    )
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
