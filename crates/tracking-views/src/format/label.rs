//! A name that may be a link.

/// A displayed name and the address that it links to.
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

    /// The name; `(none)` if it is empty.
    pub(crate) fn or_none(&self) -> &str {
        if self.text.is_empty() {
            "(none)"
        } else {
            &self.text
        }
    }
}
