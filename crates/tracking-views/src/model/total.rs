//! Single figures.

use std::borrow::Cow;
use std::fmt;

use crate::format::{grouped, size};

/// A figure and what it is of.
///
/// ```
/// use tracking_views::Total;
///
/// let requests = Total::new("Requests", 1200_u64).with_previous(1000);
/// assert_eq!(requests.previous(), Some(1000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    label: String,
    value: TotalValue,
    previous: Option<u64>,
    link: Option<String>,
}

/// The figure of a total.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TotalValue {
    /// A number, shown in groups of three digits.
    Count(u64),
    /// A number of bytes, shown with a unit: `3.2 MB`.
    Bytes(u64),
    /// Any other text, unchanged.
    Text(String),
}

impl Total {
    /// A figure and what it is of.
    pub fn new(label: impl Into<String>, value: impl Into<TotalValue>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            previous: None,
            link: None,
        }
    }

    /// What the figure was in the period before, which it is compared with.
    #[must_use]
    pub fn with_previous(self, previous: impl Into<Option<u64>>) -> Self {
        Self {
            previous: previous.into(),
            ..self
        }
    }

    /// The address that the label leads to; one that is not safe, as those of
    /// [`Links`](crate::Links), is omitted.
    #[must_use]
    pub fn with_link(self, address: impl Into<Option<String>>) -> Self {
        Self {
            link: address.into(),
            ..self
        }
    }

    /// What it is of.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The figure.
    pub fn value(&self) -> &TotalValue {
        &self.value
    }

    /// What the figure was in the period before, if it is compared.
    pub fn previous(&self) -> Option<u64> {
        self.previous
    }

    /// The address that the label leads to, if any.
    pub fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// The figure and the one before, where both are numbers.
    pub(crate) fn change(&self) -> Option<(u64, u64)> {
        match self.value {
            TotalValue::Count(now) | TotalValue::Bytes(now) => Some((now, self.previous?)),
            TotalValue::Text(_) => None,
        }
    }
}

impl TotalValue {
    /// The value as text for people.
    pub(crate) fn format(&self) -> Cow<'_, str> {
        match self {
            Self::Count(count) => grouped(*count).into(),
            Self::Bytes(bytes) => size(*bytes).into(),
            Self::Text(text) => text.into(),
        }
    }
}

/// As it is shown: `1,200`, `3.2 MB`.
impl fmt::Display for TotalValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.format())
    }
}

impl From<u64> for TotalValue {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<u32> for TotalValue {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<&str> for TotalValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for TotalValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
