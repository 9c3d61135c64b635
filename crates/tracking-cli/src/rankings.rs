//! Rankings of names and of what panels count.

use tracking_core::{Group, GroupBy, GroupKey, TaskId};
use tracking_views::{Ranking, RankingRow, Term, Terms, TotalValue};

use crate::queries::{Panel, PanelKind, Panels};

/// A ranking of the largest groups, of `distinct` names and `tracks` tracks in all.
pub(crate) fn of_names(
    title: String,
    term: &Term,
    groups: &[Group],
    (distinct, tracks): (u64, u64),
) -> Ranking {
    let groups = groups.iter();
    groups
        .fold(Ranking::new(title, term.title()), |ranking, group| {
            ranking.with_key(group.key().clone(), group.count())
        })
        .with_distinct(distinct)
        .with_total(tracks)
}

/// The panels as rankings.
pub(crate) fn of_panels(panels: &Panels, terms: &Terms) -> Vec<(PanelKind, Ranking)> {
    let has_bytes = panels.bytes().is_some();
    let shown = panels.shown();
    shown
        .map(|panel| (panel.spec.kind, of_panel(panel, terms, has_bytes)))
        .collect()
}

fn of_panel(panel: &Panel, terms: &Terms, has_bytes: bool) -> Ranking {
    let of = match panel.spec.kind {
        PanelKind::NotFound => terms.task().title(),
        _ => panel.spec.of.clone(),
    };
    let ranking = Ranking::new(panel.spec.title.clone(), of)
        .counted_by(GroupBy::Field(panel.spec.field.clone()))
        .with_columns(has_bytes.then_some("Bytes"));
    let row = |(name, count, bytes): (&str, u64, u64)| {
        let row = match (panel.spec.kind, TaskId::new(name)) {
            (PanelKind::NotFound | PanelKind::Pages | PanelKind::Assets, Ok(task)) => {
                RankingRow::of_key(GroupKey::Task(task), count)
            }
            _ => RankingRow::new(name, count),
        };
        row.with_cells(has_bytes.then(|| TotalValue::Bytes(bytes).to_string()))
    };
    let rows = panel.counts.largest().map(row);
    rows.fold(ranking, Ranking::with_ranking_row)
        .with_distinct(panel.counts.distinct())
        .with_total(panel.counts.total())
}
