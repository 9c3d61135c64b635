//! Counting with callgrind.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::Operation;

/// Returns whether valgrind can be started.
pub fn is_present() -> bool {
    let mut command = Command::new("valgrind");
    command.arg("--version").stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The instructions that an operation takes, to three digits: hash seeds and addresses move what
/// comes after them.
///
/// It starts the running program twice, with `--perform OPERATION --times N`.
///
/// # Errors
///
/// Fails if callgrind cannot be started, or fails.
pub fn count(operation: Operation) -> Result<u64> {
    let (few, many) = operation.times();
    let taken = total(operation, many)?.saturating_sub(total(operation, few)?);
    Ok(rounded(taken as f64 / (many - few) as f64))
}

fn total(operation: Operation, times: usize) -> Result<u64> {
    let program = std::env::current_exe().context("looking for this program")?;
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(program);
    command.args(["--perform", operation.as_str()]);
    command.args(["--times", &times.to_string()]);
    let output = command.output().context("starting valgrind")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let name = operation.as_str();
    ensure!(
        output.status.success(),
        "counting the instructions of {name}: {}\n{errors}",
        output.status
    );
    let collected = collected(&errors);
    collected.with_context(|| format!("callgrind tells no count for {name}:\n{errors}"))
}

/// Reads `==123== Collected : 4567`.
fn collected(report: &str) -> Option<u64> {
    let line = report.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

fn rounded(count: f64) -> u64 {
    let digits = count.max(1.0).log10() as i32;
    let step = 10_f64.powi((digits - 2).max(0));
    ((count / step).round() * step) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_in_the_last_lines() {
        let report = "==7== Events    : Ir\n==7== Collected : 123456\n==7==\n";
        assert_eq!(collected(report), Some(123_456));
        assert_eq!(collected("==7== nothing"), None);
    }

    #[test]
    fn counts_have_three_digits() {
        assert_eq!(rounded(12_345.6), 12_300);
        assert_eq!(rounded(99.4), 99);
        assert_eq!(rounded(0.0), 0);
    }
}
