//! Which file it is, whatever it is called.

use std::fs::Metadata;

/// Equal for one file under all its names, while it is there or somebody has it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId(u64, u64);

impl FileId {
    #[cfg(unix)]
    pub(crate) fn of(file: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(file.dev(), file.ino())
    }

    /// As a checkpoint holds it.
    pub(crate) fn as_text(self) -> String {
        format!("{:x}-{:x}", self.0, self.1)
    }

    /// Elsewhere nobody can move a file that we have open, so it always is the same.
    #[cfg(not(unix))]
    pub(crate) fn of(_file: &Metadata) -> Self {
        Self(0, 0)
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
