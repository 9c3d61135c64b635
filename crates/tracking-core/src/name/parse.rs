//! Names from text, and the rules that they keep.
//!
//! This is apart from the names because errors name them, and reading text may fail with one.

use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};

use super::{BatchId, CheckpointName, Key, TaskId, UserName};
use crate::Error;

/// The rule that a text breaks, if any.
fn broken_rule(text: &str, may_be_empty: bool) -> Option<&'static str> {
    if text.is_empty() && !may_be_empty {
        Some("it must not be empty")
    } else if text.contains('\0') {
        Some("it must not hold a NUL character, which not every store can keep")
    } else {
        None
    }
}

macro_rules! parse {
    ($name:ident, $what:literal, may_be_empty: $empty:literal) => {
        impl $name {
            #[doc = concat!("Takes a text for a ", $what, ".")]
            ///
            /// # Errors
            ///
            /// [`Error::InvalidName`] where it holds a NUL character
            #[doc = concat!("(or is empty, unless empty is allowed: ", stringify!($empty), ").")]
            pub fn new(text: impl Into<Arc<str>>) -> Result<Self, Error> {
                let text = text.into();
                match broken_rule(&text, $empty) {
                    None => Ok(Self(text)),
                    Some(reason) => Err(Error::invalid_name($what, &*text, reason)),
                }
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = Error;

            fn try_from(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

parse!(TaskId, "task id", may_be_empty: false);
parse!(UserName, "user name", may_be_empty: true);
parse!(Key, "key", may_be_empty: false);
parse!(CheckpointName, "checkpoint name", may_be_empty: false);
parse!(BatchId, "batch id", may_be_empty: false);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_task_id_is_refused_and_an_empty_user_name_is_not() {
        assert!(TaskId::new("").is_err());
        assert!(Key::new("").is_err());
        assert_eq!(UserName::new("").unwrap(), UserName::nobody());
    }

    #[test]
    fn a_nul_character_is_refused_in_every_name() {
        assert!(TaskId::new("a\0").is_err());
        assert!(UserName::new("\0").is_err());
        let error = Key::new("x\0y").unwrap_err().to_string();
        assert!(
            error.starts_with(r#"invalid key "x\0y": it must not hold a NUL"#),
            "{error}"
        );
    }
}
