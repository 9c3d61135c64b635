//! Single figures.

/// A figure and what it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    label: String,
    value: TotalValue,
}

/// The figure of a total.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TotalValue {
    /// A number, shown in groups of three digits.
    Count(u64),
    /// Anything else, such as `3.2 MB`, shown as it is.
    Text(String),
}

impl Total {
    /// A figure and what it is of.
    pub fn new(label: impl Into<String>, value: impl Into<TotalValue>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
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
