//! What a log begins with, which names its checkpoint.

use serde::{Deserialize, Serialize};
use tracking_core::{Batch, Checkpoint, CheckpointName, Data, Precondition, Result};

use super::{Checkpoints, DamagedCheckpoint, Digest, IdentifyError};

/// A log's first line that is no comment, with all before it.
///
/// Comments are not enough: all logs of one server may begin with the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LogIdentity {
    hash: String,
    /// How long it is, where it is all there is of a log that was taken as if it were whole.
    short: Option<usize>,
}

/// How long a head is at most.
pub(crate) const MAX_IDENTITY_BYTES: usize = 64 * 1024;

/// The checkpoint that lists the heads of logs that were taken before their first line was whole.
pub(crate) const SHORT_IDENTITIES: &str = "log/short-heads";

/// How many of these are remembered, the latest.
const MAX_SHORT_IDENTITIES: usize = 256;

/// A head that was taken before its line was whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ShortIdentity {
    bytes: usize,
    hash: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct ShortIdentities {
    #[serde(rename = "heads")]
    identities: Vec<ShortIdentity>,
}

impl LogIdentity {
    /// The head of a log that starts with this; nothing where it is not there as a whole.
    pub(crate) fn from_start(start: &[u8]) -> Option<Self> {
        let start = start.get(..MAX_IDENTITY_BYTES).unwrap_or(start);
        let mut length = 0;
        for line in start.split_inclusive(|byte| *byte == b'\n') {
            length += line.len();
            let text = line.trim_ascii();
            let says_something = !text.is_empty() && !text.starts_with(b"#");
            if says_something && line.ends_with(b"\n") {
                return Some(Self::from_text(start.get(..length).unwrap_or(start)));
            }
        }
        (start.len() == MAX_IDENTITY_BYTES).then(|| Self::from_text(start))
    }

    /// The head of a log of which this is all, whether it is whole or not.
    pub(crate) fn from_whole_text(text: &[u8]) -> Option<Self> {
        let short = Some(text.len());
        let of_all = || Self {
            short,
            ..Self::from_text(text)
        };
        (!text.is_empty()).then(|| Self::from_start(text).unwrap_or_else(of_all))
    }

    fn from_text(text: &[u8]) -> Self {
        Self {
            hash: Digest::of(text).to_string(),
            short: None,
        }
    }

    /// The head that a log had when it was loaded first: this, unless that was before its line
    /// was whole.
    pub(crate) fn into_first_loaded(
        self,
        checkpoints: &Checkpoints<'_>,
        start: &[u8],
    ) -> Result<Self, IdentifyError> {
        let (stored, _) = short_identities(checkpoints)?;
        let is_start = |identity: &&ShortIdentity| {
            let text = start.get(..identity.bytes);
            text.is_some_and(|text| Digest::of(text).to_string() == identity.hash)
        };
        let longest = stored
            .identities
            .iter()
            .filter(is_start)
            .max_by_key(|identity| identity.bytes);
        Ok(match longest {
            Some(identity) => Self {
                hash: identity.hash.clone(),
                short: None,
            },
            None => self,
        })
    }

    /// The head of the log whose checkpoint this is; nothing where it is something else.
    pub(crate) fn hash_of_checkpoint(name: &CheckpointName) -> Option<&str> {
        let (identity, number) = name.as_str().strip_prefix("log/")?.split_once('/')?;
        let is_number = number.parse::<u64>().is_ok();
        (is_number && Digest::parse(identity).is_some()).then_some(identity)
    }

    /// The checkpoint of the n-th log with this head, counted from 1.
    pub(crate) fn checkpoint(&self, n: u64) -> Result<CheckpointName> {
        CheckpointName::new(format!("log/{}/{n}", self.hash))
    }

    /// Has a batch remember this head, where that is needed to find the log again.
    pub(crate) fn register(
        &self,
        checkpoints: &Checkpoints<'_>,
        batch: Batch,
    ) -> Result<Batch, IdentifyError> {
        let Some(bytes) = self.short else {
            return Ok(batch);
        };
        let (mut stored, expected) = short_identities(checkpoints)?;
        let hash = self.hash.clone();
        stored.identities.push(ShortIdentity { bytes, hash });
        let surplus = stored.identities.len().saturating_sub(MAX_SHORT_IDENTITIES);
        stored.identities.drain(..surplus);
        let name = CheckpointName::new(SHORT_IDENTITIES)?;
        Ok(batch.with_checkpoint_if(
            expected,
            Checkpoint::new(name, Data::from_serialize(&stored)?),
        ))
    }
}

/// What stands in the checkpoint of short heads when there are none.
pub(crate) fn no_short_identities() -> Result<Data> {
    Data::from_serialize(&ShortIdentities::default())
}

fn short_identities(
    checkpoints: &Checkpoints<'_>,
) -> Result<(ShortIdentities, Precondition), IdentifyError> {
    let name = CheckpointName::new(SHORT_IDENTITIES)?;
    let Some(checkpoint) = checkpoints.get_own(&name)? else {
        return Ok((ShortIdentities::default(), Precondition::Missing));
    };
    let stored = checkpoint.position().deserialize();
    let stored = stored.map_err(|_| DamagedCheckpoint(name))?;
    Ok((stored, Precondition::from(Some(checkpoint))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_first_line_that_is_no_comment_with_all_before_it() {
        let of = |text: &str| LogIdentity::from_start(text.as_bytes());
        assert_eq!(of("a\nb\n"), of("a\nc"));
        assert_ne!(of("a\n"), of("a\r\n"));
        assert_ne!(of("#1\n\na\n"), of("#2\n\na\n"));
        for text in ["", "a", "#1\n", "#1\n \n#2\n", "#1\na"] {
            assert_eq!(of(text), None, "{text:?}");
        }
    }

    #[test]
    fn of_a_long_one_the_start_is_enough() {
        let long = "x".repeat(MAX_IDENTITY_BYTES);
        assert_eq!(
            LogIdentity::from_start(long.as_bytes()),
            LogIdentity::from_start((long.clone() + "y").as_bytes())
        );
        assert!(LogIdentity::from_start(long.as_bytes()).is_some());
    }

    #[test]
    fn from_whole_text_there_is_any_line_will_do() {
        assert_eq!(
            LogIdentity::from_whole_text(b"a\nb"),
            LogIdentity::from_start(b"a\n")
        );
        assert_eq!(LogIdentity::from_whole_text(b""), None);
        assert!(
            LogIdentity::from_whole_text(b"#1").is_some_and(|identity| identity.short == Some(2))
        );
    }
}
