//! How and where something is shown.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::format::Format;
use super::zone::ZoneChoice;

/// How and where something is shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "How it is shown")]
pub(crate) struct Shown {
    /// In which form
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,

    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Write to a file instead, whole or not at all
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Times and days of this zone, in what is read and shown: `Europe/Berlin`, `+01:00`,
    /// `UTC`, or `local` for that of this machine
    ///
    /// In csv, json and jsonl times are in UTC, as RFC 3339; days are those of the zone.
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "UTC",
        hide_default_value = false,
        allow_hyphen_values = true
    )]
    pub(crate) time_zone: ZoneChoice,

    /// Show how long ago it was, like `5 minutes ago`, in text and html
    #[arg(long)]
    pub(crate) relative: bool,

    #[command(flatten)]
    pub(crate) color: ColorArg,
}

impl Shown {
    /// In which form it is shown.
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// Whether text is coloured.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct ColorArg {
    /// Colour in text; `auto` means on a terminal, where `NO_COLOR` is not set
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = false
    )]
    pub(crate) color: Color,
}

/// When text is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}
