//! The change feed: a list of all entries, of which the first ones may be forgotten.

use std::collections::BTreeSet;

use tracking_core::{
    Change, ChangeCursor, ChangeFeed, ChangeKind, ChangePage, Error, Result, Timestamp,
};

#[derive(Clone, Debug, Default)]
pub(super) struct Feed {
    pub(super) settings: ChangeFeed,
    epoch: u64,
    /// Every entry of the epoch, also those that are forgotten.
    entries: Vec<Change>,
    forgotten: usize,
    /// What the call that is being made has changed so far.
    changed: BTreeSet<(ChangeKind, u64)>,
}

impl Feed {
    pub(super) fn set(&mut self, settings: ChangeFeed, now: Timestamp) {
        if settings.is_on() != self.settings.is_on() {
            self.entries.clear();
            self.forgotten = 0;
            let after_the_last = self.epoch + 1;
            self.epoch = after_the_last.max(u64::try_from(now.micros()).unwrap_or(0));
        }
        self.settings = settings;
    }

    pub(super) fn record(&mut self, kind: ChangeKind, id: u64) {
        self.changed.insert((kind, id));
    }

    /// Makes entries of what has changed: the set has it by kind and id already.
    pub(super) fn commit(&mut self, now: Timestamp) {
        let changed = std::mem::take(&mut self.changed);
        if !self.settings.is_on() {
            return;
        }
        let changed: Vec<_> = changed.into_iter().collect();
        for range in changed.chunk_by(|a, b| a.0 == b.0 && a.1 + 1 == b.1) {
            if let (Some((kind, first)), Some((_, last))) = (range.first(), range.last()) {
                let cursor = ChangeCursor::new(self.epoch, self.entries.len() as u64 + 1);
                self.entries
                    .push(Change::new(cursor, *kind, (*first, *last), now));
            }
        }
        while !changed.is_empty() && self.must_drop_oldest(now) {
            self.forgotten += 1;
        }
    }

    fn must_drop_oldest(&self, now: Timestamp) -> bool {
        let Some(oldest) = self.entries.get(self.forgotten) else {
            return false;
        };
        let count = (self.entries.len() - self.forgotten) as u64;
        let age = now.since(oldest.time()).to_std().unwrap_or_default();
        self.settings.max_count().is_some_and(|max| count > max)
            || self.settings.max_age().is_some_and(|max| age > max)
    }

    pub(super) fn last(&self) -> Result<ChangeCursor> {
        if self.settings.is_on() {
            Ok(ChangeCursor::new(self.epoch, self.entries.len() as u64))
        } else {
            Err(Error::feed_off())
        }
    }

    pub(super) fn read(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        let last = self.last()?;
        let oldest = ChangeCursor::new(self.epoch, self.forgotten as u64);
        let from = *after.unwrap_or(&oldest);
        let position = usize::try_from(from.position()).unwrap_or(usize::MAX);
        let left = self.entries.get(position..);
        let (Some(left), true) = (
            left,
            from.epoch() == self.epoch && position >= self.forgotten,
        ) else {
            return Err(Error::changes_expired(from, last));
        };
        let changes: Vec<Change> = left.iter().take(limit).copied().collect();
        let next = changes.last().map_or(from, Change::cursor);
        Ok(ChangePage::new(changes, next))
    }
}
