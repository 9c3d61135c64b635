//! How the command ends: its exit status, and what it says on standard error.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use tracking_core::ExportError;

use crate::args::Unconfirmed;
use crate::data::calm;

/// What `--help` says of the exit status.
pub(crate) const HELP: &str = "\
Exit status:
   0  it was done; malformed lines of logs are told only
   1  what was named is not there, or something failed
   2  the command was not understood
   3  nobody has said yes, so nothing was done
  75  the store is busy; the same command may succeed later";

/// Something that is not there, or an input, output or store that failed.
const FAILED: u8 = 1;
/// A command that was not understood.
const USAGE: u8 = 2;
/// Something that is done only where somebody says yes.
const UNCONFIRMED: u8 = 3;
/// A failure that may pass; the number is that of `EX_TEMPFAIL` in `sysexits.h`.
const BUSY: u8 = 75;

/// Ends a command that was understood.
pub(crate) fn of(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads, as `head` does, has seen enough: that is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("{error:#}"));
            ExitCode::from(status(&error))
        }
    }
}

fn status(error: &anyhow::Error) -> u8 {
    if error.is::<Unconfirmed>() {
        return UNCONFIRMED;
    }
    let mut errors = error.chain().filter_map(|error| error.downcast_ref());
    if errors.any(tracking_core::Error::is_retryable) {
        BUSY
    } else {
        FAILED
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

/// What went wrong with an export, as it is known here.
pub(crate) fn of_export(error: ExportError) -> anyhow::Error {
    match error {
        ExportError::Store(error) => error.into(),
        ExportError::Write(error) => error.into(),
        other => other.into(),
    }
}

/// Says something beside what is shown.
pub(crate) fn tell(text: &str) {
    let _told = io::stderr().write_all(format!("tracking: {}\n", calm(text)).as_bytes());
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
