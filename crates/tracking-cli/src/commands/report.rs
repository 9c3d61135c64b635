//! `tracking report` loads logs into memory and reports on them.

mod figures;
mod report_data;
mod view;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use tracking_core::{Query, TrackingStorageExt};
use tracking_views::Overview;

use super::{Action, Environment};
use crate::args::{ColorArg, PanelArgs, PerArg, SelectionArgs};
use crate::dashboard::{Dashboard, Lists};
use crate::parallel::both;
use crate::queries::{Charts, Panels};
use crate::query_session::viewer;
use crate::store::LogArgs;
use crate::{data, output, web};

/// Arguments of `tracking report`.
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

    #[command(flatten, next_help_heading = "What is reported")]
    panels: PanelArgs,

    #[command(flatten)]
    color: ColorArg,
}

impl Action for ReportArgs {
    fn validate(&self) -> Option<String> {
        let logs = self.logs.validate("--html", self.html.as_deref());
        logs.or_else(|| self.selection.validate())
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let loaded = self.logs.load(self.selection.filter(clock)?)?;
        let (zone, context) = viewer(&*loaded.store, self.selection.time_zone())?;
        let store = &*loaded.store;
        // A log without any request is still that of a web server.
        let is_empty = store.query(&Query::all().limit(1))?.is_empty();
        let is_web = is_empty || self.panels.is_web(store, &Query::all())?;
        let terms = web::terms(is_web);
        let panels = self.panels.panels(is_web);
        let (answers, panels) = both(
            || report_data::query(store, self.top, (&zone, is_web)),
            || Panels::query(store, &Query::all(), &panels, self.top),
        );
        let (answers, panels) = (answers?, panels?);
        let figures = figures::Figures::new(&loaded.summary, &answers, &panels);
        let dashboard = Dashboard {
            sums: &answers.sums,
            panels: &panels,
            previous: None,
            terms: &terms,
            granularity: PerArg::default().of(&answers.sums.days),
            lists: Lists::default(),
            charts: Charts::All,
        };
        let title = format!("Report on {}", self.logs.name());
        let overview = dashboard.add_to(Overview::new(title));
        let overview = view::with_reading(overview, &figures);
        let overview = overview.with_note(format!(
            "{} Times are in {}.",
            self.logs.reader.about_runs(&terms),
            self.selection.time_zone()
        ));
        let context = self.selection.without().add_to(context);
        let context = context.with_terms(terms.clone());

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
