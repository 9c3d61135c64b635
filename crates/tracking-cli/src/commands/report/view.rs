//! The figures of a report as text and as a page.

use std::io::{self, Write};

use tracking_views::{
    Context, HtmlRenderer, Overview, Problem, Problems, TextOptions, TextRenderer,
};

use super::figures::Figures;
use crate::schema::Malformed;

/// The most malformed lines that are shown; all of them are counted.
const MAX_SHOWN_LINES: usize = 100;

/// The overview as text.
pub(super) fn text(
    out: &mut dyn Write,
    overview: &Overview,
    context: &Context<'_>,
    options: TextOptions,
) -> io::Result<()> {
    TextRenderer::new()
        .with_context(context.clone())
        .with_options(options)
        .view(out, overview)
}

/// The overview as a page.
pub(super) fn page(
    out: &mut dyn Write,
    overview: &Overview,
    context: &Context<'_>,
) -> io::Result<()> {
    HtmlRenderer::new()
        .with_context(context.clone())
        .page(out, overview)
}

/// Adds the counts of lines to an overview.
pub(super) fn with_reading(overview: Overview, figures: &Figures) -> Overview {
    let always = overview
        .with_total("Lines", figures.lines)
        .with_total("Malformed lines", figures.malformed);
    // These are shown only if they are not zero.
    let some = [
        ("Requests without a path", figures.requests_without_path),
        ("Requests left out", figures.out_of_range),
        ("Blank lines", figures.blank),
        ("Comments", figures.comments),
    ];
    let some = some.into_iter().filter(|(_, count)| *count > 0);
    let overview = some.fold(always, |overview, (label, count)| {
        overview.with_total(label, count)
    });
    if figures.malformed > 0 {
        overview.with_problems(problems(figures))
    } else {
        overview
    }
}

fn problems(figures: &Figures) -> Problems {
    let none = Problems::new("Malformed lines").with_total(figures.malformed);
    let lines = figures.malformed_lines.iter().take(MAX_SHOWN_LINES);
    lines.map(problem).fold(none, Problems::with_row)
}

fn problem(line: &Malformed) -> Problem {
    Problem::new(line.location(), line.description()).with_text(line.text.as_str())
}
