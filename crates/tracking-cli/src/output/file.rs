//! Atomic writes of files.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::owner;
use crate::signals::TemporaryFiles;

/// Writes a file: in a temporary file first, and once `render` is done it is moved there.
///
/// A file that is replaced hands on who may read it and whose it is; what a link points to is
/// replaced, and the link stays. What is no file, as a pipe or a device, is written to directly.
pub(crate) fn write_file(
    path: &Path,
    render: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let place = match fs::metadata(path) {
        Ok(about) if about.is_dir() => {
            bail!("cannot write {}: it is a directory", path.display())
        }
        Ok(about) if about.is_file() => fs::canonicalize(path).map(|place| (place, Some(about))),
        Ok(_) => return write_through(path, render),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok((end_of_links(path), None)),
        Err(error) => Err(error),
    };
    let (place, replaced) = place.with_context(|| cannot_write(path))?;
    replace(&place, replaced.as_ref(), path, render)
}

/// The target of a dangling symbolic link.
fn end_of_links(path: &Path) -> PathBuf {
    /// The most symbolic links that are followed.
    const MAX_LINKS: usize = 40;
    let mut end = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&end) {
            Ok(target) => end = folder_of(&end).join(target),
            Err(_) => break,
        }
    }
    end
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

fn write_through(path: &Path, render: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let file = File::options().write(true).open(path);
    let mut out = BufWriter::new(file.with_context(|| cannot_write(path))?);
    render(&mut out).map_err(|error| naming(path, error))?;
    out.flush().with_context(|| cannot_write(path))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn replace(
    place: &Path,
    replaced: Option<&Metadata>,
    path: &Path,
    render: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let mut listed = None;
    let file = tempfile::Builder::new()
        .prefix(".tracking-")
        .make_in(folder_of(place), |path| {
            let (file, temporary) = TemporaryFiles::create(path, |path| match replaced {
                // Nobody else may read it before it is known who may.
                Some(_) => owner::create_private(path),
                // May be read by whom the user lets read new files.
                None => File::create_new(path),
            })?;
            listed = Some(temporary);
            Ok(file)
        });
    let mut file = file.with_context(|| cannot_write(path))?;
    let is_like_it = match replaced {
        Some(replaced) => owner::copy_owner(replaced, file.as_file()),
        None => Ok(true),
    };
    let is_like_it = is_like_it.with_context(|| cannot_write(path))?;
    let mut out = BufWriter::new(file.as_file_mut());
    render(&mut out).map_err(|error| naming(path, error))?;
    let written = out.flush();
    drop(out);
    written
        .and_then(|()| file.as_file().sync_all())
        .and_then(|()| {
            if is_like_it {
                return file.persist(place).map(drop).map_err(|error| error.error);
            }
            // It stays the file of its owner, with what is in it exchanged.
            owner::exchange_content(file.as_file_mut(), place)
        })
        .with_context(|| cannot_write(path))
}

/// Adds the name of the file to an error of writing.
fn naming(path: &Path, error: anyhow::Error) -> anyhow::Error {
    if error.is::<io::Error>() {
        error.context(cannot_write(path))
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write_text(path: &Path, text: &str) -> Result<()> {
        write_file(path, |out| Ok(out.write_all(text.as_bytes())?))
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        for text in ["one", "two"] {
            write_text(&path, text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_stays_as_it_was_where_rendering_fails() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        write_text(&path, "old").unwrap();
        let failed = write_file(&path, |out| {
            out.write_all(b"half of the new")?;
            bail!("the store is gone")
        });
        assert_eq!(failed.unwrap_err().to_string(), "the store is gone");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_and_a_missing_folder_are_errors_that_name_it() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("no/page.html")] {
            let error = write_text(&path, "x").unwrap_err().to_string();
            assert!(error.contains(&path.display().to_string()), "{error}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_its_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_text(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_stays_and_its_file_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        let links = [("on", "link"), ("file", "on")];
        for (target, link) in links {
            std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
        }
        write_text(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_keeps_who_may_read_it() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        for mode in [0o600, 0o640, 0o666, 0o755] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let written = write_file(&path, |out| {
                // Neither may anybody read it meanwhile who may not read it later.
                for entry in fs::read_dir(folder.path())? {
                    let now = entry?.metadata()?.mode() & 0o777;
                    assert_eq!(now & !mode, 0, "{now:o}");
                }
                Ok(out.write_all(b"new")?)
            });
            written.unwrap();
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, mode);
        }
    }

    /// Only root can give files away.
    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_keeps_its_owner() {
        use std::os::unix::fs::{MetadataExt, chown};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        fs::write(&path, "old").unwrap();
        if chown(&path, Some(65534), Some(65534)).is_err() {
            return;
        }
        write_text(&path, "new").unwrap();
        let about = fs::metadata(&path).unwrap();
        assert_eq!((about.uid(), about.gid()), (65534, 65534));
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_stays() {
        write_text(Path::new("/dev/null"), "x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_named() {
        let error = write_text(Path::new("/dev/full"), "x").unwrap_err();
        assert_eq!(error.to_string(), "cannot write /dev/full");
    }
}
