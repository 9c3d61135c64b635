//! Which kind of error it is, for programs that act on it.

use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $code:literal,)*) => {
        /// The kind of an [`Error`](crate::Error): what a program decides by.
        ///
        /// Kinds and their [codes](Self::code) are stable. New ones may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $name,)*
        }

        impl ErrorKind {
            /// Every kind of this version.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code that names the kind in messages between programs, like `unknown_run`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

kinds! {
    /// A task id, user name, key, batch id, checkpoint name or store name breaks the rules for names.
    InvalidName => "invalid_name",
    /// Data is not a JSON object that a store can hold.
    InvalidData => "invalid_data",
    /// A track's data does not fit the type it is read into.
    DataMismatch => "data_mismatch",
    /// A time lies outside the years 0 to 9999.
    TimeOutOfRange => "time_out_of_range",
    /// Text is not the id, time stamp, field or cursor that it should be.
    Parse => "parse",
    /// There is no such run.
    UnknownRun => "unknown_run",
    /// A batch refers to a run that it has not started.
    UnknownStartedRun => "unknown_started_run",
    /// There is no such track.
    UnknownTrack => "unknown_track",
    /// A key was used before, with other content.
    KeyConflict => "key_conflict",
    /// A batch id was used before, for another batch.
    BatchIdConflict => "batch_id_conflict",
    /// A checkpoint is not what the batch expects.
    CheckpointConflict => "checkpoint_conflict",
    /// A cursor belongs to a query in another order.
    CursorMismatch => "cursor_mismatch",
    /// The store keeps no change feed.
    FeedOff => "feed_off",
    /// The changes after a cursor are no longer available.
    ChangesExpired => "changes_expired",
    /// A record to restore differs from what the store holds.
    RestoreConflict => "restore_conflict",
    /// The store does not support the operation.
    Unsupported => "unsupported",
    /// The store, its file or its database does not exist.
    NotFound => "not_found",
    /// The store may only be read.
    ReadOnly => "read_only",
    /// The file or database belongs to another program, or is not a database.
    ForeignFormat => "foreign_format",
    /// A newer version of the program has written the store.
    NewerVersion => "newer_version",
    /// An older version of the program has written the store, and it cannot be upgraded here.
    NeedsUpgrade => "needs_upgrade",
    /// The store was opened in another process, as before a fork.
    WrongProcess => "wrong_process",
    /// The store has reached a limit of its own.
    Full => "full",
    /// What the store holds is damaged.
    Corrupt => "corrupt",
    /// The answer was lost: the change may have been made or not.
    OutcomeUnknown => "outcome_unknown",
    /// The store cannot answer now: it is locked, busy or not connected.
    Unavailable => "unavailable",
    /// There is no space left on the store's disk.
    NoSpace => "no_space",
    /// Access to the store, its file or its folder is denied.
    AccessDenied => "access_denied",
    /// What lies beneath the store failed in another way.
    Backend => "backend",
    /// Another program reported an error with a code that this version does not know.
    Other => "other",
}

impl ErrorKind {
    /// Finds the kind with a code; nothing for a code that this version does not know.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether the same call may succeed later, without any change to it.
    ///
    /// [`OutcomeUnknown`](Self::OutcomeUnknown) is not retryable by itself, because the change
    /// may have been made: see there.
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::Unavailable | Self::NoSpace)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_lead_back_to_their_kind() {
        let mut codes = HashSet::new();
        for kind in ErrorKind::ALL {
            assert!(codes.insert(kind.code()), "{kind} is used twice");
            assert_eq!(ErrorKind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(ErrorKind::from_code("no_such_code"), None);
    }

    #[test]
    fn codes_stay_the_same_for_ever() {
        let codes: Vec<&str> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(
            codes.join(" "),
            "invalid_name invalid_data data_mismatch time_out_of_range parse unknown_run \
             unknown_started_run unknown_track key_conflict batch_id_conflict checkpoint_conflict \
             cursor_mismatch feed_off changes_expired restore_conflict unsupported not_found read_only foreign_format newer_version \
             needs_upgrade wrong_process full corrupt outcome_unknown unavailable no_space \
             access_denied backend other"
        );
    }
}
