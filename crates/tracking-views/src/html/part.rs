//! The parts of views.

mod entries;
mod matrix;
mod rankings;
mod runs;
mod series;
mod timeline;
mod totals;

use std::borrow::Cow;
use std::io::{self, Write};

use askama::Template;
use serde_json::{Map, Value};
use tracking_core::Timestamp;

use super::notes::write_notes;
use super::track_table::Placement;
use super::value::write;
use super::{HtmlRenderer, TrackTable};
use crate::Context;
use crate::describe::Criterion;
use crate::format::{Step, Steps, Visible, grouped, read, span};
use crate::links::is_safe;
use crate::model::{Part, Problems};
use crate::renderer::Renderer;
use crate::terms::Term;

#[derive(Template)]
#[template(path = "part/lead.html")]
struct Lead<'a> {
    text: &'a str,
}

/// Moments in machine-readable and in displayed form.
#[derive(Template)]
#[template(path = "part/period.html")]
struct Period<'a> {
    first: (String, String),
    last: (String, String),
    zone: Cow<'a, str>,
    length: String,
}

#[derive(Template)]
#[template(path = "part/criteria.html")]
struct Criteria<'a> {
    criteria: &'a [Criterion],
    of: &'a str,
}

#[derive(Template)]
#[template(path = "part/data.html")]
struct Data<'a> {
    data: &'a Map<String, Value>,
}

#[derive(Template)]
#[template(path = "part/problems.html")]
struct ProblemList<'a> {
    problems: &'a Problems,
}

#[derive(Template)]
#[template(path = "part/pages.html")]
struct Pages {
    page: String,
    of: String,
    previous: Option<String>,
    next: Option<String>,
}

impl Renderer for HtmlRenderer<'_> {
    fn context(&self) -> &Context<'_> {
        &self.context
    }

    fn write_part<W: Write + ?Sized>(&self, out: &mut W, part: &Part<'_>) -> io::Result<()> {
        let context = &self.context;
        match part {
            Part::Lead(text) => write(out, &Lead { text }),
            Part::Period(first, last) => write(out, &Period::new(*first, *last, context)),
            Part::Query(query) => self.write_query(out, query),
            Part::RunQuery(query) => self.write_run_query(out, query),
            Part::Entries(entries) => entries::entries(out, entries, context),
            Part::Totals(totals) => totals::totals(out, totals),
            Part::Series(series) => series::series(out, series, context),
            Part::Histogram(histogram) => series::histogram(out, histogram),
            Part::SideBySide(parts) => {
                writeln!(out, "<div class=\"pair\">")?;
                self.write_parts(out, parts)?;
                writeln!(out, "</div>")
            }
            Part::Pages {
                page,
                pages,
                previous,
                next,
            } => {
                let safe =
                    |address: &'_ Option<String>| address.clone().filter(|href| is_safe(href));
                let pages = Pages {
                    page: grouped(*page),
                    of: grouped(*pages),
                    previous: safe(previous),
                    next: safe(next),
                };
                write(out, &pages)
            }
            Part::Rankings(counted, rankings) => {
                rankings::rankings(out, counted, rankings, context)
            }
            Part::Matrix(matrix) => matrix::matrix(out, matrix, context),
            Part::Runs(title, rows, total) => runs::runs(out, title, (rows, *total), context),
            Part::RunList(list) => runs::run_list(out, list, context),
            Part::Timeline(timeline) => timeline::timeline(out, timeline, context),
            Part::Tracks(list, tracks) => {
                let (context, placement) = (context.clone(), Placement::View);
                let mut table = TrackTable::for_list(out, context, (list, true), placement);
                let mut tracks = tracks.iter();
                tracks.try_for_each(|track| table.row(&track.as_ref()))?;
                table.finish()
            }
            Part::Data(data) => {
                let data = &read(data.as_ref());
                write(out, &Data { data })
            }
            Part::Problems(problems) => write(out, &ProblemList { problems }),
            Part::Notes(notes) => write_notes(out, notes),
        }
    }

    fn write_criteria<W: Write + ?Sized>(
        &self,
        out: &mut W,
        criteria: &[Criterion],
        of: &Term,
    ) -> io::Result<()> {
        let of = of.many();
        write(out, &Criteria { criteria, of })
    }
}

impl<'a> Period<'a> {
    fn new(first: Timestamp, last: Timestamp, context: &'a Context<'_>) -> Self {
        let formatted = |time: Timestamp| (time.to_string(), context.moment(time).to_string());
        Self {
            first: formatted(first),
            last: formatted(last),
            zone: context.zone_name(),
            length: span(last.since(first)),
        }
    }
}
