//! Which values of a data field a query asks for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::data::canonical_text;
use crate::{DataRef, Field};

/// A field of the data, and the values that it may have.
///
/// Values are compared as they are kept: by canonical text, so `1`, `1.0` and `"1"` are three
/// values, and a list matches only a list. A track without the field does not match.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct FieldFilter {
    field: Field,
    /// Canonical texts, sorted.
    values: Vec<Box<str>>,
}

/// What is written and read; reading puts the values into canonical form again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    field: Field,
    values: Vec<Value>,
}

impl FieldFilter {
    /// The field with any of these values; none at all where the list is empty.
    pub fn new<V: Into<Value>>(
        field: impl Into<Field>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        // A value that nests too deep to be kept is the value of no track.
        let values = values
            .into_iter()
            .filter_map(|value| canonical_text(&value.into()));
        let mut values: Vec<Box<str>> = values.map(String::into_boxed_str).collect();
        values.sort_unstable();
        values.dedup();
        Self {
            field: field.into(),
            values,
        }
    }

    /// Which field.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// The canonical texts of the values, sorted.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &str> {
        self.values.iter().map(AsRef::as_ref)
    }

    /// Tells whether the data has the field with one of the values.
    pub fn matches(&self, data: DataRef<'_>) -> bool {
        data.raw(&self.field)
            .is_some_and(|value| self.values.binary_search_by(|v| (**v).cmp(value)).is_ok())
    }
}

impl From<Parts> for FieldFilter {
    fn from(parts: Parts) -> Self {
        Self::new(parts.field, parts.values)
    }
}

impl From<FieldFilter> for Parts {
    fn from(filter: FieldFilter) -> Self {
        let values = filter
            .values()
            .filter_map(|text| serde_json::from_str(text).ok());
        Self {
            values: values.collect(),
            field: filter.field,
        }
    }
}
