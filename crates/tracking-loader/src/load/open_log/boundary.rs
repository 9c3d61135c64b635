//! Where one log ends in a source and another one begins, as in logs that were concatenated.

use super::{BoundaryStep, OpenLog, ReadEvent};
use crate::position::{
    Boundary, IdentifiedLog, IdentifyError, KnownLogs, LogIdentity, LogProgress,
    MAX_IDENTITY_BYTES, OtherSources, identify_at_boundary,
};
use crate::source::Lookahead;

/// How many notes there are at most of lines that are new and begin a known log.
const MAX_NOTES: usize = 20;

impl OpenLog {
    /// Finds out whether a known log begins with the line that came last.
    pub(super) fn boundary(
        &mut self,
        known: &KnownLogs<'_>,
        others: &OtherSources,
    ) -> Result<BoundaryStep, IdentifyError> {
        let place = self.lines.offset();
        if !self.lines.unread_line() {
            return Ok(BoundaryStep::NewLine);
        }
        self.ahead.pause();
        if self.starts_mid_log && self.is_first_dirty() {
            // The log itself may begin, all of which must be in the store for that.
            return Ok(BoundaryStep::Event(ReadEvent::Blocked));
        }
        // It has waited for other sources once; now they have been read, if ever.
        let nothing = OtherSources {
            busy: others.busy.clone(),
            first_lines: Vec::new(),
        };
        let has_waited = self.waited_at == Some(place);
        let others = if has_waited { &nothing } else { others };
        self.lines.hold();
        let is_enough =
            |ahead: &Lookahead| LogIdentity::from_start(&ahead.start(MAX_IDENTITY_BYTES)).is_some();
        let ahead = self
            .lines
            .input_mut()
            .look_ahead(MAX_IDENTITY_BYTES, is_enough);
        let start = ahead.start(MAX_IDENTITY_BYTES);
        let identity = LogIdentity::from_start(&start);
        let identity =
            identity.map(|identity| identity.into_first_loaded(&known.checkpoints, &start));
        let boundary = match identity.transpose()? {
            None => Boundary::None { note: None },
            Some(identity) => {
                // What a log repeats of itself is new. Of one that was entered late, the start may
                // still come.
                let passed = usize::from(self.starts_mid_log);
                let names = self.names.get(passed..).unwrap_or_default();
                identify_at_boundary(
                    known,
                    &identity,
                    names,
                    others,
                    &mut self.lines,
                    &self.identify_options,
                )?
            }
        };
        self.lines.release();
        let loaded =
            |lines, note, log| BoundaryStep::Event(ReadEvent::AlreadyLoaded { lines, note, log });
        Ok(match boundary {
            Boundary::None { note } => {
                self.checked_at = Some(place);
                self.notes += 1;
                let note = note.filter(|_| self.notes <= MAX_NOTES);
                note.map_or(BoundaryStep::ReadAgain, |note| loaded(0, Some(note), None))
            }
            Boundary::Skipped(lines) => {
                self.skipped = lines;
                BoundaryStep::ReadAgain
            }
            Boundary::Within { lines, note } => {
                self.is_over = true;
                loaded(lines, note, None)
            }
            Boundary::Busy => {
                self.waited_at = Some(place);
                BoundaryStep::Event(ReadEvent::Blocked)
            }
            Boundary::Known(log) => {
                let lines = self.lines.offset().lines - place.lines;
                let (note, name) = (log.note.clone(), log.progress.name().clone());
                self.go_on_with(log);
                loaded(lines, note, Some(name))
            }
        })
    }

    /// Whether something of the first log is not in the store yet.
    fn is_first_dirty(&self) -> bool {
        let mut moved = self.unsaved_before.iter();
        let current = Some(&self.progress).filter(|progress| progress.is_dirty);
        let is_it = |progress: &LogProgress| Some(progress.name()) == self.names.first();
        moved.any(is_it) || current.is_some_and(is_it)
    }

    /// Goes on a log that was loaded before, and stands in the source behind others.
    fn go_on_with(&mut self, log: Box<IdentifiedLog>) {
        self.update_position();
        let mut progress = log.progress;
        progress.read_from(None);
        if progress.position.format == self.format.name()
            && let Some(state) = &progress.position.state
        {
            self.format.resume(state);
        }
        self.names.push(progress.name().clone());
        let before = std::mem::replace(&mut self.progress, progress);
        if before.is_dirty && !self.is_unreadable() {
            self.unsaved_before.push(before);
        }
    }
}
