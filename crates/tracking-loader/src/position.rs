//! Which log it is, and where the reading of it has got to.
//!
//! A log is known by what is in it and not by its name. Its *head*, the first line that is no
//! comment, names its checkpoint, `log/<head>/<n>`. The checkpoint holds a [`Position`]: how many
//! lines and bytes were read, and how. Next to it stands the *ledger*, a digest of each line
//! (`log/<head>/<n>/lines/<segment>`, see [`Ledger`]).
//!
//! # What is guaranteed
//!
//! A line is skipped only where the ledger of some log has the digests of a run of lines, the
//! line among them, in which each is equal to the line of the source at its place:
//!
//! - At the start of a source the run begins with the first line of a known log. It ends with
//!   the last line of that log, and the source goes on there; or it ends with the source. If a
//!   line differs before, the source is another log and is loaded from its start.
//! - The run begins elsewhere in a source, or elsewhere in the ledger: logs were concatenated. It
//!   decides if it has [`MIN_SURE_LINES`] lines that are not all equal, and ends as above.
//!
//! All else is [undecided](Identified::Unsure) and nothing is assumed, or it is a new log.
//!
//! There is one exception, so that a log that grows is not read from its start each time: of the
//! file that was read last (the same device and inode), only the last 1,024 to 2,047 lines before
//! the position are compared.
//!
//! Positions of earlier releases have no ledger but a hash of all the text ([`RollingDigest`]); see
//! [`legacy`].

mod checkpoints;
mod digest;
mod error;
mod identify;
mod known_log;
mod known_logs;
mod ledger;
mod ledger_scan;
mod ledger_segment;
mod legacy;
mod line_digest;
mod line_match;
mod log_identity;
mod log_progress;
mod rolling_digest;

pub(crate) use checkpoints::Checkpoints;
pub(crate) use digest::Digest;
pub(crate) use error::{DamagedCheckpoint, IdentifyError};
pub(crate) use identify::{
    Boundary, Identified, IdentifiedLog, IdentifyOptions, OtherSources, first_lines, identify,
    identify_at_boundary,
};
pub(crate) use known_log::KnownLog;
pub(crate) use known_logs::KnownLogs;
pub(crate) use ledger::{Ledger, empty_segment, log_of_segment};
pub(crate) use ledger_scan::FirstLines;
pub(crate) use ledger_segment::{Entry, SEGMENT_LINES};
pub(crate) use line_digest::{LineDigest, LineHasher};
pub(crate) use line_match::{LineMatch, MIN_SURE_LINES};
pub(crate) use log_identity::{
    LogIdentity, MAX_IDENTITY_BYTES, SHORT_IDENTITIES, no_short_identities,
};
pub(crate) use log_progress::LogProgress;
pub(crate) use rolling_digest::RollingDigest;

use serde::{Deserialize, Serialize};
use tracking_core::{Data, Result};

/// How far a log has been read, as it stands in a checkpoint. The names of the fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// How many bytes of the unpacked text have been read.
    pub(crate) bytes: u64,
    /// How many lines that are.
    pub(crate) lines: u64,
    /// What an earlier release knew of the text; nothing where there is a ledger.
    #[serde(flatten)]
    pub(crate) legacy: Option<LegacyHashes>,
    /// Where the segment begins that has the last line, and where the one before, in bytes.
    #[serde(default)]
    pub(crate) segments_at: (u64, u64),
    /// Whether the last line was taken without its line end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) open_ended: bool,
    /// How many bytes that line has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) open_bytes: u64,
    /// Which file was read last, where it begins with this log.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) file: Option<String>,
    /// The lines after which the text of another file came than that which was read before.
    #[serde(default, rename = "joints", skip_serializing_if = "is_default")]
    pub(crate) boundaries: Vec<u64>,
    /// How many of the lines were rejected.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) rejected: u64,
    /// A fingerprint of how the lines were read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) reading: Option<String>,
    /// The name of the format.
    pub(crate) format: String,
    /// What its reader must know of earlier lines.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) state: Option<String>,
    /// What the log was called when it was read last, for people to read.
    pub(crate) log: String,
}

/// What a position of an earlier release says of the text before it; see [`RollingDigest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LegacyHashes {
    /// The hash of all of it.
    hash: String,
    /// The hash before the block before the last one.
    anchor: String,
    /// A few bits of the hash at fixed places.
    marks: String,
}

/// What stands in the checkpoint of a log that was forgotten.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgotten {
    forgotten: bool,
}

impl Position {
    /// As a checkpoint holds it.
    pub(crate) fn to_data(&self) -> Result<Data> {
        Data::from_serialize(self)
    }

    /// How many lines it has as a whole, without one at the end that had no line end.
    pub(crate) fn complete_lines(&self) -> u64 {
        self.lines - u64::from(self.open_ended && self.lines > 0)
    }
}

impl Forgotten {
    pub(crate) fn to_data() -> Result<Data> {
        Data::from_serialize(&Self { forgotten: true })
    }

    pub(crate) fn is(data: &Data) -> bool {
        data.deserialize::<Self>().is_ok_and(|this| this.forgotten)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
