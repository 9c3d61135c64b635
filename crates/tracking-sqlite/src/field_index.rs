//! What the index on a data field answers.

use std::ops::Bound;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use tracking_core::{Field, FieldFilter, Number, NumberRange};

use crate::conditions::{Condition, one_of};
use crate::error::StoreResult;
use crate::fields::{index_name, value_of};
use crate::sql::Statements;

/// An index on a data field.
#[derive(Debug)]
pub(crate) struct FieldIndex {
    pub(crate) name: String,
    /// The expression that it is on.
    value: String,
    table: String,
}

/// What a statement can say of a filter.
#[derive(Debug)]
pub(crate) struct Criterion {
    /// What is true of the tracks that match; nothing where the index does not help.
    pub(crate) condition: Option<Condition>,
    /// Whether it is true of no others.
    pub(crate) is_settled: bool,
    /// Whether all of them have the same value, so that the index goes by id.
    pub(crate) is_one_value: bool,
}

/// Up to so many numbers in an index are looked at one by one to find those in a range.
const MAX_NUMBERS: usize = 1000;

/// In the order of text, all numbers of JSON lie between these: they begin with a digit or `-`.
const NUMBERS: (&str, &str) = (",", ":");

impl FieldIndex {
    pub(crate) fn new(sql: &Statements, number: i64, field: &Field) -> Self {
        Self {
            name: index_name(sql, number),
            value: format!("({})", value_of("t.data", field)),
            table: format!("{}track", sql.prefix),
        }
    }

    /// What the index can say of a filter.
    pub(crate) fn criterion(
        &self,
        connection: &Connection,
        filter: &FieldFilter,
    ) -> StoreResult<Criterion> {
        if filter.is_presence() {
            return Ok(Criterion {
                condition: Some(Condition {
                    text: format!("{} is not null", self.value),
                    values: Vec::new(),
                }),
                is_settled: true,
                is_one_value: false,
            });
        }
        if filter.number_ranges().is_empty() {
            return Ok(self.one_of(self.values(connection, filter)?));
        }
        if let Some(texts) = self.numbers_within(connection, filter)? {
            return Ok(self.one_of(texts));
        }
        let is_range = filter.values().len() == 0;
        Ok(Criterion {
            condition: is_range.then(|| self.about(filter.number_ranges())),
            is_settled: false,
            is_one_value: false,
        })
    }

    fn one_of(&self, texts: Vec<String>) -> Criterion {
        let is_one_value = texts.len() == 1;
        let values = texts.into_iter().map(Value::from).collect();
        Criterion {
            condition: Some(one_of(&self.value, values)),
            is_settled: true,
            is_one_value,
        }
    }

    /// The texts of the values that are asked for. A number may be written in several ways, but
    /// mostly there is just one in the index, which then goes by id.
    fn values(&self, connection: &Connection, filter: &FieldFilter) -> StoreResult<Vec<String>> {
        let mut texts: Vec<String> = filter.values().map(str::to_owned).collect();
        let number = texts.first().and_then(|text| Number::from_json(text));
        let is_same = |text: &String| Number::from_json(text) == number;
        if texts.len() > 1 && number.is_some() && texts.iter().all(is_same) {
            let text = format!(
                "select 1 from {} as t indexed by {} where {} = ? limit 1",
                self.table, self.name, self.value
            );
            let mut statement = connection.prepare_cached(&text)?;
            let mut found = Vec::with_capacity(1);
            for text in texts {
                // An integer is kept without a look: then only one of two is left to look for.
                let is_integer = !text.contains(['.', 'e']);
                if is_integer || statement.exists([&text])? {
                    found.push(text);
                }
            }
            texts = found;
        }
        Ok(texts)
    }

    /// The texts of the numbers in the index that a filter asks for, and of its other values;
    /// nothing where there are too many numbers.
    fn numbers_within(
        &self,
        connection: &Connection,
        filter: &FieldFilter,
    ) -> StoreResult<Option<Vec<String>>> {
        let mut statement = connection.prepare_cached(&self.next_number())?;
        let (first, end) = NUMBERS;
        let mut last = first.to_owned();
        let is_number = |text: &&str| Number::from_json(text).is_some();
        let others = filter.values().filter(|text| !is_number(text));
        let mut found: Vec<String> = others.map(str::to_owned).collect();
        for _ in 0..MAX_NUMBERS {
            let next = statement.query_row(params![last, end], |row| row.get::<_, String>(0));
            let Some(next) = next.optional()? else {
                return Ok(Some(found));
            };
            if filter.describes(&next) {
                found.push(next.clone());
            }
            last = next;
        }
        Ok(None)
    }

    /// The statement that finds the value after another one, without walking its tracks.
    pub(crate) fn next_number(&self) -> String {
        let Self { name, value, table } = self;
        format!(
            "select {value} from {table} as t indexed by {name} \
             where {value} > ? and {value} < ? order by {value} limit 1"
        )
    }

    /// What is true of the numbers within some ranges, and perhaps of some close to them.
    fn about(&self, ranges: &[NumberRange]) -> Condition {
        let lowest = ranges
            .iter()
            .map(|range| end(range.lower(), f64::MIN, -1.0));
        let highest = ranges.iter().map(|range| end(range.upper(), f64::MAX, 1.0));
        let lowest = lowest.fold(f64::MAX, f64::min);
        let highest = highest.fold(f64::MIN, f64::max);
        let value = &self.value;
        let (first, last) = NUMBERS;
        Condition {
            text: format!("{value} > ? and {value} < ? and cast({value} as real) between ? and ?"),
            values: vec![
                first.to_owned().into(),
                last.to_owned().into(),
                lowest.into(),
                highest.into(),
            ],
        }
    }
}

/// The end of a range as a float, moved outwards by what rounding may cost.
fn end(bound: Bound<Number>, open: f64, outwards: f64) -> f64 {
    match bound {
        Bound::Unbounded => open,
        Bound::Included(number) | Bound::Excluded(number) => {
            let float = number.to_f64();
            let moved = float + outwards * float.abs() * 1e-12;
            moved.clamp(f64::MIN, f64::MAX)
        }
    }
}
