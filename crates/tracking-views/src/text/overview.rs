//! An overview as text.

use std::io::{self, Write};

use chrono::NaiveDate;

use super::TextOptions;
use super::bar::bar;
use super::cut::{cut, whole, width, wrap};
use super::paint::{Style, paint};
use super::table::{Column, Table};
use crate::model::{Overview, Problem, Problems, Ranking, Total};
use crate::shown::{counted, figure, gap_between, grouped, iso_day, moment, share, span, weekday};

/// The widest bar of a ranking.
const RANKING_BAR: usize = 20;
/// Narrower than this, names need the room that bars would take.
const ROOM_FOR_BARS: usize = 72;

/// Writes an overview: totals, a bar per day, rankings, problems, notes.
///
/// # Errors
///
/// Those of the writer.
///
/// ```
/// use tracking_views::{Overview, TextOptions, text};
///
/// let overview = Overview::new("access.log").with_total("Requests", 1382_u64);
/// let mut out = Vec::new();
/// text::overview(&mut out, &overview, TextOptions::new())?;
/// assert_eq!(String::from_utf8_lossy(&out), "access.log\n\nRequests  1,382\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn overview<W: Write + ?Sized>(
    out: &mut W,
    overview: &Overview,
    options: TextOptions,
) -> io::Result<()> {
    title(out, overview.title(), options)?;
    if let Some((first, last)) = overview.period() {
        let length = span(last.since(first));
        let line = format!("{} to {} UTC ({length})", moment(first), moment(last));
        write_line(out, &line, Style::Faint, options)?;
    }
    totals(out, overview.totals(), options)?;
    days(out, overview, options)?;
    for ranking in overview.rankings() {
        write_ranking(out, ranking, overview.counted(), options)?;
    }
    if let Some(problems) = overview.problems() {
        write_problems(out, problems, options)?;
    }
    notes(out, overview.notes(), options)
}

/// Writes the title of a view.
pub(super) fn title<W: Write + ?Sized>(
    out: &mut W,
    title: &str,
    options: TextOptions,
) -> io::Result<()> {
    write_line(out, title, Style::Title, options)
}

/// Writes one line, cut where it does not fit.
pub(super) fn write_line<W: Write + ?Sized>(
    out: &mut W,
    line: &str,
    style: Style,
    options: TextOptions,
) -> io::Result<()> {
    let line = options
        .room()
        .map_or_else(|| whole(line), |room| cut(line, room));
    writeln!(out, "{}", paint(options, style, &line))
}

fn heading<W: Write + ?Sized>(out: &mut W, line: &str, options: TextOptions) -> io::Result<()> {
    writeln!(out)?;
    write_line(out, line, Style::Heading, options)
}

fn totals<W: Write + ?Sized>(
    out: &mut W,
    totals: &[Total],
    options: TextOptions,
) -> io::Result<()> {
    if totals.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let columns = vec![Column::long(""), Column::number("").styled(Style::Title)];
    let mut table = Table::new(columns, options);
    for total in totals {
        table.row(out, &[total.label(), &figure(total.value())])?;
    }
    table.finish(out)
}

fn days<W: Write + ?Sized>(
    out: &mut W,
    overview: &Overview,
    options: TextOptions,
) -> io::Result<()> {
    let days = overview.per_day();
    let Some(largest) = days.iter().map(|day| day.1).max() else {
        return Ok(());
    };
    heading(out, &format!("{} per day", overview.counted()), options)?;
    let mut before: Option<NaiveDate> = None;
    for (day, count) in days {
        let gap = before.map_or(0, |before| gap_between(before, *day));
        if gap > 0 {
            let line = format!("({} without)", counted(gap, "day", "days"));
            write_line(out, &line, Style::Faint, options)?;
        }
        before = Some(*day);
        write_day(out, *day, (*count, largest), options)?;
    }
    Ok(())
}

fn write_day<W: Write + ?Sized>(
    out: &mut W,
    day: NaiveDate,
    (count, largest): (u64, u64),
    options: TextOptions,
) -> io::Result<()> {
    let numbers = grouped(largest).len();
    let start = format!(
        "{} {}  {:>numbers$}",
        iso_day(day),
        weekday(day),
        grouped(count)
    );
    let start = options
        .room()
        .map_or_else(|| start.clone(), |room| cut(&start, room));
    let room = options.chart_width().saturating_sub(width(&start) + 2);
    let bar = bar(count, largest, room);
    let gap = if bar.is_empty() { "" } else { "  " };
    writeln!(out, "{start}{gap}{}", paint(options, Style::Bar, &bar))
}

fn write_ranking<W: Write + ?Sized>(
    out: &mut W,
    ranking: &Ranking,
    what: &str,
    options: TextOptions,
) -> io::Result<()> {
    let rows = u64::try_from(ranking.rows().len()).unwrap_or(u64::MAX);
    let of_all = if rows < ranking.distinct() {
        format!("{} of {}", grouped(rows), grouped(ranking.distinct()))
    } else {
        grouped(rows)
    };
    heading(out, &format!("{} ({of_all})", ranking.title()), options)?;
    if ranking.rows().is_empty() {
        return write_line(out, "None.", Style::Faint, options);
    }
    let mut table = Table::new(ranking_columns(ranking, what, options), options);
    for (index, row) in ranking.rows().iter().enumerate() {
        let place = (index + 1).to_string();
        let name = if row.name().is_empty() {
            "(none)"
        } else {
            row.name()
        };
        let count = grouped(row.count());
        let part = ranking.whole().and_then(|whole| share(row.count(), whole));
        let bar = bar(row.count(), ranking.largest(), RANKING_BAR);
        let mut cells = vec![place.as_str(), name, &count];
        if ranking.whole().is_some() {
            cells.push(part.as_deref().unwrap_or_default());
        }
        if room_for_bars(options) {
            cells.push(&bar);
        }
        table.row(out, &cells)?;
    }
    table.finish(out)
}

fn ranking_columns(ranking: &Ranking, what: &str, options: TextOptions) -> Vec<Column> {
    let mut columns = vec![
        Column::number("#").styled(Style::Faint),
        Column::long(ranking.of()),
        Column::number(what),
    ];
    if ranking.whole().is_some() {
        columns.push(Column::number("Share").styled(Style::Faint));
    }
    if room_for_bars(options) {
        columns.push(Column::short("").styled(Style::Bar));
    }
    columns
}

fn room_for_bars(options: TextOptions) -> bool {
    options.room().is_none_or(|room| room >= ROOM_FOR_BARS)
}

fn write_problems<W: Write + ?Sized>(
    out: &mut W,
    problems: &Problems,
    options: TextOptions,
) -> io::Result<()> {
    let total = grouped(problems.total());
    heading(out, &format!("{} ({total})", problems.title()), options)?;
    if problems.total() == 0 {
        return write_line(out, "None.", Style::Faint, options);
    }
    for problem in problems.rows() {
        write_problem(out, problem, options)?;
    }
    if problems.hidden() > 0 && !problems.rows().is_empty() {
        let line = format!("and {} more", grouped(problems.hidden()));
        write_line(out, &line, Style::Faint, options)?;
    }
    Ok(())
}

fn write_problem<W: Write + ?Sized>(
    out: &mut W,
    problem: &Problem,
    options: TextOptions,
) -> io::Result<()> {
    let line = format!("{}: {}", problem.place(), problem.reason());
    write_line(out, &line, Style::Warning, options)?;
    if problem.text().is_empty() {
        return Ok(());
    }
    let room = options.room().unwrap_or(super::table::WIDEST_CELL);
    let text = cut(problem.text(), room.saturating_sub(4));
    writeln!(out, "    {}", paint(options, Style::Faint, &text))
}

fn notes<W: Write + ?Sized>(out: &mut W, notes: &[String], options: TextOptions) -> io::Result<()> {
    if !notes.is_empty() {
        writeln!(out)?;
    }
    for note in notes {
        for line in wrap(note, options.chart_width()) {
            writeln!(out, "{}", paint(options, Style::Faint, &line))?;
        }
    }
    Ok(())
}
