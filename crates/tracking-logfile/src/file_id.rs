//! Which file it is, whatever it is called.

use std::fmt;
use std::fs::Metadata;

/// Identifies a file under all its names, while it exists or somebody has it open.
///
/// Two files have equal ids exactly where they are one file. Where the platform has no such id,
/// all ids are equal: nobody can move a file there that is open.
///
/// ```
/// use std::fs;
/// use tracking_logfile::FileId;
///
/// # let dir = tempfile::tempdir()?;
/// let (log, renamed) = (dir.path().join("a.log"), dir.path().join("a.log.1"));
/// fs::write(&log, "")?;
/// let id = FileId::from(&fs::metadata(&log)?);
/// fs::rename(&log, &renamed)?;
/// assert_eq!(FileId::from(&fs::metadata(&renamed)?), id);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// Whether two files have two ids. On systems that are not Unix, the standard library does not
    /// tell files apart, and all ids are equal.
    pub const IS_UNIQUE: bool = cfg!(unix);
}

impl From<&Metadata> for FileId {
    #[cfg(unix)]
    fn from(file: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let (device, inode) = (file.dev(), file.ino());
        Self { device, inode }
    }

    #[cfg(not(unix))]
    fn from(_file: &Metadata) -> Self {
        let (device, inode) = (0, 0);
        Self { device, inode }
    }
}

/// Two hexadecimal numbers, separated by `-`. Checkpoints hold this text, so it must not change.
impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.device, self.inode)
    }
}

/// Tells whether an open file has no name any more: what is written to it is lost.
pub(crate) fn is_deleted(file: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        file.nlink() == 0
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}
