//! Output formats.

use clap::ValueEnum;

/// An output format.
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
    /// Whether the format is for people rather than for programs.
    pub(crate) fn is_for_people(self) -> bool {
        matches!(self, Self::Text | Self::Html)
    }
}
