//! A log that is being read on: its position and its ledger.

use tracking_core::{Batch, Checkpoint, CheckpointName, Precondition, Result};

use super::known_log::{FreeCheckpoint, KnownLog};
use super::{Checkpoints, Entry, IdentifyError, Ledger, LineDigest, Position, SEGMENT_LINES};

/// A log that is being read on, alone in a source or after others.
#[derive(Debug)]
pub(crate) struct LogProgress {
    name: CheckpointName,
    expected: Precondition,
    ledger: Ledger,
    pub(crate) position: Position,
    /// Whether something of it is not in the store yet.
    pub(crate) is_dirty: bool,
    /// What was added in a batch that is under way.
    next: Option<Precondition>,
}

/// How many joints are remembered, the latest.
const MAX_BOUNDARIES: usize = 64;

impl LogProgress {
    /// A log of which nothing was read.
    pub(crate) fn new(free: FreeCheckpoint) -> Self {
        Self {
            ledger: Ledger::new(free.name.clone(), 0),
            name: free.name,
            expected: free.expected,
            position: Position::default(),
            is_dirty: false,
            next: None,
        }
    }

    /// A log that was read before.
    pub(crate) fn known(log: KnownLog) -> Self {
        Self {
            ledger: Ledger::new(log.name.clone(), log.position.lines),
            name: log.name,
            expected: Precondition::At(log.data),
            position: log.position,
            is_dirty: false,
            next: None,
        }
    }

    /// The checkpoint of the log.
    pub(crate) fn name(&self) -> &CheckpointName {
        &self.name
    }

    /// Whether nothing of it is in the store.
    pub(crate) fn is_new(&self) -> bool {
        match &self.expected {
            Precondition::At(data) => super::Forgotten::is(data),
            _ => true,
        }
    }

    /// Its first line.
    pub(crate) fn first(&mut self, checkpoints: &Checkpoints<'_>) -> Option<LineDigest> {
        let first = self.ledger.entry(checkpoints, 0).ok()?;
        Some(first.digest)
    }

    /// Adds a line of so many bytes.
    pub(crate) fn push(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        entry: Entry,
        bytes: u64,
    ) -> Result<(), IdentifyError> {
        let position = &mut self.position;
        if position.lines.is_multiple_of(SEGMENT_LINES) {
            position.segments_at = (position.segments_at.1, position.bytes);
        }
        position.lines += 1;
        position.bytes += bytes;
        position.rejected += u64::from(entry.is_rejected);
        self.is_dirty = true;
        self.ledger.push(checkpoints, entry)
    }

    /// Says that the last line, of so many bytes, had no line end.
    pub(crate) fn open_last_line(&mut self, bytes: u64) {
        self.position.open_ended = true;
        self.position.open_bytes = bytes;
    }

    /// The last line, which had no line end, has one now, and so many bytes.
    pub(crate) fn close_last_line(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        digest: LineDigest,
        bytes: u64,
    ) -> Result<(), IdentifyError> {
        let last = self.position.lines.saturating_sub(1);
        let known = self.ledger.entry(checkpoints, last)?;
        let entry = Entry::new(digest, known.is_rejected);
        self.ledger.set(checkpoints, last, entry)?;
        self.position.bytes += bytes.saturating_sub(self.position.open_bytes);
        (self.position.open_ended, self.position.open_bytes) = (false, 0);
        self.is_dirty = true;
        Ok(())
    }

    /// Tells whether a line was rejected.
    pub(crate) fn is_rejected(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        line: u64,
    ) -> Result<bool, IdentifyError> {
        Ok(self.ledger.entry(checkpoints, line)?.is_rejected)
    }

    /// A line that was rejected has been read after all.
    pub(crate) fn no_longer_rejected(
        &mut self,
        checkpoints: &Checkpoints<'_>,
        line: u64,
    ) -> Result<(), IdentifyError> {
        let known = self.ledger.entry(checkpoints, line)?;
        let entry = Entry::new(known.digest, false);
        self.ledger.set(checkpoints, line, entry)?;
        self.position.rejected = self.position.rejected.saturating_sub(1);
        self.is_dirty = true;
        Ok(())
    }

    /// Says which file it is read from, where it begins with this log; the text of another file
    /// than before begins a joint.
    pub(crate) fn read_from(&mut self, file: Option<String>) {
        let position = &mut self.position;
        let is_same = file.is_some() && position.file == file;
        if !is_same && position.lines > 0 && position.boundaries.last() != Some(&position.lines) {
            position.boundaries.push(position.lines);
            let surplus = position.boundaries.len().saturating_sub(MAX_BOUNDARIES);
            position.boundaries.drain(..surplus);
        }
        position.file = file;
    }

    /// Adds what has changed to a batch.
    pub(crate) fn write(&mut self, batch: Batch) -> Result<Batch> {
        let batch = self.ledger.write(batch)?;
        self.position.legacy = None;
        let data = self.position.to_data()?;
        let checkpoint = Checkpoint::new(self.name.clone(), data.clone());
        self.next = Some(Precondition::At(data));
        Ok(batch.with_checkpoint_if(self.expected.clone(), checkpoint))
    }

    /// The batch is in the store.
    pub(crate) fn written(&mut self) {
        if let Some(next) = self.next.take() {
            self.expected = next;
            self.is_dirty = false;
            self.ledger.written();
        }
    }
}
