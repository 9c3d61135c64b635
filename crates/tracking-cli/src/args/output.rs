//! The options for output.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tracking_core::Clock;

use super::format::Format;
use super::time::Viewer;
use super::time_args::ZoneArg;

/// The options for output.
#[derive(Debug, Args)]
#[command(next_help_heading = "How it is shown")]
pub(crate) struct OutputArgs {
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,

    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Write to a file, completely or not at all
    #[arg(id = "output", long = "output", short = 'o', value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    #[command(flatten, next_help_heading = "How it is shown")]
    pub(crate) zone: ZoneArg,

    /// Show how long ago it was, like `5 minutes ago`, in text and html
    #[arg(long)]
    pub(crate) relative: bool,

    #[command(flatten)]
    pub(crate) color: ColorArg,
}

impl OutputArgs {
    /// The time zone and current time of the viewer.
    pub(crate) fn viewer(&self, clock: &dyn Clock) -> Viewer {
        self.zone.viewer(clock)
    }

    /// The output format.
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
