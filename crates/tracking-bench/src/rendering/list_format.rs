//! The formats.

use std::io::Write;

use anyhow::Result;
use tracking_views::{
    Export, Format, HtmlRenderer, TextOptions, TextRenderer, TrackList, TrackRow,
};

/// A format of a list of tracks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ListFormat {
    /// Text for a file.
    Text,
    /// Text for a terminal of 100 columns, in colour.
    Terminal,
    /// A page.
    Html,
    /// CSV whose cells no spreadsheet takes for a formula.
    Csv,
    /// A JSON array.
    Json,
    /// A JSON object a line.
    JsonLines,
}

impl ListFormat {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Terminal,
        Self::Html,
        Self::Csv,
        Self::Json,
        Self::JsonLines,
    ];

    /// As an argument.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Terminal => "terminal",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "json-lines",
        }
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Terminal => "text for a terminal, in colour",
            Self::Html => "HTML",
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::JsonLines => "JSON lines",
        }
    }

    /// Renders a list of tracks.
    pub(super) fn render<W: Write>(
        self,
        out: &mut W,
        rows: impl IntoIterator<Item = impl TrackRow>,
    ) -> Result<()> {
        let list = TrackList::new("Tracks");
        let text = |options| TextRenderer::new().with_options(options);
        let terminal = TextOptions::new().with_width(Some(100)).with_color(true);
        match self {
            Self::Text => text(TextOptions::new()).track_list(out, &list, rows)?,
            Self::Terminal => text(terminal).track_list(out, &list, rows)?,
            Self::Html => HtmlRenderer::new().track_list_page(out, &list, rows)?,
            Self::Csv => Export::new(Format::Csv).tracks(out, rows)?,
            Self::Json => Export::new(Format::Json).tracks(out, rows)?,
            Self::JsonLines => Export::new(Format::JsonLines).tracks(out, rows)?,
        }
        Ok(())
    }
}
