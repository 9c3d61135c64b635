//! Which fields of a value changed, as data of a track.

mod diff;

use serde::Serialize;
use serde_json::{Value, json};
use tracking_core::{Data, Error, Field, NewTrack, Result, TaskId, UserName};

pub use diff::FieldChange;

/// The fields that differ between two states of a value.
///
/// The values are compared as serde writes them. A field is named by its path, like
/// `address.city`.
///
/// - Objects are compared key by key, at any depth.
/// - Arrays are compared as a whole: an element inserted at the front would else look like a
///   change of every element.
/// - A field that is missing and one that is null differ: `before` or `after` of a
///   [`FieldChange`] is `None` only where the field is missing.
/// - What was created or removed changed in all its fields: compare an `Option` of it, `None`
///   before or after.
///
/// # As data of a track
///
/// [`to_data`](Self::to_data) gives `changed`, the list of paths, and the values in `before` and
/// `after`, nested as in the value itself; a field that is missing on one side is missing there.
/// So a query can ask for `before.address.city`, and views show `address.city: Bonn → Ulm`.
///
/// ```
/// use serde::Serialize;
/// use tracking_tokio::Changes;
///
/// #[derive(Serialize)]
/// struct Invoice { number: u32, state: &'static str, paid: Option<u32> }
///
/// let before = Invoice { number: 7, state: "open", paid: None };
/// let after = Invoice { number: 7, state: "paid", paid: Some(120) };
/// let changes = Changes::between(&before, &after)?;
/// assert_eq!(
///     changes.to_data()?.as_str(),
///     r#"{"after":{"paid":120,"state":"paid"},"before":{"paid":null,"state":"open"},"changed":["paid","state"]}"#,
/// );
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    fields: Vec<FieldChange>,
}

impl Changes {
    /// Compares two states of a value.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`] where a value cannot be written as JSON.
    pub fn between<T, U>(before: &T, after: &U) -> Result<Self>
    where
        T: Serialize + ?Sized,
        U: Serialize + ?Sized,
    {
        let (mut before, mut after) = (json_of(before)?, json_of(after)?);
        match (&mut before, &mut after) {
            (null @ Value::Null, Value::Object(fields))
            | (Value::Object(fields), null @ Value::Null)
                if !fields.is_empty() =>
            {
                *null = json!({});
            }
            _ => {}
        }
        let fields = diff::diff(&before, &after);
        Ok(Self { fields })
    }

    /// The fields that changed, sorted by path.
    pub fn fields(&self) -> &[FieldChange] {
        &self.fields
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Hides the values of a field and of the fields within it, for passwords and the like: that
    /// it changed stays, its values become `"(hidden)"`.
    #[must_use]
    pub fn redact(mut self, field: impl Into<Field>) -> Self {
        let hidden = field.into();
        for change in &mut self.fields {
            change.hide(&hidden);
        }
        self
    }

    /// Leaves out a field and the fields within it, such as a time of the last change.
    #[must_use]
    pub fn exclude(mut self, field: impl Into<Field>) -> Self {
        let left_out = field.into();
        self.fields
            .retain_mut(|change| !change.leave_out(&left_out));
        self
    }

    /// The changes as data of a track; see [`Changes`] for its form.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`] where the values nest too deep for a track.
    pub fn to_data(&self) -> Result<Data> {
        let (mut before, mut after) = (json!({}), json!({}));
        for change in &self.fields {
            change.put(&mut before, &mut after);
        }
        let changed: Vec<String> = self.fields.iter().map(FieldChange::path_text).collect();
        Data::try_from(json!({
            "changed": changed,
            "before": before,
            "after": after,
        }))
    }

    /// A track with the changes; nothing where nothing changed.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for what is no task id or user name, and those of
    /// [`to_data`](Self::to_data).
    pub fn to_track<T, U>(&self, task: T, user: U) -> Result<Option<NewTrack>>
    where
        T: TryInto<TaskId, Error: Into<Error>>,
        U: TryInto<UserName, Error: Into<Error>>,
    {
        let track = NewTrack::new(task, user, self.to_data()?)?;
        Ok((!self.is_empty()).then_some(track))
    }
}

/// A value as JSON.
fn json_of(value: &(impl Serialize + ?Sized)) -> Result<Value> {
    serde_json::to_value(value)
        .map_err(|error| Error::invalid_json("it cannot be written as JSON", error))
}
