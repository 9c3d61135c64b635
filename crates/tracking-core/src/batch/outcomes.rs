//! Outcomes as a short text, as a store keeps them: a thousand saves are one word.

use std::fmt::Write as _;

use crate::{Outcome, RunId, TrackId};

/// No batch has so many operations; a longer range is damage, and must not fill the memory.
const MAX_RANGE: u64 = 1 << 28;

/// One kind of outcome by a letter, and the number that belongs to it; 0 where there is none.
fn parts(outcome: Outcome) -> (char, u64) {
    match outcome {
        Outcome::Saved(id) => ('s', id.number()),
        Outcome::Updated(id) => ('u', id.number()),
        Outcome::Removed(was_there) => ('r', u64::from(was_there)),
        Outcome::Started(id) => ('b', id.number()),
        Outcome::Stopped(id) => ('e', id.map_or(0, RunId::number)),
    }
}

fn outcome(letter: &str, number: u64) -> Option<Outcome> {
    Some(match letter {
        "s" => Outcome::Saved(TrackId::new(number)?),
        "u" => Outcome::Updated(TrackId::new(number)?),
        "r" if number <= 1 => Outcome::Removed(number == 1),
        "b" => Outcome::Started(RunId::new(number)?),
        "e" => Outcome::Stopped(RunId::new(number)),
        _ => return None,
    })
}

/// Like `b1 s1-1000 r0 e1`: consecutive numbers of one kind are a range.
pub(super) fn to_text(outcomes: &[Outcome]) -> String {
    let follows = |a: &Outcome, b: &Outcome| {
        let (a, b) = (parts(*a), parts(*b));
        a.0 == b.0 && a.0 != 'r' && a.1.checked_add(1) == Some(b.1)
    };
    let mut text = String::new();
    for range in outcomes.chunk_by(follows) {
        let (Some(first), Some(last)) = (range.first(), range.last()) else {
            continue;
        };
        let ((letter, first), (_, last)) = (parts(*first), parts(*last));
        let blank = if text.is_empty() { "" } else { " " };
        let _never_fails = if first == last {
            write!(text, "{blank}{letter}{first}")
        } else {
            write!(text, "{blank}{letter}{first}-{last}")
        };
    }
    text
}

/// The outcomes of a text; nothing where it is no such text.
pub(super) fn from_text(text: &str) -> Option<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for word in text.split_ascii_whitespace() {
        let (letter, numbers) = word.split_at_checked(1)?;
        let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        if last.checked_sub(first)? >= MAX_RANGE {
            return None;
        }
        for number in first..=last {
            outcomes.push(outcome(letter, number)?);
        }
    }
    Some(outcomes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let track = |number| TrackId::new(number).unwrap();
        let outcomes = [
            Outcome::Started(RunId::FIRST),
            Outcome::Saved(track(1)),
            Outcome::Saved(track(2)),
            Outcome::Saved(track(3)),
            Outcome::Saved(track(3)),
            Outcome::Updated(track(u64::MAX)),
            Outcome::Removed(false),
            Outcome::Removed(true),
            Outcome::Stopped(None),
            Outcome::Stopped(Some(RunId::FIRST)),
            Outcome::Stopped(RunId::new(3)),
        ];
        // Kept in the files of durable stores: this form must never change.
        let text = to_text(&outcomes);
        assert_eq!(text, "b1 s1-3 s3 u18446744073709551615 r0 r1 e0-1 e3");
        assert_eq!(from_text(&text).unwrap(), outcomes);
        assert_eq!(from_text("").unwrap(), []);
        for text in [
            "s9-8",
            "s1-99999999999",
            "x1",
            "s0",
            "s",
            "s1-",
            "r2",
            "ü1",
            "s1-x",
        ] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }
}
