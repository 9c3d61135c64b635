//! The names of rows and columns, before a renderer writes them.

use tracking_core::GroupBy;

use crate::Context;
use crate::format::Label;
use crate::model::{Axis, Lane, Ranking, RankingRow, Timeline, others};

/// The name of a row of a ranking.
pub(crate) fn ranking_label(row: &RankingRow, ranking: &Ranking, context: &Context<'_>) -> Label {
    let label = match row.key() {
        Some(key) => context.group(key, ranking.by()),
        None => Label::new(row.name(), None),
    };
    match row.link() {
        Some(address) => Context::linked(&label.text, address),
        None => label,
    }
}

/// The names of the rows or columns of a matrix.
pub(crate) fn axis_labels(axis: &Axis, by: &GroupBy, context: &Context<'_>) -> Vec<Label> {
    let names = axis.keys().iter().map(|key| context.group(key, Some(by)));
    let others = (axis.others() > 0).then(|| Label::new(others(by, axis.others()), None));
    names.chain(others).collect()
}

/// The lanes of a timeline with their names.
pub(crate) fn lane_labels<'a>(
    timeline: &'a Timeline,
    context: &Context<'_>,
) -> impl Iterator<Item = (Label, &'a Lane)> {
    let lanes = timeline.lanes().iter();
    let lanes = lanes.map(|lane| (context.user(lane.user()), lane));
    let others = timeline.others();
    lanes.chain(others.map(|lane| (Label::new("others", None), lane)))
}
