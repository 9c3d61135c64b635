//! What a track says: a JSON object, kept as compact text and parsed when somebody looks.

mod canonical;
mod entries;
mod field;
mod into;
mod lookup;
mod repr;
mod text;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

pub(crate) use canonical::text_of as canonical_text;
pub use field::Field;
pub use into::IntoData;
pub(crate) use repr::write_str as write_repr_str;
use text::{Text, TextRef};

use crate::{Error, Result};

/// A JSON object, owned.
///
/// It is kept as text in one **canonical form**: no white space, keys sorted by code point at
/// every level, of repeated keys the last. So two objects are equal where their texts are, on
/// every store. Numbers are those of [`serde_json`]: integers of 64 bits are exact, everything
/// else is a 64-bit float; `1` and `1.0` differ. Objects nest at most
/// [`Data::MAX_DEPTH`] levels deep.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tracking_core::Data;
///
/// #[derive(Serialize, Deserialize)]
/// struct Answer { lesson: String, points: u32 }
///
/// let data = Data::from_serialize(&Answer { lesson: "b1".into(), points: 3 })?;
/// assert_eq!(data.as_str(), r#"{"lesson":"b1","points":3}"#);
/// assert_eq!(data.deserialize::<Answer>()?.points, 3);
/// assert_eq!(data, r#"{ "points": 3, "lesson": "b1" }"#.parse()?);
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Data(Text);

/// A borrowed JSON object of a store: the canonical text, not yet parsed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataRef<'a>(TextRef<'a>);

impl Data {
    /// How deep objects and arrays may nest: what every JSON library reads, with room for the
    /// record around it.
    pub const MAX_DEPTH: usize = 100;

    /// The object without keys.
    pub fn empty() -> Self {
        Self(Text::from("{}"))
    }

    /// Makes it of anything that serializes to a JSON object: a struct, a map, a [`Value`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`] where it serializes to something else, or nests too deep.
    pub fn from_serialize(value: &(impl Serialize + ?Sized)) -> Result<Self> {
        let value = serde_json::to_value(value)
            .map_err(|source| Error::invalid_json("it cannot be written as JSON", source))?;
        Self::try_from(value)
    }

    /// Takes text that already is in canonical form, as a store does with what it kept.
    ///
    /// It is not looked at: with any other text, comparing and searching go wrong.
    pub fn from_canonical(text: impl Into<Box<str>>) -> Self {
        Self(Text::Own(text.into()))
    }

    /// Lends it.
    pub fn as_ref(&self) -> DataRef<'_> {
        DataRef(self.0.as_text_ref())
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Tells whether it has no keys.
    pub fn is_empty(&self) -> bool {
        self.as_ref().is_empty()
    }

    /// The value of a field; see [`DataRef::get`].
    pub fn get(&self, field: impl Into<Field>) -> Option<Value> {
        self.as_ref().get(field)
    }

    /// Reads it into a type of your own; see [`DataRef::deserialize`].
    ///
    /// # Errors
    ///
    /// [`Error::DataMismatch`] where it does not fit the type.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T> {
        self.as_ref().deserialize()
    }

    /// All of it, parsed.
    ///
    /// # Errors
    ///
    /// [`Error::DataMismatch`] where a store handed out text that is no JSON object.
    pub fn to_map(&self) -> Result<Map<String, Value>> {
        self.deserialize()
    }

    /// This object with the keys of `other` put over its own.
    ///
    /// The merge is shallow: nested objects are replaced, and null is a value like any other.
    ///
    /// # Errors
    ///
    /// [`Error::DataMismatch`] where a store handed out text that is no JSON object.
    pub fn merged_with(&self, other: DataRef<'_>) -> Result<Self> {
        self.as_ref().merged_with(other)
    }
}

impl<'a> DataRef<'a> {
    /// Lends text that is in canonical form, as a store does with what it kept.
    ///
    /// It is not looked at: with any other text, comparing and searching go wrong.
    pub fn from_canonical(text: &'a str) -> Self {
        Self(TextRef::from(text))
    }

    /// Lends a part of a text that copies may share: [`to_data`](Self::to_data) then copies
    /// nothing, but keeps all of the text for as long as it lives. So let texts be short, of a
    /// hundred tracks or so.
    ///
    /// The part must be in canonical form and lie within the text; else it is the empty object.
    pub fn from_shared(text: &'a Arc<str>, part: Range<usize>) -> Self {
        Self(TextRef::shared(text, part).unwrap_or(TextRef::from("{}")))
    }

    /// The canonical text.
    pub fn as_str(self) -> &'a str {
        self.0.as_str()
    }

    /// Tells whether it has no keys.
    pub fn is_empty(self) -> bool {
        self.as_str() == "{}"
    }

    /// The value of a field, parsed; nothing where there is no such field.
    ///
    /// ```
    /// # use tracking_core::Data;
    /// let data: Data = r#"{"verb": {"id": "played"}}"#.parse()?;
    /// assert_eq!(data.get("verb.id").unwrap(), "played");
    /// # Ok::<(), tracking_core::Error>(())
    /// ```
    pub fn get(self, field: impl Into<Field>) -> Option<Value> {
        serde_json::from_str(self.raw(&field.into())?).ok()
    }

    /// The canonical text of a field's value, without parsing it.
    pub fn raw(self, field: &Field) -> Option<&'a str> {
        lookup::find(self.as_str(), field)
    }

    /// The canonical texts of several fields' values, in the order of the fields: what
    /// [`raw`](Self::raw) returns for each, but found in one walk over the text.
    ///
    /// ```
    /// use tracking_core::{DataRef, Field};
    ///
    /// let data = DataRef::from_canonical(r#"{"page":2,"verb":{"id":"read"}}"#);
    /// let fields = ["verb.id", "note", "page"].map(Field::from);
    /// assert_eq!(data.raw_all(&fields), [Some("\"read\""), None, Some("2")]);
    /// ```
    pub fn raw_all(self, fields: &[Field]) -> Vec<Option<&'a str>> {
        lookup::find_all(self.as_str(), fields)
    }

    /// Reads it into a type of your own, which may borrow from it.
    ///
    /// # Errors
    ///
    /// [`Error::DataMismatch`] where it does not fit the type.
    pub fn deserialize<T: Deserialize<'a>>(self) -> Result<T> {
        serde_json::from_str(self.as_str()).map_err(Error::data_mismatch)
    }

    /// This object with the keys of `other` put over its own; see [`Data::merged_with`].
    ///
    /// # Errors
    ///
    /// [`Error::DataMismatch`] where a store handed out text that is no JSON object.
    pub fn merged_with(self, other: DataRef<'_>) -> Result<Data> {
        let merged = canonical::merge(self.as_str(), other.as_str());
        merged
            .map(Data::from_canonical)
            .map_err(Error::data_mismatch)
    }

    /// A copy to keep.
    pub fn to_data(self) -> Data {
        Data(self.0.to_text())
    }
}

impl Default for Data {
    fn default() -> Self {
        Self::empty()
    }
}

impl FromStr for Data {
    type Err = Error;

    /// Reads JSON text.
    fn from_str(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text)
            .map_err(|source| Error::invalid_json("it is not JSON", source))?;
        Self::try_from(value)
    }
}

impl TryFrom<&str> for Data {
    type Error = Error;

    /// Reads JSON text.
    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl TryFrom<Value> for Data {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self> {
        if !value.is_object() {
            return Err(Error::invalid_data("it is JSON, but not an object"));
        }
        canonical::text_of(&value)
            .map(Self::from_canonical)
            .ok_or_else(|| Error::invalid_data("it nests more than 100 levels deep"))
    }
}

impl TryFrom<Map<String, Value>> for Data {
    type Error = Error;

    fn try_from(map: Map<String, Value>) -> Result<Self> {
        Self::try_from(Value::Object(map))
    }
}

impl From<DataRef<'_>> for Data {
    fn from(data: DataRef<'_>) -> Self {
        data.to_data()
    }
}

impl From<&Self> for Data {
    fn from(data: &Self) -> Self {
        data.clone()
    }
}

/// Prints like `{'somekey': 'somevalue'}`, as the specification has it.
impl fmt::Display for DataRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        repr::write_object(f, self.as_str())
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_ref(), f)
    }
}

impl fmt::Debug for DataRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for DataRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: Value =
            serde_json::from_str(self.as_str()).map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
