//! The closed files of a log: their names, their order, and what is there of them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use chrono::{NaiveDateTime, Timelike};

use super::WriterError;

/// How the closed files of one log are called: `dir/test_r00001.log` for `dir/test.log`, with
/// the local time of their end `dir/test_r00001_2026-11-23_15-47-01.log`, compressed with `.gz`.
///
/// They are in order by their numbers, whatever the clock did.
#[derive(Clone, Debug)]
pub(super) struct Segments {
    folder: PathBuf,
    stem: String,
    suffix: String,
}

/// A closed file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Segment {
    pub(super) number: u64,
    pub(super) form: Form,
    pub(super) path: PathBuf,
}

/// What there is of a closed file. The order is that in which they are worth reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    Plain,
    /// Compressed, and whole.
    Packed,
    /// What somebody who was stopped has left of compressing it.
    Unfinished,
}

const PACKED: &str = ".gz";
const UNFINISHED: &str = ".gz.tmp";
const TIME: &str = "%Y-%m-%d_%H-%M-%S";

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

    /// The closed file of this number, and where names have one, this time.
    pub(super) fn path(&self, number: u64, time: Option<NaiveDateTime>) -> PathBuf {
        let time = time.map(|time| {
            // The last second of a minute may be a leap second, which has no name of its own.
            let whole = time.with_nanosecond(0).unwrap_or(time);
            format!("_{}", whole.format(TIME))
        });
        let (stem, suffix, time) = (&self.stem, &self.suffix, time.unwrap_or_default());
        self.folder
            .join(format!("{stem}_r{number:05}{time}{suffix}"))
    }

    /// All that is there, the oldest first.
    pub(super) fn all(&self) -> Result<Vec<Segment>, WriterError> {
        self.list().map_err(|source| WriterError::List {
            folder: self.folder.clone(),
            source,
        })
    }

    fn list(&self) -> io::Result<Vec<Segment>> {
        let mut segments = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if let Some((number, form)) = self.read(&entry.file_name()) {
                let path = self.folder.join(entry.file_name());
                segments.push(Segment { number, form, path });
            }
        }
        segments.sort_unstable();
        Ok(segments)
    }

    /// Each closed file once, the oldest first: where somebody was stopped between compressing
    /// and removing one, it is there twice.
    pub(super) fn closed(&self) -> Result<Vec<PathBuf>, WriterError> {
        let mut all = self.all()?;
        all.retain(|segment| segment.form != Form::Unfinished && segment.path.is_file());
        all.dedup_by_key(|segment| segment.number);
        Ok(all.into_iter().map(|segment| segment.path).collect())
    }

    /// Reads a name back; nothing for whatever else lies in the folder.
    fn read(&self, name: &OsStr) -> Option<(u64, Form)> {
        let rest = name
            .to_str()?
            .strip_prefix(&self.stem)?
            .strip_prefix("_r")?;
        let forms = [
            ("", Form::Plain),
            (PACKED, Form::Packed),
            (UNFINISHED, Form::Unfinished),
        ];
        forms.into_iter().find_map(|(ending, form)| {
            let middle = rest.strip_suffix(ending)?.strip_suffix(&self.suffix)?;
            Some((number(middle)?, form))
        })
    }
}

/// The number of a name, from between stem and suffix.
fn number(middle: &str) -> Option<u64> {
    let (digits, time) = match middle.split_once('_') {
        Some((digits, time)) => (digits, Some(time)),
        None => (middle, None),
    };
    let plain = digits.len() >= 5 && digits.bytes().all(|b| b.is_ascii_digit());
    let timely = time.is_none_or(|time| NaiveDateTime::parse_from_str(time, TIME).is_ok());
    (plain && timely).then(|| digits.parse().ok()).flatten()
}

/// The compressed file of a closed one, and what it is called until it is whole.
pub(super) fn packed(path: &Path) -> (PathBuf, PathBuf) {
    let with = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    (with(PACKED), with(UNFINISHED))
}

/// The closed files of the log at `path`, oldest first, each once: what a loader is to read
/// before the log itself. Those that are compressed end in `.gz`.
///
/// A file that is compressed meanwhile is not found under its name any more: then list again.
/// See also [`Logger::segments`](crate::Logger::segments).
///
/// ```
/// use tracking_logfile::{MessageLogger, segments};
///
/// # let dir = tempfile::tempdir()?;
/// let path = dir.path().join("test.log");
/// let logger = MessageLogger::builder("test", &path).build()?;
/// logger.log("Test message #1")?;
/// logger.rotate()?;
/// assert_eq!(segments(&path)?, [dir.path().join("test_r00001.log")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`WriterError::Path`] for a path that names no file, [`WriterError::List`] where its folder
/// cannot be read.
pub fn segments(path: impl AsRef<Path>) -> Result<Vec<PathBuf>, WriterError> {
    let path = path.as_ref();
    let segments = Segments::of(path).ok_or_else(|| WriterError::no_log(path.to_owned()))?;
    segments.closed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_no_other_is() {
        let segments = Segments::of(Path::new("dir/test.log")).unwrap();
        assert_eq!(segments.path(7, None), Path::new("dir/test_r00007.log"));
        for (name, expected) in [
            ("test_r00007.log", Some((7, Form::Plain))),
            ("test_r123456.log", Some((123_456, Form::Plain))),
            ("test_r00007.log.gz", Some((7, Form::Packed))),
            ("test_r00007.log.gz.tmp", Some((7, Form::Unfinished))),
            (
                "test_r00007_2026-11-23_15-47-01.log",
                Some((7, Form::Plain)),
            ),
            (
                "test_r00007_2026-11-23_15-47-01.log.gz",
                Some((7, Form::Packed)),
            ),
            ("test_r00007_rest.log", None),
            ("test_r00007_2026-11-31_15-47-01.log", None),
            ("test.log", None),
            ("test.log.gz", None),
            ("test_r7.log", None),
            ("test_r0000x.log", None),
            ("test_r00007.log.1", None),
            ("testé_r00007.log", None),
            ("testé.log", None),
            ("other_r00007.log", None),
            ("test_r99999999999999999999.log", None),
        ] {
            assert_eq!(segments.read(OsStr::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn a_name_with_a_time_is_read_back() {
        let segments = Segments::of(Path::new("test.log")).unwrap();
        for time in ["2026-11-23T15:47:01.9", "2016-12-31T23:59:60.5"] {
            let path = segments.path(7, Some(time.parse().unwrap()));
            let read = segments.read(path.file_name().unwrap());
            assert_eq!(read, Some((7, Form::Plain)), "{path:?}");
        }
    }

    #[test]
    fn a_log_needs_no_suffix_and_no_folder() {
        let segments = Segments::of(Path::new("test")).unwrap();
        assert_eq!(segments.path(1, None), Path::new("./test_r00001"));
        assert_eq!(
            segments.read(OsStr::new("test_r00001.gz")),
            Some((1, Form::Packed))
        );
        assert!(Segments::of(Path::new("/")).is_none());
        assert!(Segments::of(Path::new("")).is_none());
    }
}
