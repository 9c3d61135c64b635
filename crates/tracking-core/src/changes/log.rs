//! The change feed of a store in memory.

use std::collections::VecDeque;

use super::{Change, ChangeCursor, ChangeFeed, ChangePage, ChangeSet};
use crate::{Error, Result, Timestamp};

/// A change feed in memory: for stores that keep everything there.
#[derive(Clone, Debug, Default)]
pub struct ChangeLog {
    feed: ChangeFeed,
    epoch: u64,
    /// How many entries of this epoch are forgotten.
    floor: u64,
    entries: VecDeque<Change>,
}

impl ChangeLog {
    /// Whether there is a feed, and how long it keeps its entries.
    pub fn feed(&self) -> ChangeFeed {
        self.feed
    }

    /// A set to collect the changes of one commit in; nothing where there is no feed.
    pub fn collect(&self) -> Option<ChangeSet> {
        self.feed.is_on().then(ChangeSet::default)
    }

    /// Turns the feed on or off, or changes how long it keeps its entries. A feed that is turned
    /// on begins a new epoch; one that is turned off forgets everything.
    pub fn set_feed(&mut self, feed: ChangeFeed, now: Timestamp) {
        if feed.is_on() != self.feed.is_on() {
            self.entries.clear();
            self.floor = 0;
            self.epoch = ChangeFeed::next_epoch(self.epoch, now);
        }
        self.feed = feed;
    }

    /// Adds the changes of one commit, and forgets what is beyond the retention.
    pub fn commit(&mut self, changes: ChangeSet, now: Timestamp) {
        for range in changes.into_ranges() {
            let cursor = ChangeCursor::new(self.epoch, self.end() + 1);
            let ids = (range.first, range.last);
            self.entries
                .push_back(Change::new(cursor, range.kind, ids, now));
        }
        let mut excess = self.feed.excess(self.entries.len() as u64);
        while let Some(oldest) = self.entries.front()
            && (excess > 0 || self.feed.is_too_old(oldest.time(), now))
        {
            excess = excess.saturating_sub(1);
            self.entries.pop_front();
            self.floor += 1;
        }
    }

    /// The place after the last entry.
    ///
    /// # Errors
    ///
    /// [`Error::FeedOff`] where there is no feed.
    pub fn last(&self) -> Result<ChangeCursor> {
        if self.feed.is_on() {
            Ok(ChangeCursor::new(self.epoch, self.end()))
        } else {
            Err(Error::feed_off())
        }
    }

    /// At most `limit` entries after a place, or from the oldest one on.
    ///
    /// # Errors
    ///
    /// [`Error::FeedOff`] where there is no feed, [`Error::ChangesExpired`] where entries after
    /// that place are forgotten.
    pub fn read(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        let last = self.last()?;
        let oldest = ChangeCursor::new(self.epoch, self.floor);
        let from = after.copied().unwrap_or(oldest);
        let is_there =
            from.epoch() == self.epoch && (self.floor..=last.position()).contains(&from.position());
        if !is_there {
            return Err(Error::changes_expired(from, last));
        }
        let skipped = usize::try_from(from.position() - self.floor).unwrap_or(usize::MAX);
        let changes = self.entries.iter().skip(skipped).take(limit);
        let changes: Vec<Change> = changes.copied().collect();
        let next = changes.last().map_or(from, Change::cursor);
        Ok(ChangePage::new(changes, next))
    }

    /// How many entries of this epoch there were so far.
    fn end(&self) -> u64 {
        self.floor + self.entries.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ChangeKind;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    /// A feed with one entry at each of these times.
    fn log(feed: ChangeFeed, times: &[i64]) -> ChangeLog {
        let mut log = ChangeLog::default();
        log.set_feed(feed, at(0));
        for (id, time) in (1..).zip(times) {
            let mut set = log.collect().unwrap();
            set.add(ChangeKind::TrackSaved, id * 10);
            log.commit(set, at(*time));
        }
        log
    }

    fn ids(page: &ChangePage) -> Vec<u64> {
        page.changes.iter().map(|change| change.ids().0).collect()
    }

    #[test]
    fn pages_follow_each_other_without_gaps() {
        let log = log(ChangeFeed::UNLIMITED, &[0; 5]);
        let (mut after, mut found) = (None, Vec::new());
        loop {
            let page = log.read(after.as_ref(), 2).unwrap();
            if page.changes.is_empty() {
                assert_eq!(Some(page.next), after);
                break;
            }
            found.extend(ids(&page));
            after = Some(page.next);
        }
        assert_eq!(found, [10, 20, 30, 40, 50]);
        assert_eq!(after, Some(log.last().unwrap()));
    }

    #[test]
    fn what_is_forgotten_is_an_error_that_says_where_to_continue() {
        let start = ChangeCursor::new(1, 0);
        for (feed, times) in [
            (ChangeFeed::UNLIMITED.with_max_count(2), [0; 4]),
            (
                ChangeFeed::UNLIMITED.with_max_age(Duration::from_secs(1)),
                [0, 0, 9, 10],
            ),
        ] {
            let log = log(feed, &times);
            assert_eq!(ids(&log.read(None, 9).unwrap()), [30, 40]);
            let error = log.read(Some(&start), 9).unwrap_err();
            let Error::ChangesExpired { resume, .. } = error else {
                panic!("{error:?}");
            };
            assert_eq!(resume, log.last().unwrap());
            assert!(log.read(Some(&resume), 9).unwrap().changes.is_empty());
        }
    }

    #[test]
    fn a_feed_that_was_off_restarts() {
        let mut log = log(ChangeFeed::UNLIMITED, &[0; 3]);
        let last = log.last().unwrap();
        log.set_feed(ChangeFeed::on(), at(5));
        assert_eq!(
            log.last().unwrap(),
            last,
            "another retention is no new epoch"
        );
        log.set_feed(ChangeFeed::OFF, at(5));
        assert!(matches!(log.read(None, 1), Err(Error::FeedOff { .. })));
        assert!(log.collect().is_none());
        log.set_feed(ChangeFeed::on(), at(0));
        assert_eq!(log.last().unwrap().position(), 0);
        let error = log.read(Some(&last), 1).unwrap_err();
        assert!(matches!(error, Error::ChangesExpired { .. }), "{error:?}");
        let ahead = ChangeCursor::new(log.last().unwrap().epoch(), 7);
        assert!(
            log.read(Some(&ahead), 1).is_err(),
            "it has not come that far"
        );
    }
}
