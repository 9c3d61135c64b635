//! An overview as HTML.

use std::io::{self, Write};

use askama::Template;

use super::chart::Chart;
use super::page::page;
use super::value::{decimal, hundredths, write};
use crate::model::{Overview, Ranking, RankingRow};
use crate::shown::{Moment, Visible, figure, grouped, moment, share, span};

#[derive(Template)]
#[template(path = "overview.html")]
struct Body<'a> {
    overview: &'a Overview,
    period: Option<Period>,
    chart: Option<Chart>,
}

struct Period {
    first: Moment,
    last: Moment,
    length: String,
}

/// Writes an overview as a fragment: totals, a chart of the days with a table behind it,
/// rankings, problems, notes.
///
/// # Errors
///
/// Those of the writer.
pub fn overview<W: Write + ?Sized>(out: &mut W, overview: &Overview) -> io::Result<()> {
    let period = overview.period().map(|(first, last)| Period {
        first: moment(first),
        last: moment(last),
        length: span(last.since(first)),
    });
    let body = Body {
        overview,
        period,
        chart: Chart::new(overview.per_day()),
    };
    write(out, &body)
}

/// Writes an overview as a page that stands alone.
///
/// # Errors
///
/// Those of the writer.
///
/// ```
/// use tracking_views::{Overview, html};
///
/// let mut page = Vec::new();
/// html::overview_page(&mut page, &Overview::new("a <b>log</b>"))?;
/// let page = String::from_utf8_lossy(&page);
/// assert!(page.contains("<h1><bdi>a &#60;b&#62;log&#60;/b&#62;</bdi></h1>"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn overview_page<W: Write + ?Sized>(out: &mut W, view: &Overview) -> io::Result<()> {
    page(out, view.title(), |out| overview(out, view))
}

fn part_of(count: u64, largest: u64) -> String {
    // What is there at all is seen.
    let least = if count > 0 { 100 } else { 0 };
    decimal(hundredths(count, largest).max(least))
}

fn rows_of(ranking: &Ranking) -> u64 {
    u64::try_from(ranking.rows().len()).unwrap_or(u64::MAX)
}

fn share_of(ranking: &Ranking, row: &RankingRow) -> String {
    let whole = ranking.whole().unwrap_or(0);
    share(row.count(), whole).unwrap_or_default()
}
