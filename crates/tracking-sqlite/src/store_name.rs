//! The names of a store's tables.

use tracking_core::StoreName;

/// The prefix of the names of a store's tables, which people read in any `SQLite` tool. The tables
/// of the store `main` have none.
pub(crate) fn table_prefix(store: &StoreName) -> String {
    if *store == StoreName::default() {
        String::new()
    } else {
        format!("{store}_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tables_of_other_stores_than_main_have_a_prefix() {
        assert_eq!(table_prefix(&StoreName::default()), "");
        assert_eq!(
            table_prefix(&StoreName::new("web_log2").unwrap()),
            "web_log2_"
        );
    }
}
