//! Lines that could not be read.

use std::io::{self, Write};

use crate::format::grouped;
use crate::model::{Problem, Problems};
use crate::text::TextOptions;
use crate::text::cut::cut;
use crate::text::line::{heading, write_line};
use crate::text::paint::{Style, paint};
use crate::text::table::MAX_CELL_WIDTH;

/// Writes how many problems there were, and those that are given.
pub(super) fn problems<W: Write + ?Sized>(
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
    let line = format!("{}: {}", problem.location(), problem.reason());
    write_line(out, &line, Style::Warning, options)?;
    if problem.text().is_empty() {
        return Ok(());
    }
    let max_width = options.max_width().unwrap_or(MAX_CELL_WIDTH);
    let text = cut(problem.text(), max_width.saturating_sub(4));
    writeln!(out, "    {}", paint(options, Style::Faint, &text))
}
