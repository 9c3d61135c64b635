//! Whether a path still leads to the file that was opened.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use tracking_core::Error;

/// Which file of the machine it is, whatever it is called.
///
/// An open file stays what it is when its name goes: what is written to it then is lost with it,
/// and nobody would be told. Where the system gives files no numbers, all are taken for the same;
/// such a system does not let go of the names of open files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    #[cfg(unix)]
    number: (u64, u64),
}

impl Identity {
    pub(crate) fn of(file: &Path) -> io::Result<Self> {
        fs::metadata(file).map(|metadata| Self::from(&metadata))
    }

    /// Refuses to go on where the path leads to another file now, or to none.
    pub(crate) fn check(self, file: &Path) -> Result<(), Error> {
        let why = match Self::of(file) {
            Ok(there) if there == self => return Ok(()),
            Ok(_) => io::Error::other("another file has its name"),
            Err(error) => error,
        };
        let what = format!(
            "go on with {}, which was moved, removed or replaced while it was open; put it back, \
             or open what is there now",
            file.display()
        );
        Err(Error::backend(what, why))
    }
}

impl From<&Metadata> for Identity {
    #[cfg(unix)]
    fn from(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            number: (metadata.dev(), metadata.ino()),
        }
    }

    #[cfg(not(unix))]
    fn from(_: &Metadata) -> Self {
        Self {}
    }
}
