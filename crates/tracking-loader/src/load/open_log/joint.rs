//! Where one log ends in a source and another one begins, as in logs that were concatenated.

use super::{OpenLog, Step};
use crate::position::{
    Elsewhere, FindError, FoundLog, HEAD_LIMIT, Head, Joint, KnownLogs, Member, find_within,
};
use crate::source::Ahead;

/// How many notes there are at most of lines that are new and begin a known log.
const MAX_NOTES: usize = 20;

impl OpenLog {
    /// Finds out whether a known log begins with the line that came last. Gives nothing where that
    /// line is new.
    #[expect(
        clippy::option_option,
        reason = "what is to be done, and that may be to ask again"
    )]
    pub(super) fn joint(
        &mut self,
        known: &KnownLogs<'_>,
        elsewhere: &Elsewhere,
    ) -> Result<Option<Option<Step>>, FindError> {
        let place = self.lines.place();
        if !self.lines.put_back_line() {
            return Ok(None);
        }
        if self.is_entered_late && self.is_first_moved() {
            // The log itself may begin, all of which must be in the store for that.
            return Ok(Some(Some(Step::Busy)));
        }
        // It has waited for other sources once; now they have been read, if ever.
        let nothing = Elsewhere {
            busy: elsewhere.busy.clone(),
            first_lines: Vec::new(),
        };
        let has_waited = self.waited == Some(place);
        let elsewhere = if has_waited { &nothing } else { elsewhere };
        self.lines.hold();
        let is_enough = |ahead: &Ahead| Head::of(&ahead.start(HEAD_LIMIT)).is_some();
        let ahead = self.lines.input_mut().look_ahead(HEAD_LIMIT, is_enough);
        let start = ahead.start(HEAD_LIMIT);
        let head = Head::of(&start);
        let head = head.map(|head| head.when_loaded(&known.checkpoints, &start));
        let joint = match head.transpose()? {
            None => Joint::None { note: None },
            Some(head) => {
                // What a log repeats of itself is new. Of one that was entered late, the start may
                // still come.
                let passed = usize::from(self.is_entered_late);
                let names = self.names.get(passed..).unwrap_or_default();
                find_within(
                    known,
                    &head,
                    names,
                    elsewhere,
                    &mut self.lines,
                    &self.search,
                )?
            }
        };
        self.lines.release();
        let before = |lines, note, log| Some(Step::Before { lines, note, log });
        Ok(Some(match joint {
            Joint::None { note } => {
                self.checked = Some(place);
                self.notes += 1;
                let note = note.filter(|_| self.notes <= MAX_NOTES);
                note.and_then(|note| before(0, Some(note), None))
            }
            Joint::Skipped(lines) => {
                self.skipped = lines;
                None
            }
            Joint::Within { lines, note } => {
                self.is_over = true;
                before(lines, note, None)
            }
            Joint::Busy => {
                self.waited = Some(place);
                Some(Step::Busy)
            }
            Joint::Known(log) => {
                let lines = self.lines.place().lines - place.lines;
                let (note, name) = (log.note.clone(), log.member.name().clone());
                self.go_on_with(log);
                before(lines, note, Some(name))
            }
        }))
    }

    /// Whether something of the first log is not in the store yet.
    fn is_first_moved(&self) -> bool {
        let mut moved = self.members_before.iter();
        let current = Some(&self.member).filter(|member| member.is_moved);
        let is_it = |member: &Member| Some(member.name()) == self.names.first();
        moved.any(is_it) || current.is_some_and(is_it)
    }

    /// Goes on a log that was loaded before, and stands in the source behind others.
    fn go_on_with(&mut self, log: Box<FoundLog>) {
        self.settle();
        let mut member = log.member;
        member.read_from(None);
        if member.position.format == self.format.name()
            && let Some(state) = &member.position.state
        {
            self.format.resume(state);
        }
        self.names.push(member.name().clone());
        let before = std::mem::replace(&mut self.member, member);
        if before.is_moved && !self.is_held_back() {
            self.members_before.push(before);
        }
    }
}
