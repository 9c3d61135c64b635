//! What to do about lines that may have been loaded before.

/// What to do about lines of a log that may have been loaded before, or may be new.
///
/// This happens if a few lines, too few to be sure, are the same in another log that was loaded, but
/// at another place: the logs may have been concatenated, or have equal lines by chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IfUnsure {
    /// Report the error [`SourceError::Unsure`](crate::SourceError::Unsure), and load the log only up
    /// to these lines.
    #[default]
    Refuse,
    /// Load them as new lines.
    Load,
    /// Skip them as loaded lines.
    Skip,
}
