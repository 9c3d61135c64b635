//! Arguments that turn out to be contradictory only when the command runs.

use std::fmt;

/// Says which arguments contradict each other; the exit status is that of a wrong command line.
#[derive(Debug)]
pub(crate) struct UsageError(pub(crate) String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}
