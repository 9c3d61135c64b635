//! One log on disk: written to at its end, rotated by renaming it.
//!
//! The library's own rotation is not used: it writes to `test_rCURRENT.log` instead of the file
//! asked for, swallows the error where a rotation it decided on fails, panics over some names of
//! files that lie next to the log, asks the machine for the time, and tells compressed files'
//! numbers wrong.

use std::path::{Path, PathBuf};
use std::{fs, io};

use chrono::TimeDelta;
use tracking_core::Timestamp;

use super::WriterError;
use super::fault_points::FaultPoints;
use super::line::LineZone;
use super::output::Output;
use super::rotation::Rotation;
use super::segments::Segments;

/// The file of a logger. The lock around it is what makes rotation safe with other threads.
pub(super) struct LogFile {
    output: Output,
    segments: Segments,
    rotation: Rotation,
    names_with_time: bool,
    /// Since when the file has lines; nothing where it has none.
    start: Option<Timestamp>,
    /// The number of the next closed file, at least.
    next: u64,
    /// When a rotation of our own accord has failed last.
    failed: Option<Timestamp>,
    faults: FaultPoints,
}

/// How a line went.
pub(super) struct Written {
    /// Whether the file was rotated before it.
    pub(super) rotated: bool,
    /// Why it was not, although it was due. The line is in the file all the same.
    pub(super) trouble: Option<WriterError>,
}

impl LogFile {
    /// Opens or creates a file, to go on at its end.
    pub(super) fn open(
        path: PathBuf,
        rotation: Rotation,
        names_with_time: bool,
    ) -> Result<Self, WriterError> {
        let Some(segments) = Segments::of(&path) else {
            return Err(WriterError::no_log(path));
        };
        let mut file = Self {
            output: Output::open(path)?,
            segments,
            rotation,
            names_with_time,
            start: None,
            next: 1,
            failed: None,
            faults: FaultPoints::default(),
        };
        file.start = file.start_of_file();
        Ok(file)
    }

    pub(super) fn path(&self) -> &Path {
        self.output.path()
    }

    pub(super) fn segments(&self) -> &Segments {
        &self.segments
    }

    pub(super) fn is_regular(&self) -> bool {
        self.output.is_regular()
    }

    #[cfg(test)]
    pub(super) fn set_faults(&mut self, faults: FaultPoints) {
        self.faults = faults;
    }

    /// Writes a line in one piece, rotating the file before it where that is due; it brings its
    /// line feed.
    pub(super) fn write(
        &mut self,
        line: &str,
        now: Timestamp,
        zone: &LineZone,
    ) -> Result<Written, WriterError> {
        let mut written = Written {
            rotated: false,
            trouble: None,
        };
        self.make_ready()?;
        if self.is_due(line.len(), now, zone) {
            match self.move_away(now, zone) {
                Ok(()) => written.rotated = true,
                Err(error) => {
                    self.failed = Some(now);
                    written.trouble = Some(error);
                }
            }
            self.make_ready()?;
        }
        self.step().and_then(|()| self.output.write(line))?;
        self.start.get_or_insert(now);
        self.step()?;
        Ok(written)
    }

    fn make_ready(&mut self) -> Result<(), WriterError> {
        self.step()?;
        if self.output.make_ready()? {
            self.start = self.start_of_file();
        }
        Ok(())
    }

    fn start_of_file(&self) -> Option<Timestamp> {
        let metadata = self.output.metadata().ok()?;
        let has_lines = metadata.len() > 0;
        has_lines
            .then(|| self.rotation.start_of(&metadata))
            .flatten()
    }

    fn is_due(&mut self, line: usize, now: Timestamp, zone: &LineZone) -> bool {
        let len = self.output.len();
        if len == 0 {
            // Just made, or emptied by another program.
            self.start = None;
            return false;
        }
        // A folder that refuses is not asked again for every line.
        let wait = |failed| now.since(failed).abs() < TimeDelta::seconds(1);
        let old = |start| self.rotation.is_old(start, now, zone);
        (self.rotation.is_full(len, line) || self.start.is_some_and(old))
            && !self.failed.is_some_and(wait)
    }

    pub(super) fn flush(&mut self) -> Result<(), WriterError> {
        self.output.flush()
    }

    pub(super) fn rotate(&mut self, now: Timestamp, zone: &LineZone) -> Result<(), WriterError> {
        self.flush()?;
        self.move_away(now, zone)?;
        self.make_ready()
    }

    /// Gives the file the next number. Where it is not there any more, nothing is to be done.
    fn move_away(&mut self, now: Timestamp, zone: &LineZone) -> Result<(), WriterError> {
        let last = self
            .segments
            .all()?
            .last()
            .map_or(0, |segment| segment.number);
        let number = self.next.max(last.saturating_add(1));
        let time = self.names_with_time.then(|| zone.local(now));
        let to = self.segments.path(number, time);
        self.step()?;
        match fs::rename(self.path(), &to) {
            Ok(()) => self.next = number.saturating_add(1),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => {
                let path = self.path().to_owned();
                return Err(WriterError::Rotate { path, to, source });
            }
        }
        self.output.close();
        self.failed = None;
        Ok(())
    }

    fn step(&self) -> Result<(), WriterError> {
        self.faults.pass().map_err(|source| WriterError::Write {
            path: self.path().to_owned(),
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use tracking_core::Zone;

    use super::*;

    #[test]
    fn a_rotation_that_has_failed_is_tried_again_a_second_later() {
        for (then, rotated) in [(0, false), (999, false), (1000, true), (-1000, true)] {
            let folder = tempfile::tempdir().unwrap();
            let rotation = Rotation {
                size: Some(0),
                age: None,
            };
            let path = folder.path().join("test.log");
            let mut file = LogFile::open(path, rotation, false).unwrap();
            let zone = LineZone::Given(Zone::utc());
            let now: Timestamp = "2026-11-23T15:47:01Z".parse().unwrap();
            assert!(!file.write("one\n", now, &zone).unwrap().rotated);
            file.failed = Some(now);
            let then = now.saturating_add(TimeDelta::milliseconds(then));
            assert_eq!(file.write("two\n", then, &zone).unwrap().rotated, rotated);
        }
    }
}
