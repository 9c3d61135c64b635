//! The first line of an export, which says what it is.

use serde::{Deserialize, Serialize};

use super::ImportError;

const FORMAT: &str = "tracking-export";

/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;

/// The first line of an export.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    format: String,
    version: u32,
}

impl Header {
    /// How far the first line is read: what is longer is none.
    pub(super) const MAX_BYTES: u64 = 4096;

    /// That of what is written now.
    pub(super) fn of_now() -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
        }
    }

    /// Looks whether what follows a line can be read.
    pub(super) fn check(line: &[u8]) -> Result<(), ImportError> {
        match serde_json::from_slice::<Self>(line) {
            Ok(Self { format, version }) if format == FORMAT => match version {
                VERSION => Ok(()),
                version => Err(ImportError::UnknownVersion { version }),
            },
            _ => Err(ImportError::NotAnExport),
        }
    }
}
