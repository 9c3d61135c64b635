//! `tracking site` writes a site: linked pages about a store.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use super::{Action, Environment};
use crate::args::{CommandResult, Filters, PanelArgs, ResultArgs, WithoutArgs, ZoneArg};
use crate::query_session::{report_malformed, viewer};
use crate::schema::plural;
use crate::site::{Site, SiteReport};
use crate::store::StoreArgs;
use crate::web;

/// Arguments of `tracking site`.
#[derive(Debug, Args)]
pub(crate) struct SiteArgs {
    #[command(flatten)]
    store: StoreArgs,

    /// Folder to write to; created if missing
    #[arg(long, short, value_name = "DIR", help_heading = "What is written")]
    output: PathBuf,

    /// How many tasks, users and runs get a page of their own
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100,
        help_heading = "What is written"
    )]
    top: usize,

    #[command(flatten, next_help_heading = "What is written")]
    panels: PanelArgs,

    #[command(flatten, next_help_heading = "Which tracks")]
    without: WithoutArgs,

    #[command(flatten)]
    filters: Filters,

    #[command(flatten, next_help_heading = "What is written")]
    zone: ZoneArg,

    #[command(flatten)]
    result: ResultArgs,
}

impl Action for SiteArgs {
    fn validate(&self) -> Option<String> {
        let store = self
            .store
            .validate("--output", Some(&self.output.join("index.html")));
        store.or_else(|| self.filters.validate(self.zone.time_zone))
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let opened = self.store.open()?;
        report_malformed(&opened);
        let store = &*opened.store;
        let (zone, context) = viewer(store, self.zone.time_zone)?;
        let criteria = self.filters.query(self.zone.viewer(clock))?;
        let query = self.without.apply(store, criteria.clone())?;
        let context = self.without.add_to(context);
        let is_web = self.panels.is_web(store, &query)?;
        let terms = web::terms(is_web);
        let notes = [self.store.about_runs(&terms)];
        let site = Site {
            store,
            query: &query,
            criteria: &criteria,
            title: &format!("Overview of {}", self.store.name()),
            zone: &zone,
            zone_choice: self.zone.time_zone,
            context: &context,
            terms: &terms,
            panels: &self.panels.panels(is_web),
            is_web,
            top: self.top,
            notes: &notes,
        };
        self.result.print(&site.write(&self.output)?)
    }
}

impl CommandResult for SiteReport {
    fn sentence(&self) -> String {
        let index = index(&self.folder);
        let pages = plural(self.pages, "page");
        let (changed, removed) = (self.changed, self.removed);
        format!("wrote {pages} ({changed} changed, {removed} removed); open {index}")
    }
}

/// The page to open in a browser.
pub(crate) fn index(folder: &Path) -> String {
    folder.join("index.html").display().to_string()
}
