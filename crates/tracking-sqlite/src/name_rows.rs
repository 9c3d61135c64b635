//! Reading names of tasks and users, and the numbers that stand for them in a track's row.

use rusqlite::{CachedStatement, Connection, params_from_iter};
use tracking_core::{NameFilter, Result};

use crate::error::{StoreResult, corrupt_by};

/// Reads the first column of each row as a name.
pub(crate) fn read_names<N>(
    mut statement: CachedStatement<'_>,
    values: impl rusqlite::Params,
    name: impl Fn(&str) -> Result<N>,
) -> StoreResult<Vec<N>> {
    let mut rows = statement.query(values)?;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str();
        let text = text.map_err(|error| corrupt_by("a name that is not text", error))?;
        names.push(name(text).map_err(|error| corrupt_by("a name", error))?);
    }
    Ok(names)
}

/// The numbers of the names in a table that a filter matches, for a filter that SQL cannot settle.
///
/// Only the names that begin as the filter wants it are looked at.
pub(crate) fn ids_like(
    connection: &Connection,
    table: &str,
    filter: &NameFilter,
) -> StoreResult<Vec<i64>> {
    let mut found = Vec::new();
    for prefix in filter.covering_prefixes() {
        let end = tracking_core::rules::prefix_end(prefix);
        let before = if end.is_some() { " and name < ?2" } else { "" };
        let text = format!("select id, name from {table} where name >= ?1{before}");
        let mut statement = connection.prepare_cached(&text)?;
        let values = std::iter::once(prefix).chain(end.as_deref());
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let name = row.get_ref(1)?.as_str();
            let name = name.map_err(|error| corrupt_by("a name that is not text", error))?;
            if filter.matches(name) {
                found.push(row.get(0)?);
            }
        }
    }
    Ok(found)
}
