//! Keys that logs give: what was saved under one before is not saved again.

use std::collections::HashMap;

use tracking_core::{Fingerprint, Key, Result, RunChoice, TrackingStorage};

use crate::{LineError, LogRecord, Reason};

/// What is known of a record's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyStatus {
    /// There is none, or it was not used yet.
    New,
    /// The same was saved under it.
    Duplicate,
    /// Something else was saved under it.
    Conflict,
}

/// The keys of one batch.
#[derive(Debug, Default)]
pub(super) struct BatchKeys(HashMap<Key, Fingerprint>);

impl BatchKeys {
    /// Looks a record's key up, in the store and among those before it.
    pub(super) fn look_up(
        &mut self,
        store: &dyn TrackingStorage,
        record: &LogRecord,
    ) -> Result<KeyStatus> {
        let Some(key) = record.key() else {
            return Ok(KeyStatus::New);
        };
        let print = |run| {
            record
                .clone()
                .into_track(run)
                .map(|track| Fingerprint::of(&track))
        };
        let ours = print(RunChoice::Current)?;
        let is_known = if let Some(before) = self.0.get(key) {
            *before == ours
        } else if let Some(used) = store.key_use(key)? {
            // Whoever saved it may have named its run or not.
            used.fingerprint() == ours
                || match store.track(used.track())? {
                    Some(track) => used.fingerprint() == print(track.run().into())?,
                    None => false,
                }
        } else {
            self.0.insert(key.clone(), ours);
            return Ok(KeyStatus::New);
        };
        Ok(if is_known {
            KeyStatus::Duplicate
        } else {
            KeyStatus::Conflict
        })
    }
}

/// What is wrong with a line whose key was used for something else.
pub(super) fn conflict_error(key: &Key, line: &[u8]) -> LineError {
    let text = String::from_utf8_lossy(line);
    let at = text.find(key.as_str()).unwrap_or_default();
    let expected = "a key that was not used for another record";
    LineError::at(&text, at, Reason::Key, expected)
}
