//! The report on logs: read, load into a store, ask it, and show the answers.

mod ask;
mod figures;
mod view;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use tracking_core::Clock;

use super::Action;
use crate::args::{ColorArg, SelectionArgs};
use crate::look::viewer;
use crate::store::LogArgs;
use crate::{data, output};

/// What a report is on.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    logs: LogArgs,

    #[command(flatten)]
    selection: SelectionArgs,

    /// How many tasks and users to list
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        help_heading = "What is reported"
    )]
    top: usize,

    /// Also write the report as an HTML page
    #[arg(long, value_name = "OUT", help_heading = "What is reported")]
    html: Option<PathBuf>,

    /// Print JSON instead of text
    #[arg(long, help_heading = "What is reported")]
    json: bool,

    #[command(flatten)]
    color: ColorArg,
}

impl Action for ReportArgs {
    fn fault(&self) -> Option<String> {
        let logs = self.logs.fault("--html", self.html.as_deref());
        logs.or_else(|| self.selection.fault())
    }

    fn run(&self, clock: &dyn Clock) -> Result<()> {
        let loaded = self.logs.load(self.selection.filter(clock)?)?;
        let (zone, context) = viewer(&*loaded.store, self.selection.time_zone())?;
        let asked = ask::ask(&*loaded.store, self.top, &zone)?;
        let figures = figures::Figures::new(&loaded.summary, asked);
        let overview = view::overview(&figures, &self.logs, self.selection.time_zone());

        // The page goes first, so that it is there also where nobody reads the text to its end.
        if let Some(out) = &self.html {
            output::write_file(out, |out| Ok(view::page(out, &overview, &context)?))?;
        }
        output::write(None, |out| {
            if self.json {
                return Ok(data::json(out, &figures)?);
            }
            let options = output::text_options(None, self.color.color);
            Ok(view::text(out, &overview, &context, options)?)
        })
    }
}
