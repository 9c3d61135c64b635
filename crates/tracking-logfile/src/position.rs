//! Where the reading of a log has got to, known by what is in the log and not by its name.
//!
//! A log is known by its *head*, its first line that is no comment; that names its checkpoint.
//! The checkpoint holds a [`Position`], with which [`find`] makes sure that what lies before is
//! what was read then. So a log is the same under any name, as a copy and packed, and two logs
//! that begin alike are told apart.

mod checkpoints;
mod find;
mod head;
mod prefix;

pub(crate) use checkpoints::Checkpoints;
pub(crate) use find::{FindError, Found, find};
pub(crate) use head::{HEAD_LIMIT, Head};
pub(crate) use prefix::{Digest, Prefix, from_hex, to_hex};

use serde::{Deserialize, Serialize};
use tracking_core::{Data, Result};

/// How far a log has been read, as it stands in a checkpoint. The names of the fields stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// How many bytes of the unpacked text have been read.
    pub(crate) bytes: u64,
    /// How many lines that are.
    pub(crate) lines: u64,
    /// The hash of all of it.
    hash: String,
    /// The hash before the block before the last one: see [`Prefix::before`].
    anchor: String,
    /// See [`Prefix`].
    marks: String,
    /// Whether the last line was taken without its line end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) open_ended: bool,
    /// The name of the format.
    pub(crate) format: String,
    /// What its reader must know of earlier lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
    /// What the log was called when it was read last, for people to read.
    pub(crate) log: String,
}

/// What a position says of the text before it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) hash: Digest,
    pub(crate) anchor: Digest,
    pub(crate) marks: Vec<u8>,
}

impl Position {
    /// A position after what was read, in a format not yet said.
    pub(crate) fn after(prefix: &mut Prefix, lines: u64) -> Self {
        Self {
            bytes: prefix.at(),
            lines,
            hash: prefix.digest().to_string(),
            anchor: prefix.anchor().to_string(),
            marks: to_hex(prefix.marks()),
            open_ended: false,
            format: String::new(),
            state: None,
            log: String::new(),
        }
    }

    /// Takes what a checkpoint holds; nothing where that is no position.
    pub(crate) fn read(data: &Data) -> Option<Self> {
        data.read().ok()
    }

    /// As a checkpoint holds it.
    pub(crate) fn to_data(&self) -> Result<Data> {
        Data::of(self)
    }

    /// Its hashes; nothing where they are none.
    pub(crate) fn known(&self) -> Option<Known> {
        Some(Known {
            hash: Digest::parse(&self.hash)?,
            anchor: Digest::parse(&self.anchor)?,
            marks: from_hex(&self.marks)?,
        })
    }
}
