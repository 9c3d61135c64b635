//! The old files of a log: their names, their order, and their end.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// How the old files of one log are called: `dir/test_r00001.log` for `dir/test.log`.
#[derive(Debug)]
pub(super) struct Segments {
    folder: PathBuf,
    stem: String,
    suffix: String,
}

impl Segments {
    /// Nothing where the path names no file, or is no Unicode text.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let text = |part: &OsStr| part.to_str().map(str::to_owned);
        let suffix = match path.extension() {
            Some(extension) => format!(".{}", text(extension)?),
            None => String::new(),
        };
        Some(Self {
            folder: match path.parent()? {
                here if here.as_os_str().is_empty() => PathBuf::from("."),
                parent => parent.to_owned(),
            },
            stem: text(path.file_stem()?)?,
            suffix,
        })
    }

    /// The old file of this number.
    pub(super) fn path(&self, number: u64) -> PathBuf {
        let name = format!("{}_r{number:05}{}", self.stem, self.suffix);
        self.folder.join(name)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The numbers of the old files that are there, the oldest first.
    pub(super) fn numbers(&self) -> io::Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            numbers.extend(self.number_of(&entry?.file_name()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Reads a name back; nothing for whatever else lies in the folder.
    fn number_of(&self, name: &OsStr) -> Option<u64> {
        let digits = name
            .to_str()?
            .strip_prefix(&self.stem)?
            .strip_prefix("_r")?
            .strip_suffix(&self.suffix)?;
        let plain = digits.len() >= 5 && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_no_other_is() {
        let segments = Segments::of(Path::new("dir/test.log")).unwrap();
        assert_eq!(segments.path(7), Path::new("dir/test_r00007.log"));
        for (name, number) in [
            ("test_r00007.log", Some(7)),
            ("test_r123456.log", Some(123_456)),
            ("test.log", None),
            ("test_r7.log", None),
            ("test_r0000x.log", None),
            ("test_r00007.log.gz", None),
            ("testé_r00007.log", None),
            ("testé.log", None),
            ("other_r00007.log", None),
            ("test_r99999999999999999999.log", None),
        ] {
            assert_eq!(segments.number_of(OsStr::new(name)), number, "{name}");
        }
    }

    #[test]
    fn a_log_needs_no_suffix_and_no_folder() {
        let segments = Segments::of(Path::new("test")).unwrap();
        assert_eq!(segments.path(1), Path::new("./test_r00001"));
        assert!(Segments::of(Path::new("/")).is_none());
        assert!(Segments::of(Path::new("")).is_none());
    }
}
