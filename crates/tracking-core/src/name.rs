//! Names: task ids, user names, keys, checkpoint names.

mod parse;

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Names compare exactly, byte by byte: case matters, composed and decomposed forms
        /// differ. They sort by code point. A clone shares the text.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl From<&$name> for $name {
            fn from(name: &$name) -> Self {
                name.clone()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

name!(
    /// What a user works on: a lesson, a document, a page.
    TaskId
);
name!(
    /// Who did it. An empty user name is fine and means nobody in particular.
    UserName
);
name!(
    /// A name that the caller gives to one save, so that repeating the save is harmless.
    Key
);
name!(
    /// What a checkpoint is called, for example the file that a loader reads.
    CheckpointName
);

name!(
    /// A name that the caller gives to a batch, so that applying the batch again is harmless.
    ///
    /// Use a new one for each batch, for example a random UUID, and keep it until the answer is
    /// there.
    BatchId
);

impl UserName {
    /// Nobody in particular: the empty name.
    pub fn nobody() -> Self {
        Self(Arc::default())
    }
}

/// A borrowed name of a store: plain text, or one whose text an owned name can share.
///
/// A store that keeps its names as [`TaskId`] and [`UserName`] passes those, and collecting a
/// million tracks copies no name; a store that reads names from a file passes `&str`.
///
/// Its text is trusted to be a name, as the text of a [`DataRef`](crate::DataRef) is trusted to be
/// canonical.
#[derive(Clone, Copy, Debug)]
pub struct NameRef<'a>(NameText<'a>);

#[derive(Clone, Copy, Debug)]
enum NameText<'a> {
    Shared(&'a Arc<str>),
    Text(&'a str),
}

impl<'a> NameRef<'a> {
    /// The text.
    pub fn as_str(self) -> &'a str {
        match self.0 {
            NameText::Shared(text) => text,
            NameText::Text(text) => text,
        }
    }

    fn to_shared(self) -> Arc<str> {
        match self.0 {
            NameText::Shared(text) => Arc::clone(text),
            NameText::Text(text) => Arc::from(text),
        }
    }

    /// As an owned task id, without a check: the text must be that of a task id, as a store has
    /// kept it. [`TaskId::new`] takes any text.
    pub fn to_task(self) -> TaskId {
        TaskId(self.to_shared())
    }

    /// As an owned user name, without a check: the text must be that of a user name, as a store
    /// has kept it. [`UserName::new`] takes any text.
    pub fn to_user(self) -> UserName {
        UserName(self.to_shared())
    }

    /// As an owned key, without a check: the text must be that of a key. [`Key::new`] takes any
    /// text.
    pub fn to_key(self) -> Key {
        Key(self.to_shared())
    }
}

impl<'a> From<&'a str> for NameRef<'a> {
    fn from(text: &'a str) -> Self {
        Self(NameText::Text(text))
    }
}

impl<'a> From<&'a TaskId> for NameRef<'a> {
    fn from(name: &'a TaskId) -> Self {
        Self(NameText::Shared(&name.0))
    }
}

impl<'a> From<&'a UserName> for NameRef<'a> {
    fn from(name: &'a UserName) -> Self {
        Self(NameText::Shared(&name.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_code_point() {
        let mut names =
            ["é", "z", "Z", "a", "\u{1F600}", "\u{FFFD}"].map(|n| UserName::new(n).unwrap());
        names.sort();
        assert_eq!(
            names.map(|n| n.to_string()),
            ["Z", "a", "z", "é", "\u{FFFD}", "\u{1F600}"]
        );
    }

    #[test]
    fn a_borrowed_name_is_shared_where_it_can_be() {
        let task = TaskId::new("a001").unwrap();
        assert!(Arc::ptr_eq(&NameRef::from(&task).to_task().0, &task.0));
        assert_eq!(NameRef::from("a001").to_task(), task);
    }
}
