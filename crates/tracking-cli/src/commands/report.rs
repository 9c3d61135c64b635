//! The report on logs: read, load into a store, ask it, and show the answers.

mod ask;
mod figures;
mod view;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use tracking_core::Clock;

use super::Action;
use crate::args::{ColorArg, Period, ZoneChoice};
use crate::store::LogArgs;
use crate::{data, output};

/// What a report is on.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    logs: LogArgs,

    #[command(flatten, next_help_heading = "What is reported")]
    period: Period,

    /// How many tasks and users to list
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,

    /// Also write the report as an HTML page
    #[arg(long, value_name = "OUT")]
    html: Option<PathBuf>,

    /// Print JSON instead of text
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    color: ColorArg,
}

/// Days and times of a report; what has no offset on the command line is meant so too.
const ZONE: ZoneChoice = ZoneChoice::Utc;

impl Action for ReportArgs {
    fn fault(&self) -> Option<String> {
        let logs = self.logs.fault("--html", self.html.as_deref());
        logs.or_else(|| self.period.fault(ZONE))
    }

    fn run(&self, _clock: &dyn Clock) -> Result<()> {
        let loaded = self.logs.load(self.period.range(ZONE))?;
        let asked = ask::ask(&*loaded.store, self.top)?;
        let figures = figures::Figures::new(&loaded.summary, asked);
        let overview = view::overview(&figures, &self.logs);

        // The page goes first, so that it is there also where nobody reads the text to its end.
        if let Some(out) = &self.html {
            output::write_file(out, |out| Ok(view::page(out, &overview)?))?;
        }
        output::write(None, |out| {
            if self.json {
                return Ok(data::json(out, &figures)?);
            }
            let options = output::text_options(None, self.color.color);
            Ok(view::text(out, &overview, options)?)
        })
    }
}
