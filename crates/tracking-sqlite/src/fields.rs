//! Data fields, and the indexes on some of them.

use std::collections::BTreeMap;

use rusqlite::Connection;
use tracking_core::Field;

use crate::change::Change;
use crate::error::StoreResult;
use crate::sql::Statements;

/// The fields that have an index, and the numbers of these.
pub(crate) fn indexed(
    connection: &Connection,
    sql: &Statements,
) -> StoreResult<BTreeMap<Field, i64>> {
    let mut statement = connection.prepare_cached(&sql.indexed_fields)?;
    let mut rows = statement.query([])?;
    let mut fields = BTreeMap::new();
    while let Some(row) = rows.next()? {
        fields.insert(Field::from(row.get::<_, String>(0)?), row.get(1)?);
    }
    Ok(fields)
}

/// What an index is called.
pub(crate) fn index_name(sql: &Statements, number: i64) -> String {
    format!("ix_{}field_{number}", sql.prefix)
}

impl Change<'_> {
    /// Gives a field an index, and tells whether it had none.
    pub(crate) fn add_index(&mut self, field: &Field) -> StoreResult<bool> {
        if indexed(self.connection, self.sql)?.contains_key(field) {
            return Ok(false);
        }
        let mut statement = self
            .connection
            .prepare_cached(&self.sql.add_indexed_field)?;
        let number = statement.insert([field.to_string()])?;
        self.create_field_index(field, number)?;
        Ok(true)
    }

    /// Makes the index of a field, where it is not there and can be.
    pub(crate) fn create_field_index(&self, field: &Field, number: i64) -> StoreResult<()> {
        create_nul_index(self.connection, self.sql)?;
        if !is_expressible(field) {
            return Ok(());
        }
        let (prefix, name) = (&self.sql.prefix, index_name(self.sql, number));
        let value = value_of("data", field);
        self.connection.execute_batch(&format!(
            "create index if not exists {name} on {prefix}track ({value}) where {value} is not null"
        ))?;
        Ok(())
    }

    /// Takes a field's index away, and tells whether it had one.
    pub(crate) fn drop_index(&mut self, field: &Field) -> StoreResult<bool> {
        let Some(number) = indexed(self.connection, self.sql)?.remove(field) else {
            return Ok(false);
        };
        let name = index_name(self.sql, number);
        self.connection
            .execute_batch(&format!("drop index if exists {name}"))?;
        self.connection
            .prepare_cached(&self.sql.drop_indexed_field)?
            .execute([number])?;
        Ok(true)
    }
}

/// Whether SQL can name a field, so that an index on it finds the field and no other.
///
/// `SQLite` compares a key that needs escapes character by character. There, a NUL ends the key,
/// and U+FFFE and U+FFFF are the same as U+FFFD. A field with such a key is looked for row by row,
/// also where it has been given an index.
pub(crate) fn is_expressible(field: &Field) -> bool {
    let is_confused = |key: &str| {
        let needs_escape = |c: char| c < ' ' || c == '"' || c == '\\';
        let is_like_another = |c: char| ('\u{fffd}'..='\u{ffff}').contains(&c);
        key.contains('\0') || (key.contains(needs_escape) && key.contains(is_like_another))
    };
    !field.keys().any(is_confused)
}

/// What is true of data that may have a NUL in a key, which data seldom has.
const HAS_NUL: &str = r"instr(data, '\u0000') > 0";

/// The index that has the tracks with a NUL in their data.
fn nul_index(sql: &Statements) -> String {
    format!("ix_{}track_nul", sql.prefix)
}

fn create_nul_index(connection: &Connection, sql: &Statements) -> rusqlite::Result<()> {
    let (prefix, name) = (&sql.prefix, nul_index(sql));
    connection.execute_batch(&format!(
        "create index if not exists {name} on {prefix}track (id) where {HAS_NUL}"
    ))
}

/// Makes the index that [`may_be_confused`] needs, in a file of an earlier version.
pub(crate) fn ensure_nul_index(connection: &Connection, sql: &Statements) -> StoreResult<()> {
    if !indexed(connection, sql)?.is_empty() {
        create_nul_index(connection, sql)?;
    }
    Ok(())
}

/// Whether indexes on fields may have more than the tracks with the field: `SQLite` takes the key
/// `a`, followed by a NUL and anything, for `a`. Then what they find is looked at once more.
pub(crate) fn may_be_confused(connection: &Connection, sql: &Statements) -> StoreResult<bool> {
    let text = [
        "select 1 from ",
        &sql.prefix,
        "track indexed by ",
        &nul_index(sql),
        " where ",
        HAS_NUL,
        " limit 1",
    ];
    // A file of an earlier version that is only read has no such index.
    match connection.prepare_cached(&text.concat()) {
        Ok(mut statement) => Ok(statement.exists([])?),
        Err(_) => Ok(true),
    }
}

/// The text of a field's value in SQL, where that can [name](is_expressible) it: as it is written in the data, null where it is missing.
pub(crate) fn value_of(column: &str, field: &Field) -> String {
    let mut path = "$".to_owned();
    for key in field.keys() {
        path.push('.');
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.chars().all(plain) {
            path.push_str(key);
        } else {
            // As JSON writes it, which is how the data has it.
            path.push_str(&serde_json::Value::from(key).to_string());
        }
    }
    format!("{column} -> '{}'", path.replace('\'', "''"))
}
