//! What a store within a file or database may be called.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// The name of one of several stores in one file or database.
///
/// Stores make it part of the names of tables and indexes: lower-case letters, digits and
/// underscores, a letter first, at most 32 characters. Names that begin with `sqlite` or `ix_`
/// are reserved. Without another name, a store is called `main`.
///
/// ```
/// use tracking_core::StoreName;
///
/// assert_eq!(StoreName::default().as_str(), "main");
/// assert_eq!("access".parse::<StoreName>()?.as_str(), "access");
/// assert!("a; drop table track".parse::<StoreName>().is_err());
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreName(String);

const MAIN: &str = "main";
const MAX_LENGTH: usize = 32;

impl StoreName {
    /// Takes a text as the name of a store.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] where it is no such name.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let fits = text.len() <= MAX_LENGTH
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(plain)
            && !text.starts_with("sqlite")
            && !text.starts_with("ix_");
        if fits {
            Ok(Self(text))
        } else {
            let rule = format!(
                "use a lower-case letter, then up to {} lower-case letters, digits and \
                 underscores; do not begin it with `sqlite` or `ix_`",
                MAX_LENGTH - 1
            );
            Err(Error::invalid_name("store name", text, rule))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for StoreName {
    /// The store `main`.
    fn default() -> Self {
        Self(MAIN.to_owned())
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for StoreName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<&str> for StoreName {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<String> for StoreName {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_need_quotes_or_clash_is_refused() {
        for text in [
            "", "A", "1", "_a", "a-b", "a b", "a\"", "ä", "sqlite", "sqlite_x", "ix_a",
        ] {
            assert!(StoreName::new(text).is_err(), "{text:?}");
        }
        assert!(StoreName::new("a".repeat(32)).is_ok());
        assert!(StoreName::new("a".repeat(33)).is_err());
        assert!(StoreName::new("web_log2").is_ok());
    }
}
