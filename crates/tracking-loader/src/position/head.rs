//! What a log begins with, which names its checkpoint.

use serde::{Deserialize, Serialize};
use tracking_core::{Batch, Checkpoint, CheckpointName, Data, Expected, Result};

use super::{Checkpoints, DamagedCheckpoint, Digest, FindError};

/// A log's first line that is no comment, with all before it.
///
/// Comments are not enough: all logs of one server may begin with the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Head {
    hash: String,
    /// How long it is, where it is all there is of a log that was taken as if it were whole.
    short: Option<usize>,
}

/// How long a head is at most.
pub(crate) const HEAD_LIMIT: usize = 64 * 1024;

/// The checkpoint that lists the heads of logs that were taken before their first line was whole.
pub(crate) const SHORT_HEADS: &str = "log/short-heads";

/// How many of these are remembered, the latest.
const SHORT_HEADS_KEPT: usize = 256;

/// A head that was taken before its line was whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ShortHead {
    bytes: usize,
    hash: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct ShortHeads {
    heads: Vec<ShortHead>,
}

impl Head {
    /// The head of a log that starts with this; nothing where it is not there as a whole.
    pub(crate) fn of(start: &[u8]) -> Option<Self> {
        let start = start.get(..HEAD_LIMIT).unwrap_or(start);
        let mut length = 0;
        for line in start.split_inclusive(|byte| *byte == b'\n') {
            length += line.len();
            let text = line.trim_ascii();
            let says_something = !text.is_empty() && !text.starts_with(b"#");
            if says_something && line.ends_with(b"\n") {
                return Some(Self::taken(start.get(..length).unwrap_or(start)));
            }
        }
        (start.len() == HEAD_LIMIT).then(|| Self::taken(start))
    }

    /// The head of a log of which this is all, whether it is whole or not.
    pub(crate) fn of_all(text: &[u8]) -> Option<Self> {
        let short = Some(text.len());
        let of_all = || Self {
            short,
            ..Self::taken(text)
        };
        (!text.is_empty()).then(|| Self::of(text).unwrap_or_else(of_all))
    }

    fn taken(text: &[u8]) -> Self {
        Self {
            hash: Digest::of(text).to_string(),
            short: None,
        }
    }

    /// The head that a log had when it was loaded first: this, unless that was before its line
    /// was whole.
    pub(crate) fn when_loaded(
        self,
        checkpoints: &Checkpoints<'_>,
        start: &[u8],
    ) -> Result<Self, FindError> {
        let (heads, _) = short_heads(checkpoints)?;
        let is_start = |head: &&ShortHead| {
            let text = start.get(..head.bytes);
            text.is_some_and(|text| Digest::of(text).to_string() == head.hash)
        };
        let longest = heads
            .heads
            .iter()
            .filter(is_start)
            .max_by_key(|head| head.bytes);
        Ok(match longest {
            Some(head) => Self {
                hash: head.hash.clone(),
                short: None,
            },
            None => self,
        })
    }

    /// The head of the log whose checkpoint this is; nothing where it is something else.
    pub(crate) fn of_checkpoint(name: &CheckpointName) -> Option<&str> {
        let (head, number) = name.as_str().strip_prefix("log/")?.split_once('/')?;
        let is_number = number.parse::<u64>().is_ok();
        (is_number && Digest::parse(head).is_some()).then_some(head)
    }

    /// The checkpoint of the n-th log with this head, counted from 1.
    pub(crate) fn checkpoint(&self, n: u64) -> Result<CheckpointName> {
        CheckpointName::new(format!("log/{}/{n}", self.hash))
    }

    /// Has a batch remember this head, where that is needed to find the log again.
    pub(crate) fn remember(
        &self,
        checkpoints: &Checkpoints<'_>,
        batch: Batch,
    ) -> Result<Batch, FindError> {
        let Some(bytes) = self.short else {
            return Ok(batch);
        };
        let (mut heads, expected) = short_heads(checkpoints)?;
        let hash = self.hash.clone();
        heads.heads.push(ShortHead { bytes, hash });
        let surplus = heads.heads.len().saturating_sub(SHORT_HEADS_KEPT);
        heads.heads.drain(..surplus);
        let name = CheckpointName::new(SHORT_HEADS)?;
        Ok(batch.moving_checkpoint(expected, Checkpoint::new(name, Data::of(&heads)?)))
    }
}

/// What stands in the checkpoint of short heads when there are none.
pub(crate) fn no_short_heads() -> Result<Data> {
    Data::of(&ShortHeads::default())
}

fn short_heads(checkpoints: &Checkpoints<'_>) -> Result<(ShortHeads, Expected), FindError> {
    let name = CheckpointName::new(SHORT_HEADS)?;
    let Some(checkpoint) = super::known::get(checkpoints, &name)? else {
        return Ok((ShortHeads::default(), Expected::Missing));
    };
    let heads = checkpoint.position().read();
    let heads = heads.map_err(|_| DamagedCheckpoint(name))?;
    Ok((heads, Expected::from(Some(checkpoint))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_first_line_that_is_no_comment_with_all_before_it() {
        let of = |text: &str| Head::of(text.as_bytes());
        assert_eq!(of("a\nb\n"), of("a\nc"));
        assert_ne!(of("a\n"), of("a\r\n"));
        assert_ne!(of("#1\n\na\n"), of("#2\n\na\n"));
        for text in ["", "a", "#1\n", "#1\n \n#2\n", "#1\na"] {
            assert_eq!(of(text), None, "{text:?}");
        }
    }

    #[test]
    fn of_a_long_one_the_start_is_enough() {
        let long = "x".repeat(HEAD_LIMIT);
        assert_eq!(
            Head::of(long.as_bytes()),
            Head::of((long.clone() + "y").as_bytes())
        );
        assert!(Head::of(long.as_bytes()).is_some());
    }

    #[test]
    fn of_all_there_is_any_line_will_do() {
        assert_eq!(Head::of_all(b"a\nb"), Head::of(b"a\n"));
        assert_eq!(Head::of_all(b""), None);
        assert!(Head::of_all(b"#1").is_some_and(|head| head.short == Some(2)));
    }
}
