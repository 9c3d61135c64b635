//! The parts of views.

mod entries;
mod matrix;
mod rankings;
mod runs;
mod series;
mod timeline;
mod totals;

use std::io::{self, Write};

use askama::Template;
use serde_json::{Map, Value};
use tracking_core::Timestamp;

use super::TrackTable;
use super::notes::write_notes;
use super::track_table::Placement;
use super::value::write;
use crate::Context;
use crate::describe::{Criterion, describe, describe_runs, left_out};
use crate::format::{Step, Steps, Visible, grouped, read, span};
use crate::links::is_safe;
use crate::model::{Part, Problems};
use crate::terms::Term;

#[derive(Template)]
#[template(path = "part/lead.html")]
struct Lead<'a> {
    text: &'a str,
}

/// Moments as they are, and as they are shown.
#[derive(Template)]
#[template(path = "part/period.html")]
struct Period<'a> {
    first: (String, String),
    last: (String, String),
    zone: &'a str,
    length: String,
}

#[derive(Template)]
#[template(path = "part/criteria.html")]
struct Criteria<'a> {
    criteria: Vec<Criterion>,
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
struct Pages<'a> {
    page: String,
    of: String,
    previous: Option<&'a str>,
    next: Option<&'a str>,
}

/// Writes a part.
pub(super) fn write_part<W: Write + ?Sized>(
    out: &mut W,
    part: &Part<'_>,
    context: &Context<'_>,
) -> io::Result<()> {
    match part {
        Part::Lead(text) => write(out, &Lead { text }),
        Part::Period(first, last) => {
            let shown = |time: Timestamp| (time.to_string(), context.moment(time).to_string());
            let period = Period {
                first: shown(*first),
                last: shown(*last),
                zone: &context.zone_name(),
                length: span(last.since(*first)),
            };
            write(out, &period)
        }
        Part::Query(query) => criteria(out, describe(query, context), context.terms().track()),
        Part::RunQuery(query) => {
            criteria(out, describe_runs(query, context), context.terms().run())
        }
        Part::Entries(entries) => entries::entries(out, entries, context),
        Part::Totals(totals) => totals::totals(out, totals),
        Part::Series(series) => series::series(out, series, context),
        Part::Histogram(histogram) => series::histogram(out, histogram),
        Part::Beside(parts) => beside(out, parts, context),
        Part::Pages {
            page,
            pages,
            previous,
            next,
        } => {
            let safe = |address: &Option<String>| address.clone().filter(|href| is_safe(href));
            let (previous, next) = (safe(previous), safe(next));
            let pages = Pages {
                page: grouped(*page),
                of: grouped(*pages),
                previous: previous.as_deref(),
                next: next.as_deref(),
            };
            write(out, &pages)
        }
        Part::Rankings(counted, rankings) => rankings::rankings(out, counted, rankings, context),
        Part::Matrix(matrix) => matrix::matrix(out, matrix, context),
        Part::Runs(title, rows, total) => runs::runs(out, title, (rows, *total), context),
        Part::RunList(list) => runs::run_list(out, list, context),
        Part::Timeline(timeline) => timeline::timeline(out, timeline, context),
        Part::Tracks(list, tracks) => {
            let mut table =
                TrackTable::for_list(out, context.clone(), (list, true), Placement::View);
            tracks
                .iter()
                .try_for_each(|track| table.row(&track.as_ref()))?;
            table.finish()
        }
        Part::Data(data) => write(
            out,
            &Data {
                data: &read(data.as_ref()),
            },
        ),
        Part::Problems(problems) => write(out, &ProblemList { problems }),
        Part::Notes(notes) => write_notes(out, notes),
    }
}

/// Writes what the context leaves out, if anything.
pub(super) fn write_left_out<W: Write + ?Sized>(
    out: &mut W,
    context: &Context<'_>,
) -> io::Result<()> {
    match left_out(context) {
        Some(left_out) => criteria(out, vec![left_out], context.terms().track()),
        None => Ok(()),
    }
}

/// Writes parts beside each other.
fn beside<W: Write + ?Sized>(
    out: &mut W,
    parts: &[Part<'_>],
    context: &Context<'_>,
) -> io::Result<()> {
    writeln!(out, "<div class=\"pair\">")?;
    for part in parts.iter().filter(|part| !part.is_empty()) {
        write_part(out, part, context)?;
    }
    writeln!(out, "</div>")
}

fn criteria<W: Write + ?Sized>(out: &mut W, criteria: Vec<Criterion>, of: &Term) -> io::Result<()> {
    let of = of.many();
    write(out, &Criteria { criteria, of })
}
