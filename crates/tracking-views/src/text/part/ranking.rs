//! The most frequent names.

use std::io::{self, Write};

use crate::format::{grouped, share};
use crate::labels::ranking_label;
use crate::model::Ranking;
use crate::text::TextOptions;
use crate::text::bar::bar;
use crate::text::line::{heading, write_line};
use crate::text::paint::Style;
use crate::text::settings::Settings;
use crate::text::table::{Column, Table};

/// The widest bar of a ranking.
const RANKING_BAR: usize = 20;
/// In narrower output, names get the space of the bars.
const MIN_WIDTH_WITH_BARS: usize = 72;

/// Writes a ranking as a table; `what` is what it counts.
pub(super) fn ranking<W: Write + ?Sized>(
    out: &mut W,
    ranking: &Ranking,
    what: &str,
    settings: &Settings<'_>,
) -> io::Result<()> {
    let options = settings.options;
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
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        let rank = grouped(ranking.first_rank().saturating_add(index));
        let label = ranking_label(row, ranking, &settings.context);
        let count = grouped(row.count());
        let part = ranking.total().and_then(|total| share(row.count(), total));
        let bar = bar(row.count(), ranking.largest(), RANKING_BAR);
        let mut cells = vec![rank.as_str(), label.or_none(), &count];
        let further = ranking.columns().iter().enumerate();
        cells.extend(further.map(|(n, _)| row.cells().get(n).map_or("", String::as_str)));
        if ranking.total().is_some() {
            cells.push(part.as_deref().unwrap_or_default());
        }
        if has_bars(options) {
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
    let further = ranking.columns().iter();
    columns.extend(further.map(|heading| Column::number(heading).dispensable()));
    if ranking.total().is_some() {
        columns.push(Column::number("Share").styled(Style::Faint));
    }
    if has_bars(options) {
        columns.push(Column::short("").styled(Style::Bar));
    }
    columns
}

fn has_bars(options: TextOptions) -> bool {
    options
        .max_width()
        .is_none_or(|max_width| max_width >= MIN_WIDTH_WITH_BARS)
}
