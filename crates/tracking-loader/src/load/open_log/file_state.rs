//! Whether the file is still the one that was opened, with what was read of it.

use std::path::Path;

use tracking_logfile::FileId;

use super::{MAX_SAMPLE_BYTES, OpenLog};
use crate::SourceError;

/// Where a file is that was opened under some name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileState {
    /// Under its name, and nothing of what was read was cut off.
    Unchanged,
    /// Under another name, or none.
    Renamed,
    /// Under its name, but with something else in it.
    Truncated,
}

impl OpenLog {
    /// Keeps some text that was read before, where it can be looked at again.
    ///
    /// Without it, a log that is truncated would not be noticed, so a failure to read is an error.
    pub(super) fn take_sample(&mut self) -> Result<(), SourceError> {
        let end = self.lines.offset().bytes;
        let at = end.saturating_sub(MAX_SAMPLE_BYTES as u64);
        if end > 0 {
            let text = self.lines.input_mut().read_at(at, end - at);
            let text = text.map_err(|error| {
                SourceError::read(&self.source, self.lines.offset().lines, error)
            })?;
            self.sample = text.map(|text| (at, text));
        }
        Ok(())
    }

    /// Tells whether what was read last still stands in the file, so that what came after it
    /// belongs to it.
    pub(crate) fn is_unchanged(&mut self) -> bool {
        let Some((at, text)) = &self.sample else {
            return true;
        };
        match self.lines.input_mut().read_at(*at, text.len() as u64) {
            Ok(Some(there)) => there == *text,
            // What is no plain file cannot be changed under way.
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Tells where the file is that is being read.
    pub(crate) fn file_state(&mut self, path: &Path) -> FileState {
        let Ok(there) = path.metadata() else {
            return FileState::Renamed;
        };
        if self.file_id() != Some(FileId::from(&there)) {
            return FileState::Renamed;
        }
        let is_shorter = there.len() < self.lines.offset().bytes;
        if is_shorter || !self.is_unchanged() {
            return FileState::Truncated;
        }
        FileState::Unchanged
    }

    /// Which file it is, where it is a plain one.
    pub(crate) fn file_id(&self) -> Option<FileId> {
        let about = self.lines.input().about().ok().flatten();
        about.map(|about| FileId::from(&about))
    }
}
