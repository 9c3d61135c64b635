//! Returns the space of removed tracks to the file system, and truncates the WAL.

use std::time::Duration;

use rusqlite::Connection;
use tracking_core::Result;

use crate::error::StoreResult;
use crate::{Progress, SqliteStorage};

/// Pages released in one transaction (4 MiB); others may write between two of them.
const PAGES_PER_STEP: i64 = 1024;

impl SqliteStorage {
    /// Makes the file as small as what it holds, a piece at a time, so that nobody who writes
    /// meanwhile waits for long; it returns how many bytes that were.
    ///
    /// A removal leaves room within the file, which later tracks fill. Call this after large
    /// removals only.
    ///
    /// # Errors
    ///
    /// Those of every change. What has been given back until then stays so.
    pub fn shrink(&self, progress: &mut dyn FnMut(Progress)) -> Result<u64> {
        let (mut all, page_size) = self.free_pages()?;
        let mut left = all;
        progress(Progress::of_pages(0, all, page_size));
        while left > 0 {
            self.write("shrink", |writer| release_pages(&writer.connection))?;
            let before = left;
            (left, _) = self.free_pages()?;
            // Others may free more, or take some, while this is under way.
            all = all.max(left);
            progress(Progress::of_pages(all - left, all, page_size));
            if left >= before {
                // Others free more than is given back, or the file was made to give nothing back.
                break;
            }
        }
        self.truncate_wal()?;
        Ok(Progress::of_pages(all - left, all, page_size).done)
    }

    /// How many pages of the file hold nothing, and how large a page is.
    fn free_pages(&self) -> Result<(i64, i64)> {
        self.write("shrink", |writer| {
            let free = number(&writer.connection, "pragma freelist_count")?;
            Ok((free, number(&writer.connection, "pragma page_size")?))
        })
    }

    /// Copies the WAL into the file and truncates it. Returns false if a reader of an older
    /// snapshot prevents that.
    ///
    /// That happens by itself now and then, and when the last program closes the file.
    ///
    /// # Errors
    ///
    /// Those of every change.
    pub fn truncate_wal(&self) -> Result<bool> {
        let timeout = self.busy_timeout();
        self.write("empty the log of", |writer| {
            // Who reads may take their time, also the very caller: that is not waited for.
            writer.connection.busy_timeout(Duration::ZERO)?;
            let truncated = checkpoint_and_truncate(&writer.connection);
            writer.connection.busy_timeout(timeout)?;
            truncated
        })
    }
}

/// Releases some pages, in one transaction.
fn release_pages(connection: &Connection) -> StoreResult<()> {
    let mut statement =
        connection.prepare(&format!("pragma incremental_vacuum({PAGES_PER_STEP})"))?;
    let mut rows = statement.query([])?;
    // One page for each row; what goes wrong at the end is told after the last one.
    while rows.next()?.is_some() {}
    Ok(())
}

/// Checkpoints the WAL; tells whether it could be truncated.
pub(crate) fn checkpoint_and_truncate(connection: &Connection) -> StoreResult<bool> {
    let busy: i64 =
        connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

fn number(connection: &Connection, pragma: &str) -> StoreResult<i64> {
    Ok(connection.query_row(pragma, [], |row| row.get(0))?)
}
