//! The most frequent names.

use std::io::{self, Write};

use askama::Template;

use crate::Context;
use crate::format::{Label, Visible, grouped, share};
use crate::html::value::{decimal, hundredths, write};
use crate::labels::ranking_label;
use crate::model::{Ranking, RankingRow};

#[derive(Template)]
#[template(path = "part/rankings.html")]
struct Body<'a> {
    counted: &'a str,
    rankings: &'a [Ranking],
    context: &'a Context<'a>,
}

/// Writes rankings side by side; `counted` is what they count.
pub(super) fn rankings<W: Write + ?Sized>(
    out: &mut W,
    counted: &str,
    rankings: &[Ranking],
    context: &Context<'_>,
) -> io::Result<()> {
    let body = Body {
        counted,
        rankings,
        context,
    };
    write(out, &body)
}

fn part_of(count: u64, largest: u64) -> String {
    // A count above 0 stays visible, however small it is.
    let least = if count > 0 { 100 } else { 0 };
    decimal(hundredths(count, largest).max(least))
}

/// The link to all names.
fn all_of(ranking: &Ranking) -> Option<Label> {
    let (text, address) = ranking.link_to_all()?;
    Some(Context::linked(text, address))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the template hands it over so"
)]
fn rank_of(ranking: &Ranking, index: &usize) -> String {
    let index = u64::try_from(*index).unwrap_or(u64::MAX);
    grouped(ranking.first_rank().saturating_add(index))
}

/// The cells of a row, as many as there are further columns.
fn cells_of<'a>(ranking: &Ranking, row: &'a RankingRow) -> Vec<&'a str> {
    let columns = ranking.columns().iter().enumerate();
    let cell = |(index, _)| row.cells().get(index).map_or("", String::as_str);
    columns.map(cell).collect()
}

fn rows_of(ranking: &Ranking) -> u64 {
    u64::try_from(ranking.rows().len()).unwrap_or(u64::MAX)
}

fn share_of(ranking: &Ranking, row: &RankingRow) -> String {
    let total = ranking.total().unwrap_or(0);
    share(row.count(), total).unwrap_or_default()
}
