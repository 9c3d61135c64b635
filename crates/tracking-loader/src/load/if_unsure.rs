//! What is done about lines of which it is not certain whether they were loaded before.

/// What is done about lines of a log that may have been loaded before, or may be new.
///
/// That is so where some lines, too few to be certain, are the same in another log that was loaded,
/// but not in the same place: the logs may have been concatenated, or have equal lines by chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IfUnsure {
    /// Neither: the log is an error, [`SourceError::Unsure`](crate::SourceError::Unsure), and is
    /// loaded only up to there.
    #[default]
    Refuse,
    /// They are loaded, as if they were new.
    Load,
    /// They are skipped, as if they had been loaded.
    Skip,
}
