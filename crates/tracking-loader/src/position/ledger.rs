//! The ledger of a log: a digest of each of its lines, in checkpoints of 1,024 lines each.
//!
//! A batch writes the segments that it changes: the open one at the end, and those that became
//! full. So what a batch writes does not grow with the log.

use std::collections::BTreeMap;

use tracking_core::{Batch, Checkpoint, CheckpointName, Data, Precondition, Result};

use super::error::DamagedCheckpoint;
use super::ledger_segment::{self, Entry, SEGMENT_LINES};
use super::{Checkpoints, IdentifyError};

/// The ledger of one log.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    /// The checkpoint of the log.
    log: CheckpointName,
    lines: u64,
    /// Segments that were read or changed, by their number.
    segments: BTreeMap<u64, Segment>,
}

#[derive(Clone, Debug, Default)]
struct Segment {
    entries: Vec<Entry>,
    is_changed: bool,
}

/// How many segments that were only read are remembered.
const MAX_CACHED_SEGMENTS: usize = 4;

impl Ledger {
    /// The ledger of a log of so many lines.
    pub(crate) fn new(log: CheckpointName, lines: u64) -> Self {
        Self {
            log,
            lines,
            segments: BTreeMap::new(),
        }
    }

    /// What is known of a line, counted from 0.
    pub(crate) fn entry(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        line: u64,
    ) -> Result<Entry, IdentifyError> {
        let segment = self.segment(checkpoints, line / SEGMENT_LINES)?;
        match segment.entries.get(index_of(line)) {
            Some(entry) => Ok(*entry),
            None => Err(self.damaged(line / SEGMENT_LINES)?.into()),
        }
    }

    /// Adds a line at the end.
    pub(crate) fn push(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        entry: Entry,
    ) -> Result<(), IdentifyError> {
        let line = self.lines;
        self.lines += 1;
        let number = line / SEGMENT_LINES;
        if index_of(line) == 0 && !self.segments.contains_key(&number) {
            // Nothing of a segment that begins here can be in the store but what is overwritten.
            self.forget_unchanged();
            self.segments.insert(number, Segment::default());
        }
        let segment = self.segment(checkpoints, number)?;
        segment.entries.truncate(index_of(line));
        if segment.entries.len() < index_of(line) {
            return Err(self.damaged(line / SEGMENT_LINES)?.into());
        }
        segment.entries.push(entry);
        segment.is_changed = true;
        Ok(())
    }

    /// Says something else of a line.
    pub(crate) fn set(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        line: u64,
        entry: Entry,
    ) -> Result<(), IdentifyError> {
        let segment = self.segment(checkpoints, line / SEGMENT_LINES)?;
        if let Some(known) = segment.entries.get_mut(index_of(line)) {
            *known = entry;
            segment.is_changed = true;
        }
        Ok(())
    }

    /// Adds the segments that were changed to a batch.
    pub(crate) fn write(&self, mut batch: Batch) -> Result<Batch> {
        for (number, segment) in &self.segments {
            if segment.is_changed {
                let name = segment_name(&self.log, *number)?;
                let data = ledger_segment::to_data(&segment.entries)?;
                // Whoever moves the checkpoint of the log is the only one to write its ledger.
                let checkpoint = Checkpoint::new(name, data);
                batch = batch.with_checkpoint_if(Precondition::Anything, checkpoint);
            }
        }
        Ok(batch)
    }

    /// The batch is in the store.
    pub(crate) fn written(&mut self) {
        for segment in self.segments.values_mut() {
            segment.is_changed = false;
        }
        self.forget_unchanged();
    }

    fn segment(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        number: u64,
    ) -> Result<&mut Segment, IdentifyError> {
        if !self.segments.contains_key(&number) {
            self.forget_unchanged();
            let segment = self.read(checkpoints, number)?;
            self.segments.insert(number, segment);
        }
        Ok(self.segments.entry(number).or_default())
    }

    /// Reads a segment.
    fn read(&self, checkpoints: &Checkpoints<'_>, number: u64) -> Result<Segment, IdentifyError> {
        let name = segment_name(&self.log, number)?;
        let found = checkpoints.get_own(&name)?;
        match found.and_then(|found| ledger_segment::from_data(found.position())) {
            Some(entries) => Ok(Segment {
                entries,
                is_changed: false,
            }),
            None => Err(self.damaged(number)?.into()),
        }
    }

    /// Forgets what was only read, but for the segment of the next line.
    fn forget_unchanged(&mut self) {
        let next = self.lines / SEGMENT_LINES;
        if self.segments.len() >= MAX_CACHED_SEGMENTS {
            let is_needed = |number: u64, segment: &Segment| segment.is_changed || number == next;
            self.segments
                .retain(|number, segment| is_needed(*number, segment));
        }
    }

    fn damaged(&self, number: u64) -> Result<DamagedCheckpoint> {
        Ok(DamagedCheckpoint(segment_name(&self.log, number)?))
    }
}

/// The place of a line in its segment.
fn index_of(line: u64) -> usize {
    usize::try_from(line % SEGMENT_LINES).unwrap_or_default()
}

/// The checkpoint of a segment. The number has so many digits that names sort as numbers do.
pub(super) fn segment_name(log: &CheckpointName, number: u64) -> Result<CheckpointName> {
    CheckpointName::new(format!("{log}/lines/{number:010}"))
}

/// The log of a segment, and its number, where a checkpoint is one.
pub(super) fn parse_segment_name(name: &str) -> Option<(&str, u64)> {
    let (log, number) = name.split_once("/lines/")?;
    Some((log, number.parse().ok()?))
}

/// The checkpoint of the log that a segment belongs to; of what is no segment this itself.
pub(crate) fn log_of_segment(name: &CheckpointName) -> Result<CheckpointName> {
    match parse_segment_name(name.as_str()) {
        Some((log, _)) => CheckpointName::new(log),
        None => Ok(name.clone()),
    }
}

/// What stands in a segment of a log that was forgotten.
pub(crate) fn empty_segment() -> Result<Data> {
    ledger_segment::to_data(&[])
}

/// The entries of a segment.
pub(super) fn parse_segment(data: &Data) -> Option<Vec<Entry>> {
    ledger_segment::from_data(data)
}
