//! Columns of a program's own.

use std::fmt;

use serde_json::Value;
use tracking_core::{Field, TrackRef};

/// A column that a program adds to the lists of tracks, to the metadata of a track, and to
/// the exports.
///
/// ```
/// use tracking_core::{RunId, TaskId, Timestamp, Track, TrackId, UserName};
/// use tracking_views::Column;
///
/// let hour = Column::new("Minute", |track| track.time().to_minute_string());
/// let verb = Column::field("Verb", "verb.id");
/// let data = r#"{"verb":{"id":"played"}}"#.parse()?;
/// let (task, user) = (TaskId::new("b1")?, UserName::new("u1")?);
/// let track = Track::new(TrackId::FIRST, task, RunId::FIRST, user, Timestamp::EPOCH, data);
/// assert_eq!(hour.value(&track.as_ref()), "1970-01-01 00:00");
/// assert_eq!(verb.value(&track.as_ref()), "played");
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[must_use]
pub struct Column {
    title: String,
    number: bool,
    value: Box<CellOf>,
}

type CellOf = dyn Fn(&TrackRef<'_>) -> String + Send + Sync;

impl Column {
    /// A column with a heading and a function for its cells; an empty text means no value.
    pub fn new(
        title: impl Into<String>,
        value: impl Fn(&TrackRef<'_>) -> String + Send + Sync + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            number: false,
            value: Box::new(value),
        }
    }

    /// The value of a field of the data: text unchanged, anything else as JSON.
    pub fn field(title: impl Into<String>, field: impl Into<Field>) -> Self {
        let field = field.into();
        Self::new(title, move |track| {
            let value = track.data().raw(&field).map(serde_json::from_str);
            match value {
                Some(Ok(Value::String(text))) => text,
                Some(Ok(other)) => other.to_string(),
                Some(Err(_)) | None => String::new(),
            }
        })
    }

    /// Sets its cells to the right, as numbers are.
    pub fn aligned_right(self) -> Self {
        Self {
            number: true,
            ..self
        }
    }

    /// Its heading.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether its cells are set to the right.
    pub fn is_aligned_right(&self) -> bool {
        self.number
    }

    /// The cell for a track.
    pub fn value(&self, track: &TrackRef<'_>) -> String {
        (self.value)(track)
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("title", &self.title)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
