//! The data fields that have an index, as the tables have them.

use std::collections::BTreeMap;

use tokio_postgres::Row;
use tracking_core::Field;

use crate::error::{Result, corrupt_row};
use crate::statement::Sql;

/// The fields that have an index.
pub(crate) fn select(store: &str) -> Sql {
    Sql::fixed("select field, number from tracking.field_index where store = $1").with_text(store)
}

/// The fields that have an index, and the numbers of these.
pub(crate) fn read(rows: &[Row]) -> Result<BTreeMap<Field, i64>> {
    let mut fields = BTreeMap::new();
    for row in rows {
        let (text, number): (&str, i64) = (row.try_get(0)?, row.try_get(1)?);
        let keys: Vec<String> = serde_json::from_str(text)
            .map_err(|error| corrupt_row("field_index", number, error.to_string()))?;
        fields.insert(Field::path(keys), number);
    }
    Ok(fields)
}

/// Says that a field has an index; the index itself is [built](crate::field_index::build) afterwards.
pub(crate) fn insert(store: &str, field: &Field, number: i64) -> Sql {
    let keys: Vec<&str> = field.keys().collect();
    Sql::fixed("insert into tracking.field_index (store, field, number) values ($1, $2, $3)")
        .with_text(store)
        .with_text(serde_json::Value::from(keys).to_string())
        .with_int(number)
}

pub(crate) fn delete(store: &str, number: i64) -> Sql {
    Sql::fixed("delete from tracking.field_index where store = $1 and number = $2")
        .with_text(store)
        .with_int(number)
}
