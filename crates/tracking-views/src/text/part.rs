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
use super::table::{Column, Table};
use super::{TextOptions, TextRenderer, TrackTable};
use crate::Context;
use crate::describe::Criterion;
use crate::format::{change, grouped, size, span};
use crate::model::{Part, Total, TotalValue};
use crate::renderer::Renderer;
use crate::terms::Term;

impl Renderer for TextRenderer<'_> {
    fn context(&self) -> &Context<'_> {
        &self.settings.context
    }

    /// Writes a part, after an empty line unless it belongs to the title.
    fn write_part<W: Write + ?Sized>(&self, out: &mut W, part: &Part<'_>) -> io::Result<()> {
        let settings = &self.settings;
        let (options, context) = (settings.options, &settings.context);
        match part {
            Part::Lead(line) => write_line(out, line, Style::Faint, options),
            Part::Period(first, last) => {
                let (from, to) = (context.moment(*first), context.moment(*last));
                let (zone, length) = (context.zone_name(), span(last.since(*first)));
                let line = format!("{from} to {to} {zone} ({length})");
                write_line(out, &line, Style::Faint, options)
            }
            Part::Query(query) => self.write_query(out, query),
            Part::RunQuery(query) => self.write_run_query(out, query),
            Part::Entries(entries) => entries::entries(out, entries, settings),
            Part::Totals(figures) => totals(out, figures, options),
            Part::Series(series) => series::series(out, series, options),
            Part::Histogram(histogram) => histogram::histogram(out, histogram, options),
            Part::SideBySide(parts) => self.write_parts(out, parts),
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
                let mut tracks = tracks.iter();
                tracks.try_for_each(|track| table.row(&track.as_ref()))?;
                table.finish_bare()
            }
            Part::Data(data) => data::data(out, data, options),
            Part::Problems(problems) => problems::problems(out, problems, options),
            Part::Notes(notes) => write_notes(out, notes, options),
        }
    }

    fn write_criteria<W: Write + ?Sized>(
        &self,
        out: &mut W,
        criteria: &[Criterion],
        of: &Term,
    ) -> io::Result<()> {
        let options = self.settings.options;
        let criteria = criteria.iter();
        let criteria: Vec<String> = criteria
            .map(|one| format!("{}: {}", one.about, one.condition))
            .collect();
        let line = if criteria.is_empty() {
            format!("all {}", of.many())
        } else {
            criteria.join(" · ")
        };
        let Some(max_width) = options.max_width() else {
            return write_line(out, &line, Style::Faint, options);
        };
        for line in wrap(&line, max_width) {
            writeln!(out, "{}", paint(options, Style::Faint, &line))?;
        }
        Ok(())
    }
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

/// The change of a figure since the previous period: `▲ 12.5% from 800`.
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
