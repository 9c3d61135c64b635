//! What there was most of.

use std::io::{self, Write};

use askama::Template;

use crate::Context;
use crate::format::{Label, Visible, grouped, share};
use crate::html::value::{decimal, hundredths, write};
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

fn name_of(row: &RankingRow, ranking: &Ranking, context: &Context<'_>) -> Label {
    match row.key() {
        Some(key) => context.group(key, ranking.by()),
        None => Label::new(row.name(), None),
    }
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
