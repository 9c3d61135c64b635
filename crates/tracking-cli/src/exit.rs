//! How the command ends: its exit status, and what it says on standard error.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// What `--help` says of the exit status.
pub(crate) const HELP: &str = "\
Exit status:
  0  it was shown; malformed lines are told and are no error
  1  what was named is not there, or a file could not be read or written
  2  the command was not understood";

/// Something that is not there, or an input or output that failed.
const FAILED: u8 = 1;
/// A command that was not understood.
const USAGE: u8 = 2;

/// Ends a command that was understood.
pub(crate) fn of(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads, as `head` does, has seen enough: that is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("{error:#}"));
            ExitCode::from(FAILED)
        }
    }
}

/// Ends a command that was not understood, or that asked for help.
pub(crate) fn of_usage(error: &clap::Error) -> ExitCode {
    // Where not even this can be written, nobody is there to be told.
    let _told = error.print();
    if error.use_stderr() {
        ExitCode::from(USAGE)
    } else {
        ExitCode::SUCCESS
    }
}

/// Says something beside what is shown.
pub(crate) fn tell(text: &str) {
    let _told = io::stderr().write_all(format!("tracking: {text}\n").as_bytes());
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
