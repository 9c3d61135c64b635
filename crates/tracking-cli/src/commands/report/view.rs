//! The figures of a report as people look at them.

use std::io::{self, Write};

use tracking_views::{
    Context, HtmlRenderer, Overview, Problem, Problems, Ranking, TextOptions, TextRenderer,
};

use super::figures::Figures;
use crate::args::ZoneChoice;
use crate::shapes::Malformed;
use crate::store::LogArgs;

/// How many malformed lines are shown; all of them are counted.
const SHOWN: usize = 100;

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

/// Puts the figures of a report into the order in which they are shown.
pub(super) fn overview(figures: &Figures, logs: &LogArgs, zone: ZoneChoice) -> Overview {
    let gap = logs.reading.gap();
    let overview = Overview::new(format!("Report on {}", logs.name())).with_counted("Requests");
    let overview = with_totals(overview, figures);
    let overview = match (figures.first, figures.last) {
        (Some(first), Some(last)) => with_requests(overview.with_period(first, last), figures),
        _ => overview.with_note("There are no requests to report on."),
    };
    let overview = if figures.malformed > 0 {
        overview.with_problems(problems(figures))
    } else {
        overview
    };
    overview.with_note(format!(
        "A session is what one user does without a pause of more than {gap}. Times are in {zone}."
    ))
}

fn with_requests(overview: Overview, figures: &Figures) -> Overview {
    overview
        .with_days(figures.per_day.iter().map(|day| (day.day, day.count)))
        .with_ranking(top_tasks(figures))
        .with_ranking(top_users(figures))
}

fn with_totals(overview: Overview, figures: &Figures) -> Overview {
    let always = overview
        .with_total("Requests", figures.requests)
        .with_total("Users", figures.users)
        .with_total("Paths", figures.paths)
        .with_total("Sessions", figures.sessions);
    let always = always
        .with_total("Lines", figures.lines)
        .with_total("Malformed lines", figures.malformed);
    // These are shown where there is something to tell.
    let some = [
        ("Requests without a path", figures.requests_without_path),
        ("Requests left out", figures.out_of_range),
        ("Blank lines", figures.blank),
        ("Comments", figures.comments),
    ];
    let some = some.into_iter().filter(|(_, count)| *count > 0);
    some.fold(always, |overview, (label, count)| {
        overview.with_total(label, count)
    })
}

fn top_tasks(figures: &Figures) -> Ranking {
    let rows = figures
        .top_tasks
        .iter()
        .map(|task| (task.task.as_str(), task.count));
    Ranking::new("Top tasks", "Task")
        .with_rows(rows)
        .with_distinct(figures.paths)
        .with_whole(figures.requests)
}

fn top_users(figures: &Figures) -> Ranking {
    let rows = figures
        .top_users
        .iter()
        .map(|user| (user.user.as_str(), user.count));
    Ranking::new("Top users", "User")
        .with_rows(rows)
        .with_distinct(figures.users)
        .with_whole(figures.requests)
}

fn problems(figures: &Figures) -> Problems {
    let none = Problems::new("Malformed lines").with_total(figures.malformed);
    let lines = figures.malformed_lines.iter().take(SHOWN);
    lines.map(problem).fold(none, Problems::with_row)
}

fn problem(line: &Malformed) -> Problem {
    Problem::new(line.place(), line.fault()).with_text(line.text.as_str())
}
