//! Rebuilds every index, and the counts, from the tracks.

use crate::change::Change;
use crate::error::StoreResult;
use crate::fields::indexed;
use crate::schema::{create_counts, create_indexes};
use crate::track_counts;
use tracking_core::StoreName;

impl Change<'_> {
    /// Makes indexes that somebody has dropped, and fills all of them again.
    pub(crate) fn reindex(&mut self, store: &StoreName) -> StoreResult<()> {
        create_indexes(self.connection, store)?;
        let prefix = &self.sql.prefix;
        self.connection
            .execute_batch(&format!("drop table if exists {prefix}track_count"))?;
        create_counts(self.connection, store)?;
        for (field, number) in indexed(self.connection, self.sql)? {
            self.create_field_index(&field, number)?;
        }
        for table in ["track", "run", "task", "user", "key"] {
            self.connection
                .execute_batch(&format!("reindex {prefix}{table}"))?;
        }
        self.cache.counted_to = Some(track_counts::count_all(self.connection, self.sql)?);
        Ok(())
    }
}
