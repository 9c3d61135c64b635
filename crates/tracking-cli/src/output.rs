//! Where reports go.

use std::fs::{self, File};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tracking_views::TextOptions;

/// How wide and colourful text may be on standard output.
///
/// Colour is for terminals that know it, where nobody has asked for none; see
/// <https://no-color.org>.
pub(crate) fn text_options() -> TextOptions {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    let size = terminal_size::terminal_size_of(io::stdout());
    TextOptions::new()
        .with_width(size.map(|(width, _)| width.0.into()))
        .with_color(io::stdout().is_terminal() && !unwanted && !dumb)
}

/// Prints to standard output, with a line feed at the end.
///
/// The error of a broken pipe is given as it is, for it is to be kept quiet.
pub(crate) fn print(shown: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    let end: &[u8] = if shown.ends_with(b"\n") { b"" } else { b"\n" };
    let written = out.write_all(shown).and_then(|()| out.write_all(end));
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        other => Ok(other?),
    }
}

/// Writes a file whole or not at all: beside its place first, and then it is moved there.
/// What is no file, as a pipe or a device, is written to directly.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<()> {
    let place = match fs::metadata(path) {
        Ok(about) if about.is_dir() => {
            bail!("cannot write {}: it is a directory", path.display())
        }
        Ok(about) if about.is_file() => fs::canonicalize(path),
        Ok(_) => return fs::write(path, content).with_context(|| cannot_write(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(path.to_owned()),
        Err(error) => Err(error),
    };
    place
        .and_then(|place| replace(&place, content))
        .with_context(|| cannot_write(path))
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

fn replace(place: &Path, content: &[u8]) -> io::Result<()> {
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    // Made by hand, so that it may be read by whom the user lets read new files.
    let mut file = tempfile::Builder::new()
        .prefix(".tracking-")
        .make_in(folder, |path| File::create_new(path))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(place).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        for text in ["one", "two"] {
            write_file(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_and_a_missing_folder_are_errors_that_name_it() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("no/page.html")] {
            let error = write_file(&path, b"x").unwrap_err().to_string();
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
        write_file(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_stays() {
        write_file(Path::new("/dev/null"), b"x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
