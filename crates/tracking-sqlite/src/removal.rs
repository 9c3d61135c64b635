//! Removing and renaming many tracks.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rusqlite::{OptionalExtension as _, params, params_from_iter};
use tracking_core::{
    ChangeKind, Error, Query, Removal, RemovalTarget, Removed, Retention, RunQuery, Timestamp,
    UserName,
};

use crate::change::Change;
use crate::error::StoreResult;
use crate::plan::Plan;
use crate::rowid_scan::{SCAN_ROWS_PER_TRACK, SCAN_THRESHOLD, scan_by_rowid};
use crate::run_queries;
use crate::top_n::{TopN, order_columns};

impl Change<'_> {
    /// Removes tracks and runs, and tells how many that were.
    pub(crate) fn remove_by(&mut self, removal: &Removal) -> StoreResult<Removed> {
        let (tracks, kind) = match removal.target() {
            RemovalTarget::Tracks(query) => {
                query.cursor()?;
                (self.matching(query)?, ChangeKind::TrackRemoved)
            }
            RemovalTarget::OldTracks { retention, among } => {
                (self.old(retention, among)?, ChangeKind::TrackRemoved)
            }
            RemovalTarget::User(user) => {
                let query = Query::all().user(user.as_str());
                (self.matching(&query)?, ChangeKind::UserErased)
            }
            RemovalTarget::Runs { query, only_empty } => {
                return self.remove_runs(query, *only_empty);
            }
            _ => return Err(Error::unsupported("remove what a later version knows").into()),
        };
        let runs = if removal.removes_empty_runs() {
            self.runs_of(&tracks)?
        } else {
            BTreeSet::new()
        };
        let tracks = self.remove_all(tracks, kind)?;
        let mut removed = Removed::new(tracks, 0);
        for run in runs {
            let mut statement = self.connection.prepare_cached(&self.sql.has_tracks)?;
            if !statement.exists([run])? {
                removed.runs += u64::from(self.remove_run(run)?);
            }
        }
        Ok(removed)
    }

    /// The runs of some tracks.
    fn runs_of(&self, tracks: &[i64]) -> StoreResult<BTreeSet<i64>> {
        let mut statement = self.connection.prepare_cached(&self.sql.run_of_track)?;
        let runs = tracks.iter().map(|track| {
            let run = statement.query_row([track], |row| row.get(0));
            Ok(run.optional()?)
        });
        let runs: StoreResult<BTreeSet<Option<i64>>> = runs.collect();
        Ok(runs?.into_iter().flatten().collect())
    }

    /// Removes runs with all their tracks, or those without any.
    fn remove_runs(&mut self, query: &RunQuery, only_empty: bool) -> StoreResult<Removed> {
        let runs = run_queries::numbers(self.connection, &self.sql.prefix, query, only_empty)?;
        let mut removed = Removed::new(0, 0);
        for run in runs {
            let mut statement = self.connection.prepare_cached(&self.sql.tracks_of_run)?;
            let tracks = statement.query_map([run], |row| row.get(0))?;
            let tracks = tracks.collect::<rusqlite::Result<Vec<i64>>>()?;
            removed.tracks += self.remove_all(tracks, ChangeKind::TrackRemoved)?;
            removed.runs += u64::from(self.remove_run(run)?);
        }
        Ok(removed)
    }

    fn matching(&self, query: &Query) -> StoreResult<Vec<i64>> {
        let limit = query.max_tracks().unwrap_or(usize::MAX);
        let Some(plan) = Plan::new(self.connection, self.sql, query)? else {
            return Ok(Vec::new());
        };
        if !plan.is_sorted() && limit < usize::MAX {
            let rows = limit
                .max(SCAN_THRESHOLD)
                .saturating_mul(SCAN_ROWS_PER_TRACK);
            if let Some(found) =
                scan_by_rowid(self.connection, self.sql, &plan, query, (limit, rows))?
            {
                return Ok(found);
            }
        }
        let columns = format!("{}, {}", order_columns(query), plan.residual.columns());
        let (text, values) = plan.ordered(&columns, Some(limit))?;
        let mut statement = self.connection.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = TopN::new(query, limit)?;
        while !(plan.is_sorted() && found.is_full())
            && let Some(row) = rows.next()?
        {
            if plan.residual.matches_row(row, 2)? {
                found.push((row.get(0)?, row.get(1)?));
            }
        }
        Ok(found.sorted())
    }

    fn remove_all(&mut self, tracks: Vec<i64>, kind: ChangeKind) -> StoreResult<u64> {
        let mut count = 0;
        for track in tracks {
            if self.remove_number(track)? {
                self.note(kind, track);
                count += 1;
            }
        }
        Ok(count)
    }

    /// The tracks that are too old to be kept, among those that meet the criteria of a query.
    fn old(&self, retention: &Retention, among: &Query) -> StoreResult<Vec<i64>> {
        let mut lowest = LowestIds::new(retention.max_removed());
        if among.has_no_criteria() {
            self.old_of_all(retention, &mut lowest)?;
        } else {
            self.old_among(retention, &among.clone().criteria_only(), &mut lowest)?;
        }
        Ok(lowest.into_sorted())
    }

    fn old_of_all(&self, retention: &Retention, lowest: &mut LowestIds) -> StoreResult<()> {
        if let Some(oldest) = retention.oldest_kept() {
            let mut statement = self.connection.prepare_cached(&self.sql.tracks_before)?;
            let mut rows = statement.query([oldest.micros()])?;
            while let Some(row) = rows.next()? {
                lowest.push(row.get(0)?);
            }
        }
        match retention.kept_per_user() {
            Some(kept) => self.beyond(kept, lowest),
            None => Ok(()),
        }
    }

    fn old_among(
        &self,
        retention: &Retention,
        among: &Query,
        lowest: &mut LowestIds,
    ) -> StoreResult<()> {
        let Some(plan) = Plan::new(self.connection, self.sql, among)? else {
            return Ok(());
        };
        let columns = format!("t.id, t.task, t.user, t.time, {}", plan.residual.columns());
        let (text, values) = plan.unordered(&columns, None, "");
        let mut statement = self.connection.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut pairs = BTreeMap::<(i64, i64), Vec<(i64, i64)>>::new();
        let oldest = retention.oldest_kept().map(Timestamp::micros);
        while let Some(row) = rows.next()? {
            if !plan.residual.matches_row(row, 4)? {
                continue;
            }
            let (id, time): (i64, i64) = (row.get(0)?, row.get(3)?);
            if oldest.is_some_and(|oldest| time < oldest) {
                lowest.push(id);
            }
            if retention.kept_per_user().is_some() {
                let pair = pairs.entry((row.get(1)?, row.get(2)?)).or_default();
                pair.push((time, id));
            }
        }
        let kept = retention.kept_per_user().unwrap_or(usize::MAX);
        for tracks in pairs.values_mut() {
            push_all_but_last(tracks, kept, lowest);
        }
        Ok(())
    }

    /// Finds the tracks of each task and user that are not among the last `kept`.
    fn beyond(&self, kept: usize, found: &mut LowestIds) -> StoreResult<()> {
        let mut statement = self.connection.prepare_cached(&self.sql.tracks_by_pair)?;
        let mut rows = statement.query([])?;
        let (mut pair, mut tracks) = (None, Vec::new());
        let mut end_of_pair = |tracks: &mut Vec<(i64, i64)>| {
            push_all_but_last(tracks, kept, found);
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
    pub(crate) fn rename_user(&mut self, from: &UserName, to: &UserName) -> StoreResult<u64> {
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
            self.cache.clear_names();
        }
        Ok(count.unsigned_abs())
    }

    /// Notes the tracks of a user who is about to get another name, where there is a change feed.
    fn note_renamed(&mut self, user: i64) -> StoreResult<()> {
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

/// Adds the tracks, by time and id, that are not among the last `kept`.
fn push_all_but_last(tracks: &mut [(i64, i64)], kept: usize, found: &mut LowestIds) {
    let surplus = tracks.len().saturating_sub(kept);
    if surplus > 0 {
        tracks.sort_unstable();
        tracks
            .iter()
            .take(surplus)
            .for_each(|(_, id)| found.push(*id));
    }
}

/// The lowest numbers of those given, each once, at most so many.
struct LowestIds {
    limit: usize,
    /// The highest of them on top.
    heap: BinaryHeap<i64>,
}

impl LowestIds {
    fn new(limit: Option<usize>) -> Self {
        Self {
            limit: limit.unwrap_or(usize::MAX),
            heap: BinaryHeap::new(),
        }
    }

    fn push(&mut self, number: i64) {
        // A number comes twice at most, so twice as many are enough to have so many different ones.
        let limit = self.limit.saturating_mul(2);
        if self.heap.len() < limit {
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
