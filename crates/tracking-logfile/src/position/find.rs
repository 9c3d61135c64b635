//! Which of the logs that were read before an open log is.

use std::io::{self, BufRead};

use tracking_core::{CheckpointName, Data, Result};

use super::{Checkpoints, Head, Known, Position, Prefix};
use crate::SourceError;
use crate::source::OpenSource;

/// What is known of an open log.
#[derive(Debug)]
pub(crate) enum Found {
    /// It was read before, and stands now where reading goes on.
    Before {
        name: CheckpointName,
        /// The position as the checkpoint has it.
        data: Data,
        position: Position,
        prefix: Box<Prefix>,
    },
    /// It is the start of a log that was read before: an older copy, or cut off.
    Earlier(Position),
    /// It was not read before, and stands at its start. Its checkpoint will have this name.
    New(CheckpointName),
}

/// How much is kept of what can be read only once, to be put back.
const KEPT: usize = 8 * 1024 * 1024;

/// A log that was read before and begins with the same head.
struct Candidate {
    name: CheckpointName,
    data: Data,
    position: Position,
    known: Known,
}

/// Why it could not be found out.
#[derive(Debug)]
pub(crate) enum FindError {
    Store(tracking_core::Error),
    Source(SourceError),
}

impl From<tracking_core::Error> for FindError {
    fn from(error: tracking_core::Error) -> Self {
        Self::Store(error)
    }
}

impl From<SourceError> for FindError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

/// Finds out which of the logs that were read before this one is. It stands at its start.
pub(crate) fn find(
    checkpoints: &Checkpoints<'_>,
    head: &Head,
    input: &mut OpenSource,
) -> Result<Found, FindError> {
    let (candidates, next) = candidates(checkpoints, head)?;
    if candidates.is_empty() {
        return Ok(Found::New(next));
    }
    let log = input.source().clone();
    let unreadable = |error| SourceError::read(&log, 0, error);
    let length = input.length().map_err(unreadable)?;
    let Some(length) = length else {
        return by_reading(candidates, next, input);
    };
    let (mut reached, beyond): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|candidate| candidate.position.bytes <= length);
    reached.sort_by_key(|candidate| std::cmp::Reverse(candidate.position.bytes));
    for candidate in reached {
        if let Some(prefix) = candidate.fits(input).map_err(unreadable)? {
            return Ok(candidate.found(prefix));
        }
    }
    input.seek(0).map_err(unreadable)?;
    by_reading(beyond, next, input)
}

/// The logs with this head, and the name for one more.
fn candidates(
    checkpoints: &Checkpoints<'_>,
    head: &Head,
) -> Result<(Vec<Candidate>, CheckpointName)> {
    let mut candidates = Vec::new();
    for n in 1.. {
        let name = head.checkpoint(n)?;
        let Some(checkpoint) = checkpoints.get(&name)? else {
            return Ok((candidates, name));
        };
        let data = checkpoint.position().clone();
        // What is no position of ours is nobody's we know.
        if let Some(position) = Position::read(&data)
            && let Some(known) = position.known()
        {
            candidates.push(Candidate {
                name,
                data,
                position,
                known,
            });
        }
    }
    Ok((candidates, head.checkpoint(u64::MAX)?))
}

impl Candidate {
    /// What lies before its position, where that is what was read then; the log stands there
    /// then. Only the last blocks are looked at.
    fn fits(&self, input: &mut OpenSource) -> io::Result<Option<Prefix>> {
        let at = self.position.bytes;
        let mut prefix = Prefix::before(at, self.known.anchor, &self.known.marks);
        input.seek(prefix.at())?;
        while prefix.at() < at {
            let text = input.fill_buf()?;
            if text.is_empty() {
                return Ok(None);
            }
            let room = usize::try_from(at - prefix.at()).unwrap_or(usize::MAX);
            let text = text.get(..room).unwrap_or(text);
            let length = text.len();
            prefix.feed(text);
            input.consume(length);
        }
        Ok((prefix.digest() == self.known.hash).then_some(prefix))
    }

    fn found(self, prefix: Prefix) -> Found {
        Found::Before {
            name: self.name,
            data: self.data,
            position: self.position,
            prefix: Box::new(prefix),
        }
    }
}

/// Reads a log from its start until it is known which of the candidates it is, or that it is none.
fn by_reading(
    mut left: Vec<Candidate>,
    next: CheckpointName,
    input: &mut OpenSource,
) -> Result<Found, FindError> {
    let mut prefix = Prefix::new();
    let mut kept = Some(Vec::new()).filter(|_| input.is_once());
    while !left.is_empty() {
        let position = |candidate: &Candidate| candidate.position.bytes;
        let next_position = left.iter().map(position).min().unwrap_or_default();
        let stop = prefix.until_mark().min(next_position - prefix.at());
        let log = input.source().clone();
        let text = input
            .fill_buf()
            .map_err(|error| SourceError::read(&log, 0, error))?;
        if text.is_empty() {
            break;
        }
        let stop = usize::try_from(stop).unwrap_or(usize::MAX);
        let text = text.get(..stop).unwrap_or(text);
        let length = text.len();
        prefix.feed(text);
        keep(&mut kept, text);
        input.consume(length);
        left.retain(|candidate| candidate.known.marks.starts_with(prefix.marks()));
        if prefix.at() == next_position {
            let is_it = |candidate: &Candidate| {
                position(candidate) == next_position
                    && candidate.known.hash == prefix.clone().digest()
            };
            if let Some(found) = left.iter().position(is_it) {
                return Ok(left.swap_remove(found).found(prefix));
            }
            left.retain(|candidate| position(candidate) > next_position);
        }
    }
    match left
        .into_iter()
        .max_by_key(|candidate| candidate.position.bytes)
    {
        Some(candidate) => Ok(Found::Earlier(candidate.position)),
        None => rewound(input, kept, prefix.at()).map(|()| Found::New(next)),
    }
}

/// Keeps what was read, or nothing at all once that is too much.
fn keep(kept: &mut Option<Vec<u8>>, text: &[u8]) {
    if let Some(so_far) = kept {
        so_far.extend_from_slice(text);
        if so_far.len() > KEPT {
            *kept = None;
        }
    }
}

/// Goes back to the start of a log.
fn rewound(input: &mut OpenSource, kept: Option<Vec<u8>>, read: u64) -> Result<(), FindError> {
    match kept {
        Some(kept) => input.put_back(&kept),
        None if input.is_once() => {
            let log = input.source().clone();
            return Err(SourceError::Diverged { log, bytes: read }.into());
        }
        None if read > 0 => input.restart()?,
        None => {}
    }
    Ok(())
}
