//! A half line: the last line of a log before its line end is written. It waits for the rest, or is
//! loaded as it is if nothing can follow; then the rest is counted as its continuation.

use super::{OpenLog, ReadEvent};
use crate::position::{IdentifyError, KnownLogs};

impl OpenLog {
    /// Reads on in a line that was loaded before it had its end. Once it has one, the position of
    /// the log covers the whole line, and nothing of it is loaded twice.
    pub(super) fn complete_half_line(
        &mut self,
        known: &KnownLogs<'_>,
        is_whole: bool,
    ) -> Result<Option<ReadEvent>, IdentifyError> {
        if !is_whole {
            return Ok(Some(ReadEvent::End { half_line: false }));
        }
        let open = self
            .progress
            .position
            .open_bytes
            .saturating_sub(self.nuls());
        let open = usize::try_from(open).unwrap_or(usize::MAX);
        let rest = self.lines.raw().1.get(open..);
        let is_blank = rest.is_some_and(|rest| rest.trim_ascii().is_empty());
        let (digest, length) = (self.lines.digest(), self.lines.length());
        self.progress
            .close_last_line(&known.checkpoints, digest, length)?;
        self.lines.consume_line();
        Ok(Some(if is_blank {
            ReadEvent::Updated
        } else {
            ReadEvent::Continuation
        }))
    }
}
