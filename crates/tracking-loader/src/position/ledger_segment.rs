//! A piece of a ledger as a checkpoint holds it: one entry for each line, as text.

use serde::{Deserialize, Serialize};
use tracking_core::{Data, Result};

use super::LineDigest;

/// How many lines a segment has at most.
pub(crate) const SEGMENT_LINES: u64 = 1024;

/// What is known of a line: its digest, and whether it was rejected. 48 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) digest: LineDigest,
    pub(crate) is_rejected: bool,
}

/// The entries of a segment, in the order of the lines. The name of the field stays.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    lines: String,
}

/// The digits of Base64, as RFC 4648 has them for URLs.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many digits an entry has.
const ENTRY_DIGITS: usize = 8;

impl Entry {
    pub(crate) fn new(digest: LineDigest, is_rejected: bool) -> Self {
        Self {
            digest,
            is_rejected,
        }
    }

    fn to_number(self) -> u64 {
        self.digest.number() << 1 | u64::from(self.is_rejected)
    }

    fn from_number(number: u64) -> Self {
        Self {
            digest: LineDigest::from_number(number >> 1),
            is_rejected: number & 1 == 1,
        }
    }
}

/// Entries as a checkpoint holds them.
pub(super) fn to_data(entries: &[Entry]) -> Result<Data> {
    let mut lines = String::with_capacity(entries.len() * ENTRY_DIGITS);
    for entry in entries {
        let number = entry.to_number();
        let digit = |place: usize| (number >> (6 * (ENTRY_DIGITS - 1 - place))) & 63;
        let digits = (0..ENTRY_DIGITS).map(|place| usize::try_from(digit(place)).unwrap_or(0));
        lines.extend(digits.filter_map(|digit| DIGITS.get(digit).map(|c| char::from(*c))));
    }
    Data::from_serialize(&Stored { lines })
}

/// Takes what a checkpoint holds; nothing where that is no segment.
pub(super) fn from_data(data: &Data) -> Option<Vec<Entry>> {
    let stored: Stored = data.deserialize().ok()?;
    let (entries, []) = stored.lines.as_bytes().as_chunks::<ENTRY_DIGITS>() else {
        return None;
    };
    if entries.len() as u64 > SEGMENT_LINES {
        return None;
    }
    let entry = |digits: &[u8; ENTRY_DIGITS]| {
        let add = |number, digit: &u8| Some(number << 6 | value(*digit)?);
        digits.iter().try_fold(0, add).map(Entry::from_number)
    };
    entries.iter().map(entry).collect()
}

fn value(digit: u8) -> Option<u64> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_come_back(numbers in prop::collection::vec(any::<(u64, bool)>(), 0..1024)) {
            let entry = |(n, rejected)| Entry::new(LineDigest::from_number(n), rejected);
            let entries: Vec<_> = numbers.into_iter().map(entry).collect();
            let data = to_data(&entries).unwrap();
            prop_assert_eq!(from_data(&data), Some(entries.clone()));
            prop_assert_eq!(data.as_str().len(), 12 + 8 * entries.len());
        }
    }

    #[test]
    fn what_is_no_segment_is_nothing() {
        for text in [
            "{}",
            r#"{"lines":"short"}"#,
            r#"{"lines":"AAAAAAA="}"#,
            r#"{"lines":7}"#,
        ] {
            assert_eq!(from_data(&text.parse().unwrap()), None, "{text}");
        }
    }
}
