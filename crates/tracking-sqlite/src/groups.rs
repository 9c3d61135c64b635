//! Group keys as small numbers, so that no name is copied per track.

use std::collections::HashMap;

use rusqlite::{Connection, Row};
use tracking_core::{DataRef, FieldValue, GroupBy, GroupKey};

use crate::error::{StoreResult, corrupt_by, corrupt_row};
use crate::name_cache::NameCache;
use crate::rows::{run_id, timestamp};
use crate::sql::Statements;

/// The numbers of one kind of group.
pub(crate) struct GroupCodes<'g> {
    by: &'g GroupBy,
    /// Periods and values that have come up.
    found: Vec<GroupKey>,
    periods: HashMap<i64, i64>,
    values: HashMap<Box<str>, i64>,
}

/// The number of tracks that do not have the field.
const MISSING: i64 = -1;

impl<'g> GroupCodes<'g> {
    pub(crate) fn new(by: &'g GroupBy) -> Self {
        Self {
            by,
            found: Vec::new(),
            periods: HashMap::new(),
            values: HashMap::new(),
        }
    }

    /// The column that tells the group of a track.
    pub(crate) fn column(&self) -> &'static str {
        match self.by {
            GroupBy::Task => "t.task",
            GroupBy::User => "t.user",
            GroupBy::Run => "t.run",
            GroupBy::Field(_) => "t.data",
            _ => "t.time",
        }
    }

    /// The group of a track, which is in that column.
    pub(crate) fn code(&mut self, row: &Row<'_>, column: usize) -> StoreResult<i64> {
        match self.by {
            GroupBy::Task | GroupBy::User | GroupBy::Run => Ok(row.get(column)?),
            GroupBy::Field(field) => {
                let data = row.get_ref(column)?.as_str();
                let data = data.map_err(|error| corrupt_by("data that is not text", error))?;
                let Some(value) = DataRef::from_canonical(data).raw(field) else {
                    return Ok(MISSING);
                };
                if let Some(code) = self.values.get(value) {
                    return Ok(*code);
                }
                let code = self.add(GroupKey::Field(Some(FieldValue::from_canonical(value))));
                self.values.insert(value.into(), code);
                Ok(code)
            }
            by => {
                let time = timestamp(row.get(column)?)?;
                let Some(period) = by.period_number(time) else {
                    return Ok(MISSING);
                };
                if let Some(code) = self.periods.get(&period) {
                    return Ok(*code);
                }
                let code = i64::try_from(self.found.len()).unwrap_or(i64::MAX);
                self.found.extend(by.period_of(time));
                self.periods.insert(period, code);
                Ok(code)
            }
        }
    }

    /// Whether a code is that of tracks without the field.
    pub(crate) fn is_missing(&self, code: i64) -> bool {
        code == MISSING && matches!(self.by, GroupBy::Field(_))
    }

    fn add(&mut self, key: GroupKey) -> i64 {
        let code = i64::try_from(self.found.len()).unwrap_or(i64::MAX);
        self.found.push(key);
        code
    }

    /// What the tracks of a group have in common.
    pub(crate) fn key(
        &self,
        code: i64,
        names: &mut NameCache,
        connection: &Connection,
        sql: &Statements,
    ) -> StoreResult<GroupKey> {
        match self.by {
            GroupBy::Task => names
                .task(connection, sql, code)
                .cloned()
                .map(GroupKey::Task),
            GroupBy::User => names
                .user(connection, sql, code)
                .cloned()
                .map(GroupKey::User),
            GroupBy::Run => run_id(code).map(GroupKey::Run),
            GroupBy::Field(_) if code == MISSING => Ok(GroupKey::Field(None)),
            _ => {
                let found = usize::try_from(code)
                    .ok()
                    .and_then(|code| self.found.get(code));
                found.cloned().ok_or_else(|| corrupt_row("a group"))
            }
        }
    }
}
