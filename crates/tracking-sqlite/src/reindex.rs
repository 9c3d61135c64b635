//! Rebuilds every index from the tracks.

use crate::error::StoreResult;
use crate::fields::indexed;
use crate::schema::create_indexes;
use crate::writer::Change;
use tracking_core::StoreName;

impl Change<'_> {
    /// Makes indexes that somebody has dropped, and fills all of them again.
    pub(crate) fn reindex(&mut self, store: &StoreName) -> StoreResult<()> {
        create_indexes(self.connection, store)?;
        for (field, number) in indexed(self.connection, self.sql)? {
            self.create_field_index(&field, number)?;
        }
        let prefix = &self.sql.prefix;
        for table in ["track", "run", "task", "user", "key"] {
            self.connection
                .execute_batch(&format!("reindex {prefix}{table}"))?;
        }
        Ok(())
    }
}
