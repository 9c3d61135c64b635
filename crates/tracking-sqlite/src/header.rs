//! What the first bytes of a file say, read without a database being opened on it: that alone
//! would leave files next to one that is not ours.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use tracking_core::Error;

/// What every `SQLite` file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// How long a header is.
const LENGTH: u64 = 100;

/// The header of a database, as far as it tells whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) pages: u32,
    /// Whatever its owner counts; `SQLite` gives it with a sign, which ours never has.
    pub(crate) version: u32,
    pub(crate) application: u32,
}

impl Header {
    /// The header of a file; nothing where there is no file, or nothing in it.
    ///
    /// # Errors
    ///
    /// For what is no file and what is no database.
    pub(crate) fn read(file: &Path) -> Result<Option<Self>, Error> {
        match fs::metadata(file) {
            // To open a pipe would wait for somebody to write into it.
            Ok(there) if !there.is_file() => {
                let what = if there.is_dir() {
                    "a folder"
                } else {
                    "a device or a pipe"
                };
                return Err(refused(file, &format!("it is {what} and no file")));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot_open(file, error)),
        }
        let begin = || -> io::Result<Vec<u8>> {
            let mut begin = Vec::new();
            File::open(file)?.take(LENGTH).read_to_end(&mut begin)?;
            Ok(begin)
        };
        let begin = begin().map_err(|error| cannot_open(file, error))?;
        if begin.is_empty() {
            return Ok(None);
        }
        if !begin.starts_with(MAGIC) {
            return Err(refused(file, "it is no SQLite database"));
        }
        let header = Self::parse(&begin);
        let cut = || refused(file, "it is cut off within the header of a SQLite database");
        header.map(Some).ok_or_else(cut)
    }

    fn parse(begin: &[u8]) -> Option<Self> {
        let number = |at: usize| {
            let bytes = begin.get(at..at.checked_add(4)?)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?))
        };
        Some(Self {
            pages: number(28)?,
            version: number(60)?,
            application: number(68)?,
        })
    }
}

/// The error for a file that is not for us.
pub(crate) fn refused(file: &Path, why: &str) -> Error {
    Error::foreign_format(file.display().to_string(), why, None)
}

fn cannot_open(file: &Path, error: io::Error) -> Error {
    let what = |advice: &str| format!("open {}{advice}", file.display());
    match error.kind() {
        io::ErrorKind::NotADirectory => {
            Error::backend(what("; what should be its folder is none"), error)
        }
        io::ErrorKind::PermissionDenied => {
            let advice = "; see that you may read it, and go into its folder";
            Error::access_denied(what(advice), error)
        }
        _ => Error::backend(what(""), error),
    }
}
