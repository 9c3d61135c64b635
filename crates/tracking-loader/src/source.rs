//! Where lines come from: a file, gzip or not, or standard input.

mod error;
mod folder;
mod gzip;
mod input;
mod json_array;
mod lines;
mod live_input;
mod lookahead;
mod probe;
mod text;
mod time_order;

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

pub use error::SourceError;
pub use input::OpenSource;
pub(crate) use lines::SourceOffset;
pub use lines::{Line, Lines};
pub(crate) use lookahead::Lookahead;
pub(crate) use probe::{Probe, ProbeOptions, is_stream};
pub(crate) use text::text_of_line;
pub use time_order::{TimedSource, in_order_of_time};

/// A log to be read.
///
/// ```
/// use tracking_loader::Source;
///
/// assert_eq!(Source::from_argument("-"), Source::Stdin);
/// assert_eq!(Source::from_argument("access.log.gz").to_string(), "access.log.gz");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// The standard input of this process.
    Stdin,
}

impl Source {
    /// The source that a command's argument names: `-` is standard input, anything else is a path.
    pub fn from_argument(argument: impl AsRef<OsStr>) -> Self {
        let argument = argument.as_ref();
        if argument == "-" {
            Self::Stdin
        } else {
            Self::File(argument.into())
        }
    }

    /// Opens it. gzip is recognised by its first bytes, whatever the name. An array of JSON objects is
    /// read as lines, one for each element.
    ///
    /// # Errors
    ///
    /// [`SourceError::Open`] if it does not exist or may not be read, [`SourceError::Directory`],
    /// [`SourceError::Read`].
    pub fn open(&self) -> Result<OpenSource, SourceError> {
        OpenSource::new(self)
    }

    /// Opens it and reads it line by line.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn lines(&self) -> Result<Lines, SourceError> {
        Ok(Lines::new(self.open()?))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.pad("standard input"),
        }
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}
