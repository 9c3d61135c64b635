//! What the partitions of the table of tracks are called.
//!
//! The name of an index on a field ends with a number, and its parts begin with `track_leaf_` and end so too. So no
//! two tables or indexes have the same name, whatever the stores are called.

/// The partition that holds all tracks of a store.
pub(crate) fn store_partition(store: &str) -> String {
    format!("track_{store}_store")
}

/// The range that holds the tracks of a store from an id on.
pub(crate) fn range_table(store: &str, first: i64) -> String {
    format!("track_{store}_{first}_part")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_short_as_postgresql_wants() {
        let store = "a".repeat(32);
        assert_eq!(range_table(&store, i64::MAX).len(), 63);
        assert!(store_partition(&store).len() < 63);
    }
}
