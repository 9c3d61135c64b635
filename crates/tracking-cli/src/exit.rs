//! The exit status of the command, and messages on standard error.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use tracking_core::{ExportError, ImportError};
use tracking_loader::LoadError;

use crate::args::{Unconfirmed, UsageError};
use crate::data::sanitize;

/// What `--help` says of the exit status.
pub(crate) const HELP: &str = "\
Exit status:
   0  done; malformed lines of logs are reported, and are no error
   1  something failed, or does not exist
   2  the command line is wrong; nothing was done
   3  confirmation is required; nothing was done
  75  the store is busy, its disk is full, or another process loads the same log
 130  interrupted by Ctrl-C or SIGTERM";

/// Something does not exist, or an input, output or store failed.
const FAILED: u8 = 1;
/// The command line is wrong.
const USAGE: u8 = 2;
/// Confirmation is required.
const UNCONFIRMED: u8 = 3;
/// A failure that may not occur again; the number is that of `EX_TEMPFAIL` in `sysexits.h`.
const BUSY: u8 = 75;
/// As a shell says of a program that ended by Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// A signal has ended a load between two batches.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted; the same command loads what is left")
    }
}

impl Error for Interrupted {}

/// The exit code of a command, after its error was printed.
pub(crate) fn code(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads, as `head` does, has seen enough: that is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            print_message(&format!("{error:#}"));
            ExitCode::from(status(&error))
        }
    }
}

fn status(error: &anyhow::Error) -> u8 {
    if error.is::<Unconfirmed>() {
        return UNCONFIRMED;
    }
    if error.is::<UsageError>() {
        return USAGE;
    }
    if error.is::<Interrupted>() {
        return INTERRUPTED;
    }
    if may_succeed_later(error) {
        BUSY
    } else {
        FAILED
    }
}

/// Whether the same command may succeed later.
pub(crate) fn may_succeed_later(error: &anyhow::Error) -> bool {
    error.chain().any(is_retryable)
}

/// Whether the error itself is retryable.
///
/// The errors of the loader, of exports and of imports pass the store's on as their own, so the
/// chain does not show it.
fn is_retryable(error: &(dyn Error + 'static)) -> bool {
    let store = error.downcast_ref();
    let store = store.or_else(|| match error.downcast_ref()? {
        LoadError::Store(error) => Some(error),
        _ => None,
    });
    let store = store.or_else(|| match error.downcast_ref()? {
        ExportError::Store(error) => Some(error),
        _ => None,
    });
    let store = store.or_else(|| match error.downcast_ref()? {
        ImportError::Store(error) => Some(error),
        _ => None,
    });
    let is_overtaken = matches!(error.downcast_ref(), Some(LoadError::Conflict { .. }));
    is_overtaken || store.is_some_and(tracking_core::Error::is_retryable)
}

/// The exit code of a wrong command line, or of a request for help.
pub(crate) fn usage_code(error: &clap::Error) -> ExitCode {
    // If standard error cannot be written, there is nothing left to do.
    let _printed = error.print();
    if error.use_stderr() {
        ExitCode::from(USAGE)
    } else {
        ExitCode::SUCCESS
    }
}

/// What went wrong with an export, as it is known here.
pub(crate) fn export_error(error: ExportError) -> anyhow::Error {
    match error {
        ExportError::Store(error) => error.into(),
        ExportError::Write(error) => error.into(),
        other => other.into(),
    }
}

/// Prints all errors but the last one, and returns the last one.
pub(crate) fn report_all<E: Into<anyhow::Error>>(
    errors: impl IntoIterator<Item = E>,
) -> anyhow::Result<()> {
    let mut last = None;
    for error in errors {
        if let Some(error) = last.replace(error.into()) {
            print_message(&format!("{error:#}"));
        }
    }
    last.map_or(Ok(()), Err)
}

/// An error and its sources in one line.
pub(crate) fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut beneath = error.source();
    while let Some(error) = beneath {
        text = format!("{text}: {error}");
        beneath = error.source();
    }
    text
}

/// Prints a message to standard error.
pub(crate) fn print_message(text: &str) {
    let _printed = io::stderr().write_all(format!("tracking: {}\n", sanitize(text)).as_bytes());
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::Context;
    use tracking_core::Error as StoreError;

    use super::*;

    fn busy() -> StoreError {
        StoreError::unavailable("look", "the file is busy")
    }

    #[test]
    fn a_busy_store_is_reported_wherever_its_error_comes_from() {
        let errors = [
            anyhow::Error::from(busy()),
            LoadError::Store(busy()).into(),
            ImportError::Store(busy()).into(),
            ExportError::Store(busy()).into(),
            anyhow::Error::from(LoadError::Store(busy())).context("it cannot be done"),
        ];
        for error in errors {
            assert_eq!(status(&error), BUSY, "{error:?}");
        }
        let other = Err::<(), _>(io::Error::other("no")).context("it cannot be done");
        assert_eq!(status(&other.unwrap_err()), FAILED);
    }
}
