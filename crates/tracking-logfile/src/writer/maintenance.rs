//! What becomes of closed files: they are compressed, and in the end removed.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use tracking_core::Timestamp;

use super::WriterError;
use super::fault_points::FaultPoints;
use super::segments::{Form, Segment, Segments, packed};

/// Writes a file, compressed, to another one, and returns that.
pub(super) type Compress = fn(&mut File, File, &FaultPoints) -> io::Result<File>;

/// What is done to closed files after each rotation. Nothing of it holds writing up.
#[derive(Debug)]
pub(super) struct Maintenance {
    pub(super) segments: Segments,
    /// So many are kept.
    pub(super) files: Option<usize>,
    /// So long they are kept.
    pub(super) days: Option<u32>,
    /// Compresses closed files.
    pub(super) compress: Option<Compress>,
    pub(super) faults: FaultPoints,
}

impl Maintenance {
    /// Removes what is not to be kept, then compresses the rest, the oldest first. What fails
    /// for one file is tried for the others all the same; the first error is told.
    pub(super) fn run(&self, now: Timestamp) -> Result<(), WriterError> {
        if self.files.is_none() && self.days.is_none() && self.compress.is_none() {
            return Ok(());
        }
        let all = self.segments.all()?;
        let (gone, kept): (Vec<_>, Vec<_>) = self.partition(all, now);
        let removed = gone.iter().map(|segment| self.remove(&segment.path));
        let packed = self.compress.into_iter().flat_map(|compress| {
            let plain = kept
                .iter()
                .filter(|segment| segment.form == Form::Plain && segment.path.is_file());
            plain.map(move |segment| self.pack(&segment.path, compress))
        });
        removed.chain(packed).fold(Ok(()), Result::and)
    }

    /// What is to go, and what is to stay.
    fn partition(&self, all: Vec<Segment>, now: Timestamp) -> (Vec<Segment>, Vec<Segment>) {
        let whole = all
            .iter()
            .filter(|segment| segment.form != Form::Unfinished);
        let mut numbers: Vec<u64> = whole.map(|segment| segment.number).collect();
        numbers.dedup();
        let surplus = self
            .files
            .map_or(0, |files| numbers.len().saturating_sub(files));
        let first_kept = numbers.get(surplus).copied();
        all.into_iter().partition(|segment| {
            segment.form == Form::Unfinished
                || first_kept.is_none_or(|first| segment.number < first)
                || self.is_too_old(&segment.path, now)
        })
    }

    fn is_too_old(&self, path: &Path, now: Timestamp) -> bool {
        let Some(days) = self.days else { return false };
        let last_line = fs::metadata(path).and_then(|metadata| metadata.modified());
        let last_line = last_line.ok().and_then(timestamp);
        last_line.is_some_and(|last| now.since(last) > TimeDelta::days(days.into()))
    }

    fn remove(&self, path: &Path) -> Result<(), WriterError> {
        let removed = self.faults.pass().and_then(|()| fs::remove_file(path));
        removed.map_err(|source| WriterError::Remove {
            path: path.to_owned(),
            source,
        })
    }

    fn pack(&self, path: &Path, compress: Compress) -> Result<(), WriterError> {
        self.try_pack(path, compress).map_err(|source| {
            // On a full disk it would be in the way.
            if self.faults.pass().is_ok() {
                fs::remove_file(packed(path).1).ok();
            }
            let path = path.to_owned();
            WriterError::Compress { path, source }
        })
    }

    /// The plain file goes only once the compressed one is whole and safe under its name.
    /// Stopped in between, both are there, and the next run does it once more.
    fn try_pack(&self, path: &Path, compress: Compress) -> io::Result<()> {
        let (packed, unfinished) = packed(path);
        self.faults.pass()?;
        let mut plain = File::open(path)?;
        let metadata = plain.metadata()?;
        let output = File::create(&unfinished)?;
        // What nobody else may read stays so.
        output.set_permissions(metadata.permissions())?;
        let output = compress(&mut plain, output, &self.faults)?;
        output.set_modified(metadata.modified()?)?;
        output.sync_all()?;
        self.faults.pass()?;
        fs::rename(&unfinished, &packed)?;
        self.faults.pass()?;
        fs::remove_file(path)
    }
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(DateTime::<Utc>::from(time)).ok()
}
