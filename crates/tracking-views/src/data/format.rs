//! The formats of exported data.

/// A format of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Comma-separated values with a header, as RFC 4180 has it.
    Csv,
    /// One JSON array.
    Json,
    /// A JSON object per line.
    JsonLines,
}
