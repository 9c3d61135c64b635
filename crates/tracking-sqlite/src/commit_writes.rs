//! What is written before a transaction commits, apart from the rows that its operations write at
//! once: the ends of runs, the entries of the change feed, and the counts of tracks.

use rusqlite::{Connection, params};
use tracking_core::Clock;

use crate::change::Change;
use crate::error::StoreResult;
use crate::sql::Statements;
use crate::track_counts;
use crate::write_cache::{CachedRun, WriteCache};

/// Counts new tracks, where there are many that are not counted yet.
pub(crate) fn write_counts(
    connection: &Connection,
    sql: &Statements,
    cache: &mut WriteCache,
) -> StoreResult<()> {
    // Where the last id is not known, no track was added.
    let Some((last, _)) = cache.counters else {
        return Ok(());
    };
    let counted = match cache.counted_to {
        Some(counted) => counted,
        None => track_counts::counted_to(connection, sql)?,
    };
    cache.counted_to = Some(counted);
    if last.saturating_sub(counted) >= track_counts::MAX_UNCOUNTED {
        track_counts::count(connection, sql, (counted, last))?;
        cache.counted_to = Some(last);
    }
    Ok(())
}

impl Change<'_> {
    /// Writes what a batch or another change has left for its end.
    pub(crate) fn write_before_commit(&mut self, clock: &dyn Clock) -> StoreResult<()> {
        self.write_moved_runs()?;
        if let Some(changes) = self.changes.take() {
            self.write_changes(changes, clock.now())?;
        }
        Ok(())
    }

    /// Writes the ends of runs that have moved, once each.
    fn write_moved_runs(&mut self) -> StoreResult<()> {
        if self.cache.moved.is_empty() {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(&self.sql.move_run)?;
        for run in std::mem::take(&mut self.cache.moved) {
            if let Some(CachedRun {
                end,
                is_moved: is_moved @ true,
            }) = self.cache.runs.get_mut(&run)
            {
                statement.execute(params![run, *end])?;
                *is_moved = false;
            }
        }
        Ok(())
    }
}
