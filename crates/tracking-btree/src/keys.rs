//! Keys that saves were made under.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use tracking_core::{Fingerprint, Key, KeyUse, TrackId};

use crate::numbers::TrackNo;

/// The keys, sorted, and which of them belong to which track.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    uses: BTreeMap<Key, (TrackNo, Fingerprint)>,
    by_track: HashMap<TrackNo, Vec<Key>>,
}

impl Keys {
    pub(crate) fn find(&self, key: &Key) -> Option<KeyUse> {
        let (track, fingerprint) = self.uses.get(key)?;
        key_use(key, *track, *fingerprint)
    }

    pub(crate) fn insert(&mut self, key: Key, track: TrackNo, fingerprint: Fingerprint) {
        self.by_track.entry(track).or_default().push(key.clone());
        self.uses.insert(key, (track, fingerprint));
    }

    pub(crate) fn remove(&mut self, key: &Key) {
        let Some((track, _)) = self.uses.remove(key) else {
            return;
        };
        if let Some(keys) = self.by_track.get_mut(&track) {
            keys.retain(|other| other != key);
            if keys.is_empty() {
                self.by_track.remove(&track);
            }
        }
    }

    /// The keys of a track.
    pub(crate) fn of(&self, track: TrackNo) -> Vec<KeyUse> {
        let keys = self.by_track.get(&track).map_or(&[][..], Vec::as_slice);
        keys.iter().filter_map(|key| self.find(key)).collect()
    }

    pub(crate) fn remove_of(&mut self, track: TrackNo) {
        for key in self.by_track.remove(&track).unwrap_or_default() {
            self.uses.remove(&key);
        }
    }

    /// All of them, sorted.
    pub(crate) fn all(&self) -> Vec<KeyUse> {
        self.after(None, usize::MAX)
    }

    pub(crate) fn after(&self, after: Option<&Key>, limit: usize) -> Vec<KeyUse> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let uses = self.uses.range::<Key, _>((from, Bound::Unbounded));
        uses.filter_map(|(key, (track, fingerprint))| key_use(key, *track, *fingerprint))
            .take(limit)
            .collect()
    }
}

fn key_use(key: &Key, track: TrackNo, fingerprint: Fingerprint) -> Option<KeyUse> {
    Some(KeyUse::new(
        key.clone(),
        TrackId::new(track.into())?,
        fingerprint,
    ))
}
