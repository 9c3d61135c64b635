//! What a query asks of a data field.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::number::{Number, NumberRange};
use crate::data::canonical_text;
use crate::{DataRef, Field};

/// A field of the data, and what its value must be: one of some values, a number within one of
/// some ranges, or anything at all.
///
/// Values compare by what they are: a text with a text, a list with a list of the same items in
/// the same order, an object with one of the same keys and values. Numbers compare by their value,
/// however they are written, so 10 also finds 10.0; within lists and objects they compare as they
/// are written. A text is never a number. A track without the field does not match, and `null`
/// is a value.
///
/// [Inverted](Self::inverted), the filter matches what it did not match before: also the tracks
/// that do not have the field.
///
/// ```
/// use tracking_core::{Data, FieldFilter, NumberRange};
///
/// let failed = FieldFilter::new("status", [404]).or_numbers(NumberRange::from(500..600));
/// let data: Data = r#"{"status": 503}"#.parse()?;
/// assert!(failed.matches(data.as_ref()));
/// assert!(!failed.inverted().matches(data.as_ref()));
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct FieldFilter {
    field: Field,
    /// Canonical texts, sorted; of numbers all that are equal.
    values: Vec<Box<str>>,
    numbers: Vec<NumberRange>,
    present: bool,
    inverted: bool,
}

/// What is written and read; reading puts the values into canonical form again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    field: Field,
    #[serde(default)]
    values: Vec<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    numbers: Vec<NumberRange>,
    #[serde(default, skip_serializing_if = "is_false")]
    present: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    inverted: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl FieldFilter {
    /// The field with any of these values; none at all where the list is empty.
    pub fn new<V: Into<Value>>(
        field: impl Into<Field>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let mut texts = Vec::new();
        for value in values {
            push_texts(&value.into(), &mut texts);
        }
        texts.sort_unstable();
        texts.dedup();
        Self {
            field: field.into(),
            values: texts,
            numbers: Vec::new(),
            present: false,
            inverted: false,
        }
    }

    /// The field with a number within any of these ranges.
    pub fn numbers<R: Into<NumberRange>>(
        field: impl Into<Field>,
        ranges: impl IntoIterator<Item = R>,
    ) -> Self {
        let none = Self::new(field, std::iter::empty::<Value>());
        ranges.into_iter().fold(none, Self::or_numbers)
    }

    /// The field with any value.
    pub fn present(field: impl Into<Field>) -> Self {
        Self {
            present: true,
            ..Self::new(field, std::iter::empty::<Value>())
        }
    }

    /// Also the field with a number within this range. Has no effect on a filter for the
    /// field's presence.
    #[must_use]
    pub fn or_numbers(mut self, range: impl Into<NumberRange>) -> Self {
        let range = range.into();
        if !range.is_empty() && !self.numbers.contains(&range) {
            self.numbers.push(range);
        }
        self
    }

    /// What this filter does not match, tracks without the field among them.
    #[must_use]
    pub fn inverted(self) -> Self {
        Self {
            inverted: !self.inverted,
            ..self
        }
    }

    /// Which field.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// The canonical texts of the values, sorted; of a number all texts that are equal to it, as
    /// `10` and `10.0`.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &str> {
        self.values.iter().map(AsRef::as_ref)
    }

    /// The values, each once, in the order of their canonical texts.
    pub fn json_values(&self) -> Vec<Value> {
        // Of the texts of one number the integer stands for all.
        let is_twin = |text: &&str| {
            text.contains(['.', 'e'])
                && Number::from_json(text).is_some_and(|number| number.as_integer().is_some())
        };
        let texts = self.values().filter(|text| !is_twin(text));
        let mut values: Vec<Value> = texts
            .filter_map(|text| serde_json::from_str(text).ok())
            .collect();
        values.dedup();
        values
    }

    /// The ranges of numbers, none of them empty.
    pub fn number_ranges(&self) -> &[NumberRange] {
        &self.numbers
    }

    /// Whether any value will do.
    pub fn is_presence(&self) -> bool {
        self.present
    }

    /// Whether it matches what the values and ranges do not describe.
    pub fn is_inverted(&self) -> bool {
        self.inverted
    }

    /// Tells whether no track can match.
    pub fn is_empty(&self) -> bool {
        !self.inverted && !self.present && self.values.is_empty() && self.numbers.is_empty()
    }

    /// Tells whether the data matches.
    pub fn matches(&self, data: DataRef<'_>) -> bool {
        let matches = data
            .raw(&self.field)
            .is_some_and(|value| self.present || self.describes(value));
        matches != self.inverted
    }

    /// Tells whether a value, as canonical text, is one of the values or in one of the ranges.
    ///
    /// A store may use this to find out which of the values in an index are asked for.
    pub fn describes(&self, value: &str) -> bool {
        self.values.binary_search_by(|v| (**v).cmp(value)).is_ok()
            || !self.numbers.is_empty()
                && Number::from_json(value)
                    .is_some_and(|number| self.numbers.iter().any(|r| r.contains(number)))
    }
}

/// All canonical texts that are equal to a value; none where it nests too deep to be kept, as
/// it is the value of no track then.
fn push_texts(value: &Value, texts: &mut Vec<Box<str>>) {
    let Some(text) = canonical_text(value) else {
        return;
    };
    if value.is_number()
        && let Some(integer) = Number::from_json(&text).and_then(Number::as_integer)
    {
        texts.extend(float_text(integer));
        if integer == 0 {
            texts.push("-0.0".into());
        }
        texts.push(integer.to_string().into());
    } else {
        texts.push(text.into());
    }
    // Versions of the JSON library differ in how they write a large float.
    if value.is_number()
        && let Some(float) = texts.iter().rev().find(|text| text.contains("e+"))
    {
        texts.push(float.replace("e+", "e").into());
    }
}

/// Up to here every integer has a float, whose text is that of the integer and `.0`.
const EXACT: i128 = 1 << 53;

/// The text of the float that is equal to an integer, where there is one.
fn float_text(integer: i128) -> Option<Box<str>> {
    if (-EXACT..=EXACT).contains(&integer) {
        return Some([&integer.to_string(), ".0"].concat().into());
    }
    let float = Number::from_json(&integer.to_string())?.to_f64();
    let text = canonical_text(&float.into())?;
    (Number::from(float).as_integer() == Some(integer)).then(|| text.into())
}

impl From<Parts> for FieldFilter {
    fn from(parts: Parts) -> Self {
        let filter = Self::new(parts.field, parts.values);
        let filter = parts.numbers.into_iter().fold(filter, Self::or_numbers);
        Self {
            present: parts.present,
            inverted: parts.inverted,
            ..filter
        }
    }
}

impl From<FieldFilter> for Parts {
    fn from(filter: FieldFilter) -> Self {
        Self {
            values: filter.json_values(),
            field: filter.field,
            numbers: filter.numbers,
            present: filter.present,
            inverted: filter.inverted,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_number_all_equal_texts_are_found() {
        for (value, texts) in [
            (json!(10), &["10", "10.0"][..]),
            (json!(10.0), &["10", "10.0"]),
            (json!(0), &["-0.0", "0", "0.0"]),
            (json!(-3), &["-3", "-3.0"]),
            (json!(2.5), &["2.5"]),
            (json!(u64::MAX), &["18446744073709551615"]),
            (json!(1e19), &["10000000000000000000", "1e+19", "1e19"]),
            (
                json!(1_u64 << 53),
                &["9007199254740992", "9007199254740992.0"],
            ),
            (json!(1e300), &["1e+300", "1e300"]),
            (json!("10"), &["\"10\""]),
            (json!([10]), &["[10]"]),
        ] {
            let filter = FieldFilter::new("k", [value.clone()]);
            assert_eq!(filter.values().collect::<Vec<_>>(), texts, "{value}");
            let text = canonical_text(&value).unwrap();
            assert!(filter.values().any(|value| value == text));
        }
    }

    #[test]
    fn a_filter_read_from_text_is_the_same_and_writes_each_number_once() {
        let filter = FieldFilter::new("k", [json!(10.0), json!("a")])
            .or_numbers(400..500)
            .inverted();
        let text = serde_json::to_string(&filter).unwrap();
        assert_eq!(
            text,
            r#"{"field":"k","values":["a",10],"numbers":[{"at_least":400,"less_than":500}],"inverted":true}"#
        );
        assert_eq!(serde_json::from_str::<FieldFilter>(&text).unwrap(), filter);
        let presence = FieldFilter::present("k");
        let text = serde_json::to_string(&presence).unwrap();
        assert_eq!(
            serde_json::from_str::<FieldFilter>(&text).unwrap(),
            presence
        );
    }
}
