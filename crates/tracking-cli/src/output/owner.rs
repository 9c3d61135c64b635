//! Owner and permissions of replaced files.

use std::fs::{File, Metadata};
use std::io::{self, Seek, Write};
use std::path::Path;

/// Creates a file that only its owner can read.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives a new file the owner, the group and the permissions of the one that it is to replace.
/// Returns whether it has them all: only root can change the owner.
#[cfg(unix)]
pub(super) fn copy_owner(replaced: &Metadata, new: &File) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let about = new.metadata()?;
    let owner = Some(replaced.uid()).filter(|owner| *owner != about.uid());
    let group = Some(replaced.gid()).filter(|group| *group != about.gid());
    let is_given = (owner, group) == (None, None) || fchown(new, owner, group).is_ok();
    if is_given {
        new.set_permissions(replaced.permissions())?;
    }
    Ok(is_given)
}

#[cfg(not(unix))]
pub(super) fn copy_owner(_replaced: &Metadata, _new: &File) -> io::Result<bool> {
    Ok(true)
}

/// Copies the content of a new file into the one that it cannot replace.
pub(super) fn exchange_content(new: &mut File, place: &Path) -> io::Result<()> {
    new.rewind()?;
    let mut old = File::options().write(true).truncate(true).open(place)?;
    io::copy(new, &mut old)?;
    old.flush()?;
    old.sync_all()
}
