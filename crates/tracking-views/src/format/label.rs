//! A name that may lead somewhere.

/// A name as it is shown, and where it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
}

impl Label {
    pub(crate) fn new(text: impl Into<String>, href: Option<String>) -> Self {
        Self {
            text: text.into(),
            href,
        }
    }

    /// The name; `(none)` where it is nobody's or nothing's.
    pub(crate) fn or_none(&self) -> &str {
        if self.text.is_empty() {
            "(none)"
        } else {
            &self.text
        }
    }
}
