//! The parts of views.

mod data;
mod entries;
mod histogram;
mod matrix;
mod problems;
mod ranking;
mod runs;
mod series;
mod timeline;

use std::io::{self, Write};

use super::cut::wrap;
use super::line::{heading, write_line};
use super::notes::write_notes;
use super::paint::{Style, paint};
use super::settings::Settings;
use super::table::{Column, Table};
use super::{TextOptions, TrackTable};
use crate::describe::{Criterion, describe, describe_runs, left_out};
use crate::format::{change, grouped, size, span};
use crate::model::{Part, Total, TotalValue};
use crate::terms::Term;

/// Writes a part, after an empty line where it is not about the title.
pub(super) fn write_part<W: Write + ?Sized>(
    out: &mut W,
    part: &Part<'_>,
    settings: &Settings<'_>,
) -> io::Result<()> {
    let (options, context) = (settings.options, &settings.context);
    match part {
        Part::Lead(line) => write_line(out, line, Style::Faint, options),
        Part::Period(first, last) => {
            let (from, to) = (context.moment(*first), context.moment(*last));
            let (zone, length) = (context.zone_name(), span(last.since(*first)));
            let line = format!("{from} to {to} {zone} ({length})");
            write_line(out, &line, Style::Faint, options)
        }
        Part::Query(query) => criteria(
            out,
            &describe(query, context),
            context.terms().track(),
            options,
        ),
        Part::RunQuery(query) => criteria(
            out,
            &describe_runs(query, context),
            context.terms().run(),
            options,
        ),
        Part::Entries(entries) => entries::entries(out, entries, settings),
        Part::Totals(shown) => totals(out, shown, options),
        Part::Series(series) => series::series(out, series, options),
        Part::Histogram(histogram) => histogram::histogram(out, histogram, options),
        Part::Beside(parts) => {
            let mut parts = parts.iter().filter(|part| !part.is_empty());
            parts.try_for_each(|part| write_part(out, part, settings))
        }
        Part::Pages { page, pages, .. } => {
            writeln!(out)?;
            let line = format!("Page {} of {}", grouped(*page), grouped(*pages));
            write_line(out, &line, Style::Faint, options)
        }
        Part::Rankings(counted, rankings) => rankings
            .iter()
            .try_for_each(|ranking| ranking::ranking(out, ranking, counted, settings)),
        Part::Matrix(matrix) => matrix::matrix(out, matrix, settings),
        Part::Runs(title, rows, total) => runs::runs(out, title, (rows, *total), settings),
        Part::RunList(list) => runs::run_list(out, list, settings),
        Part::Timeline(timeline) => timeline::timeline(out, timeline, settings),
        Part::Tracks(list, tracks) => {
            heading(out, list.title(), options)?;
            let mut table = TrackTable::for_list(out, settings.clone(), list);
            tracks
                .iter()
                .try_for_each(|track| table.row(&track.as_ref()))?;
            table.finish_bare()
        }
        Part::Data(data) => data::data(out, data, options),
        Part::Problems(problems) => problems::problems(out, problems, options),
        Part::Notes(notes) => write_notes(out, notes, options),
    }
}

/// Writes what the context leaves out, if anything.
pub(super) fn write_left_out<W: Write + ?Sized>(
    out: &mut W,
    settings: &Settings<'_>,
) -> io::Result<()> {
    match left_out(&settings.context) {
        Some(left_out) => criteria(
            out,
            &[left_out],
            settings.context.terms().track(),
            settings.options,
        ),
        None => Ok(()),
    }
}

/// Writes what was asked for.
fn criteria<W: Write + ?Sized>(
    out: &mut W,
    criteria: &[Criterion],
    of: &Term,
    options: TextOptions,
) -> io::Result<()> {
    let shown = criteria.iter();
    let shown: Vec<String> = shown
        .map(|one| format!("{}: {}", one.about, one.condition))
        .collect();
    let line = if shown.is_empty() {
        format!("all {}", of.many())
    } else {
        shown.join(" · ")
    };
    let Some(room) = options.room() else {
        return write_line(out, &line, Style::Faint, options);
    };
    for line in wrap(&line, room) {
        writeln!(out, "{}", paint(options, Style::Faint, &line))?;
    }
    Ok(())
}

fn totals<W: Write + ?Sized>(
    out: &mut W,
    totals: &[Total],
    options: TextOptions,
) -> io::Result<()> {
    writeln!(out)?;
    let mut columns = vec![Column::long(""), Column::number("").styled(Style::Title)];
    let has_changes = totals.iter().any(|total| total.change().is_some());
    if has_changes {
        columns.push(Column::long("").styled(Style::Faint));
    }
    let mut table = Table::new(columns, options);
    for total in totals {
        let mut cells = vec![
            total.label().to_owned(),
            total.value().format().into_owned(),
        ];
        if has_changes {
            cells.push(change_of(total).unwrap_or_default());
        }
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        table.row(out, &cells)?;
    }
    table.finish(out)
}

/// How a figure changed since the period before: `▲ 12.5% from 800`.
fn change_of(total: &Total) -> Option<String> {
    let (now, before) = total.change()?;
    let (arrow, share) = change(now, before);
    let before = match total.value() {
        TotalValue::Bytes(_) => size(before),
        _ => grouped(before),
    };
    Some(if total.previous() == Some(0) {
        format!("{arrow} {share}")
    } else {
        format!("{arrow} {share} from {before}")
    })
}
