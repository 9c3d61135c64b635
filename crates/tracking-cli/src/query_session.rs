//! A session of a command that queries a store: the store, and how results are shown.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use tracking_core::{Clock, Query, TimeRange, TrackingStorage, Zone};
use tracking_views::{Context, HtmlRenderer, Terms, TextRenderer, View};

use crate::args::{Format, OutputArgs, WithoutArgs, ZoneChoice};
use crate::data::{json, json_line};
use crate::site::SitePages;
use crate::store::{OpenStore, StoreArgs};
use crate::{exit, output, queries};

/// An open store, and the options for output.
#[derive(Debug)]
pub(crate) struct QuerySession<'a> {
    pub(crate) store: Box<dyn TrackingStorage>,
    /// The zone of days and shown times.
    pub(crate) zone: Zone,
    /// What views need to know of the viewer.
    pub(crate) context: Context<'static>,
    output: &'a OutputArgs,
    /// The site in the folder of the output, to which a page links.
    site: Option<SitePages>,
}

/// The result of a query, for people and for programs.
pub(crate) trait QueryResult: Serialize {
    /// The result as a view.
    fn view(&self) -> &dyn View;

    /// The result as rows of a table.
    fn csv(&self, out: &mut dyn Write) -> io::Result<()>;

    /// The result as JSON lines; by default one document on one line.
    fn jsonl(&self, out: &mut dyn Write) -> io::Result<()> {
        json_line(out, self)
    }
}

impl<'a> QuerySession<'a> {
    /// Opens the store, and reports lines that could not be loaded.
    pub(crate) fn open(
        store: &StoreArgs,
        output: &'a OutputArgs,
        clock: &dyn Clock,
    ) -> Result<Self> {
        let opened = store.open()?;
        report_malformed(&opened);
        let store = opened.store;
        let (zone, context) = viewer(&*store, output.zone.time_zone)?;
        let context = if output.relative {
            context.with_relative_times(clock.now())
        } else {
            context
        };
        Ok(Self {
            store,
            zone,
            context,
            site: site_of_output(output),
            output,
        })
    }

    /// Sets the words for tracks, tasks, users and runs.
    pub(crate) fn with_terms(self, terms: Terms) -> Self {
        Self {
            context: self.context.with_terms(terms),
            ..self
        }
    }

    /// Makes every view say what is left out.
    pub(crate) fn without(self, without: &WithoutArgs) -> Self {
        Self {
            context: without.add_to(self.context),
            ..self
        }
    }

    /// The output format.
    pub(crate) fn format(&self) -> Format {
        self.output.format()
    }

    /// A renderer of text.
    pub(crate) fn text(&self) -> TextRenderer<'static> {
        let options = output::text_options(self.output.file.as_deref(), self.output.color.color);
        TextRenderer::new()
            .with_context(self.context.clone())
            .with_options(options)
    }

    /// A renderer of HTML.
    pub(crate) fn html(&self) -> HtmlRenderer<'_> {
        let context = self.context.clone();
        HtmlRenderer::new().with_context(match &self.site {
            Some(site) => context.with_links(site),
            None => context,
        })
    }

    /// Writes to the output.
    pub(crate) fn write(&self, render: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        output::write(self.output.file.as_deref(), render)
    }

    /// Writes a view as text or HTML.
    pub(crate) fn view(&self, view: &dyn View) -> Result<()> {
        self.write(|out| match self.format() {
            Format::Html => Ok(self.html().page(out, view)?),
            _ => Ok(self.text().view(out, view)?),
        })
    }

    /// Writes a result in the output format.
    pub(crate) fn show(&self, answer: &impl QueryResult) -> Result<()> {
        match self.format() {
            Format::Text | Format::Html => self.view(answer.view()),
            Format::Csv => self.write(|out| Ok(answer.csv(out)?)),
            Format::Json => self.write(|out| Ok(json(out, answer)?)),
            Format::Jsonl => self.write(|out| Ok(answer.jsonl(out)?)),
        }
    }
}

/// The site in the folder that a page is written to.
fn site_of_output(output: &OutputArgs) -> Option<SitePages> {
    let file = output.file.as_deref()?;
    SitePages::read(file.parent().unwrap_or(Path::new("")))
}

/// The zone for the times in a store, and a context with it.
pub(crate) fn viewer(
    store: &dyn TrackingStorage,
    zone: ZoneChoice,
) -> Result<(Zone, Context<'static>)> {
    let period = queries::period(store, &Query::all())?;
    let range = period.map(|(first, last)| TimeRange::between(first, last));
    let name = zone.to_string();
    let zone = range.map_or_else(Zone::utc, |range| zone.zone(range));
    let context = Context::new().with_zone(zone.clone()).with_zone_name(name);
    Ok((zone, context))
}

/// Reports how many lines of logs could not be read.
pub(crate) fn report_malformed(opened: &OpenStore) {
    match opened.read.as_ref().map_or(0, |read| read.total.malformed) {
        0 => {}
        1 => exit::print_message("1 malformed line was left out; `tracking report` shows it"),
        n => exit::print_message(&format!(
            "{n} malformed lines were left out; `tracking report` shows them"
        )),
    }
}
