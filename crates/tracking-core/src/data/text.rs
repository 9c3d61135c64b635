//! Text that is owned, or a part of one that several share.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// Text, owned. It compares as text, however it is kept.
#[derive(Clone)]
pub(super) enum Text {
    /// A text of its own.
    Own(Box<str>),
    /// A part of a text that others have parts of, too: it starts and ends at a character.
    Part { of: Arc<str>, start: u32, end: u32 },
}

/// Borrowed text.
#[derive(Clone, Copy)]
pub(super) struct TextRef<'a> {
    text: &'a str,
    /// What it is a part of, and where it starts there.
    part: Option<(&'a Arc<str>, u32)>,
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Own(text) => text,
            // Looked at when it was made, so there always is such a part.
            Self::Part { of, start, end } => {
                of.get(*start as usize..*end as usize).unwrap_or_default()
            }
        }
    }

    pub(super) fn as_text_ref(&self) -> TextRef<'_> {
        match self {
            Self::Own(text) => TextRef { text, part: None },
            Self::Part { of, start, .. } => TextRef {
                text: self.as_str(),
                part: Some((of, *start)),
            },
        }
    }
}

impl<'a> TextRef<'a> {
    /// A part of a text, to be shared; nothing where there is no such part.
    pub(super) fn shared(of: &'a Arc<str>, part: Range<usize>) -> Option<Self> {
        let start = u32::try_from(part.start).ok()?;
        u32::try_from(part.end).ok()?;
        Some(Self {
            text: of.get(part)?,
            part: Some((of, start)),
        })
    }

    pub(super) fn as_str(self) -> &'a str {
        self.text
    }

    pub(super) fn to_text(self) -> Text {
        match self.part {
            None => Text::Own(self.text.into()),
            Some((of, start)) => {
                // `shared` has seen to it that the end is a number of 32 bits.
                #[expect(clippy::cast_possible_truncation, reason = "looked at in `shared`")]
                let end = start + self.text.len() as u32;
                Text::Part {
                    of: Arc::clone(of),
                    start,
                    end,
                }
            }
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Own(text.into())
    }
}

impl<'a> From<&'a str> for TextRef<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, part: None }
    }
}

macro_rules! compare_as_text {
    ($($type:ty),*) => {$(
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for $type {}

        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $type {
            fn cmp(&self, other: &Self) -> Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl Hash for $type {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }
    )*};
}

compare_as_text!(Text, TextRef<'_>);
