//! In which form something is shown.

use clap::ValueEnum;

/// The form of what is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for a terminal or a file
    #[default]
    Text,
    /// A whole page that stands alone
    Html,
    /// Rows for a spreadsheet, safe to open in one
    Csv,
    /// One JSON document
    Json,
    /// A JSON document per line
    Jsonl,
}

impl Format {
    /// Whether people read it, and not programs.
    pub(crate) fn is_for_people(self) -> bool {
        matches!(self, Self::Text | Self::Html)
    }
}
