//! A statement and the values of its parameters.

use std::borrow::Cow;
use std::fmt;

use tokio_postgres::types::{ToSql, Type};
use tracking_core::Timestamp;

use crate::values::Time;

/// A value that can travel to another thread.
type Value = Box<dyn ToSql + Send + Sync>;

/// A statement and the values of its parameters.
pub(crate) struct Sql {
    text: Cow<'static, str>,
    values: Vec<(Value, Type)>,
    is_reusable: bool,
}

impl Sql {
    /// A statement whose text never changes; a connection prepares it once.
    pub(crate) fn fixed(text: &'static str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            values: Vec::new(),
            is_reusable: true,
        }
    }

    /// A statement that is composed for one call.
    pub(crate) fn composed(text: impl Into<String>) -> Self {
        Self {
            text: Cow::Owned(text.into()),
            values: Vec::new(),
            is_reusable: false,
        }
    }

    /// The same statement as one that is worth preparing: other calls compose the same text, and
    /// one plan is good for all values.
    pub(crate) fn reusable(mut self) -> Self {
        self.is_reusable = true;
        self
    }

    /// Whether it is worth preparing.
    pub(crate) fn is_reusable(&self) -> bool {
        self.is_reusable
    }

    /// Appends to the text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Adds a value and returns its placeholder, like `$3`.
    pub(crate) fn bind(&mut self, value: impl ToSql + Send + Sync + 'static, of: Type) -> String {
        self.values.push((Box::new(value), of));
        format!("${}", self.values.len())
    }

    /// Adds a text.
    pub(crate) fn bind_text(&mut self, text: impl Into<String>) -> String {
        self.bind(text.into(), Type::TEXT)
    }

    /// Adds an integer.
    pub(crate) fn bind_int(&mut self, number: i64) -> String {
        self.bind(number, Type::INT8)
    }

    /// Adds a time stamp.
    pub(crate) fn bind_time(&mut self, time: Timestamp) -> String {
        self.bind(Time(time), Type::TIMESTAMPTZ)
    }

    /// The same statement with one more value.
    pub(crate) fn with(mut self, value: impl ToSql + Send + Sync + 'static, of: Type) -> Self {
        self.bind(value, of);
        self
    }

    /// The same statement with one more text.
    pub(crate) fn with_text(self, text: impl Into<String>) -> Self {
        self.with(text.into(), Type::TEXT)
    }

    /// The same statement with one more text, or null.
    pub(crate) fn with_optional_text(self, text: Option<impl Into<String>>) -> Self {
        self.with(text.map(Into::into), Type::TEXT)
    }

    /// The same statement with one more integer.
    pub(crate) fn with_int(self, number: i64) -> Self {
        self.with(number, Type::INT8)
    }

    /// The same statement with one more list of integers.
    pub(crate) fn with_ints(self, numbers: Vec<i64>) -> Self {
        self.with(numbers, Type::INT8_ARRAY)
    }

    /// The same statement with one more list of texts.
    pub(crate) fn with_texts(self, texts: Vec<String>) -> Self {
        self.with(texts, Type::TEXT_ARRAY)
    }

    /// The same statement with one more list of texts, some of them null.
    pub(crate) fn with_optional_texts(self, texts: Vec<Option<String>>) -> Self {
        self.with(texts, Type::TEXT_ARRAY)
    }

    /// The same statement with one more time stamp.
    pub(crate) fn with_time(self, time: Timestamp) -> Self {
        self.with(Time(time), Type::TIMESTAMPTZ)
    }

    /// The same statement with one more list of time stamps.
    pub(crate) fn with_times(self, times: Vec<Time>) -> Self {
        self.with(times, Type::TIMESTAMPTZ_ARRAY)
    }

    /// The statement that shows the plan of this one, for its values.
    #[cfg(test)]
    pub(crate) fn explain(mut self, options: &str) -> Self {
        let start = format!("explain ({options}) ");
        self.text.to_mut().insert_str(0, &start);
        self
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text, where it never changes.
    pub(crate) fn fixed_text(&self) -> Option<&'static str> {
        match self.text {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }

    /// The values with their types.
    pub(crate) fn typed_values(&self) -> Vec<(&(dyn ToSql + Sync), Type)> {
        self.values
            .iter()
            .map(|(value, of)| (&**value as &(dyn ToSql + Sync), of.clone()))
            .collect()
    }

    /// The types of the values.
    pub(crate) fn types(&self) -> Vec<Type> {
        self.values.iter().map(|(_, of)| of.clone()).collect()
    }

    /// The values.
    pub(crate) fn plain_values(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values
            .iter()
            .map(|(value, _)| &**value as &(dyn ToSql + Sync))
            .collect()
    }
}

impl fmt::Debug for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.text, self.values)
    }
}
