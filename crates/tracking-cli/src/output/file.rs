//! Files that are written whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Writes a file: beside its place first, and once `render` is done it is moved there.
/// What is no file, as a pipe or a device, is written to directly.
pub(crate) fn write_file(
    path: &Path,
    render: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let place = match fs::metadata(path) {
        Ok(about) if about.is_dir() => {
            bail!("cannot write {}: it is a directory", path.display())
        }
        Ok(about) if about.is_file() => fs::canonicalize(path),
        Ok(_) => return write_through(path, render),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(path.to_owned()),
        Err(error) => Err(error),
    };
    let place = place.with_context(|| cannot_write(path))?;
    replace(&place, path, render)
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

fn replace(
    place: &Path,
    path: &Path,
    render: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    // Made by hand, so that it may be read by whom the user lets read new files.
    let mut file = tempfile::Builder::new()
        .prefix(".tracking-")
        .make_in(folder, |path| File::create_new(path))
        .with_context(|| cannot_write(path))?;
    let mut out = BufWriter::new(file.as_file_mut());
    render(&mut out).map_err(|error| naming(path, error))?;
    let written = out.flush();
    drop(out);
    written
        .and_then(|()| file.as_file().sync_all())
        .and_then(|()| file.persist(place).map(drop).map_err(|error| error.error))
        .with_context(|| cannot_write(path))
}

/// Says which file could not be written, where writing is what failed.
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
