//! Removing and renaming many tracks.

use std::collections::BinaryHeap;

use rusqlite::{params, params_from_iter};
use tracking_core::{ChangeKind, Query, Retention, UserName};

use crate::error::Done;
use crate::nearby::{LOOK, ROWS, nearby};
use crate::plan::Plan;
use crate::sorted::{First, place};
use crate::writer::Change;

impl Change<'_> {
    /// Removes what a query asks for, and tells how many that were.
    ///
    /// `kind` is what the change feed calls it.
    pub(crate) fn remove_matching(&mut self, query: &Query, kind: ChangeKind) -> Done<u64> {
        query.cursor()?;
        let found = self.matching(query)?;
        self.remove_all(found, kind)
    }

    fn matching(&self, query: &Query) -> Done<Vec<i64>> {
        let limit = query.max_tracks().unwrap_or(usize::MAX);
        let Some(plan) = Plan::new(self.connection, self.sql, query)? else {
            return Ok(Vec::new());
        };
        if !plan.is_sorted() && limit < usize::MAX {
            let rows = limit.max(LOOK).saturating_mul(ROWS);
            if let Some(found) = nearby(self.connection, self.sql, &plan, query, (limit, rows))? {
                return Ok(found);
            }
        }
        let columns = format!("{}, {}", place(query), plan.rest.columns());
        let (text, values) = plan.ordered(&columns, Some(limit))?;
        let mut statement = self.connection.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = First::new(query, limit)?;
        while !(plan.is_sorted() && found.is_full())
            && let Some(row) = rows.next()?
        {
            if plan.rest.matches_row(row, 2)? {
                found.push((row.get(0)?, row.get(1)?));
            }
        }
        Ok(found.sorted())
    }

    fn remove_all(&mut self, tracks: Vec<i64>, kind: ChangeKind) -> Done<u64> {
        let mut count = 0;
        for track in tracks {
            if self.remove_number(track)? {
                self.note(kind, track);
                count += 1;
            }
        }
        Ok(count)
    }

    /// Removes what is too old to be kept, and tells how many that were.
    pub(crate) fn prune(&mut self, retention: &Retention) -> Done<u64> {
        let mut lowest = Lowest::new(retention.max_removed());
        if let Some(oldest) = retention.oldest_kept() {
            let mut statement = self.connection.prepare_cached(&self.sql.tracks_before)?;
            let mut rows = statement.query([oldest.micros()])?;
            while let Some(row) = rows.next()? {
                lowest.push(row.get(0)?);
            }
        }
        if let Some(kept) = retention.kept_per_user() {
            self.beyond(kept, &mut lowest)?;
        }
        self.remove_all(lowest.into_sorted(), ChangeKind::TrackRemoved)
    }

    /// Finds the tracks of each task and user that are not among the last `kept`.
    fn beyond(&self, kept: usize, found: &mut Lowest) -> Done<()> {
        let mut statement = self.connection.prepare_cached(&self.sql.tracks_by_pair)?;
        let mut rows = statement.query([])?;
        let (mut pair, mut tracks) = (None, Vec::new());
        let mut end_of_pair = |tracks: &mut Vec<(i64, i64)>| {
            let gone = tracks.len().saturating_sub(kept);
            if gone > 0 {
                tracks.sort_unstable();
                tracks.iter().take(gone).for_each(|(_, id)| found.push(*id));
            }
            tracks.clear();
        };
        while let Some(row) = rows.next()? {
            let this: (i64, i64) = (row.get(0)?, row.get(1)?);
            if pair != Some(this) {
                end_of_pair(&mut tracks);
                pair = Some(this);
            }
            tracks.push((row.get(2)?, row.get(3)?));
        }
        end_of_pair(&mut tracks);
        Ok(())
    }

    /// Gives all tracks of a user to another name, and tells how many that were.
    pub(crate) fn rename_user(&mut self, from: &UserName, to: &UserName) -> Done<u64> {
        let Some(old) = self.find_user(from)? else {
            return Ok(0);
        };
        let mut statement = self.connection.prepare_cached(&self.sql.count_of_user)?;
        let count: i64 = statement.query_row([old], |row| row.get(0))?;
        if from != to {
            self.note_renamed(old)?;
            // The file's trigger removes the old name with its last track.
            let new = self.user(to)?;
            let mut statement = self
                .connection
                .prepare_cached(&self.sql.move_tracks_to_user)?;
            statement.execute(params![old, new])?;
            self.known.forget_names();
        }
        Ok(count.unsigned_abs())
    }

    /// Notes the tracks of a user who is about to get another name, where there is a change feed.
    fn note_renamed(&mut self, user: i64) -> Done<()> {
        if let Some(changes) = &mut self.changes {
            let mut statement = self.connection.prepare_cached(&self.sql.tracks_of_user)?;
            let mut rows = statement.query([user])?;
            while let Some(row) = rows.next()? {
                let number: i64 = row.get(0)?;
                changes.add(ChangeKind::UserRenamed, number.unsigned_abs());
            }
        }
        Ok(())
    }
}

/// The lowest numbers of those given, each once, at most so many.
struct Lowest {
    limit: usize,
    /// The highest of them on top.
    heap: BinaryHeap<i64>,
}

impl Lowest {
    fn new(limit: Option<usize>) -> Self {
        Self {
            limit: limit.unwrap_or(usize::MAX),
            heap: BinaryHeap::new(),
        }
    }

    fn push(&mut self, number: i64) {
        // A number comes twice at most, so twice as many are enough to have so many different ones.
        let most = self.limit.saturating_mul(2);
        if self.heap.len() < most {
            self.heap.push(number);
        } else if let Some(mut highest) = self.heap.peek_mut()
            && number < *highest
        {
            *highest = number;
        }
    }

    fn into_sorted(self) -> Vec<i64> {
        let mut numbers = self.heap.into_sorted_vec();
        numbers.dedup();
        numbers.truncate(self.limit);
        numbers
    }
}
