//! Panels.

use serde::Serialize;
use tracking_core::Field;

use crate::queries::Panels;

/// What was counted by the values of a data field.
#[derive(Debug, Serialize)]
pub(crate) struct PanelOutput {
    /// Its name, as `--panel` takes it: `status`, `field:verb`.
    panel: String,
    title: String,
    field: Field,
    /// How many tracks it counts.
    count: u64,
    /// How many different values there are.
    distinct: u64,
    /// The values with the most tracks, and of equal ones those that sort first.
    top: Vec<Value>,
}

/// A value, how many tracks have it, and how many bytes these have together.
#[derive(Debug, Serialize)]
struct Value {
    name: String,
    count: u64,
    bytes: u64,
}

/// All panels that have something to show, each with its largest values.
pub(crate) fn panel_outputs(panels: &Panels) -> Vec<PanelOutput> {
    let value = |(name, count, bytes): (&str, u64, u64)| Value {
        name: name.to_owned(),
        count,
        bytes,
    };
    let output = |panel: &crate::queries::Panel| PanelOutput {
        panel: panel.spec.name.clone(),
        title: panel.spec.title.clone(),
        field: panel.spec.field.clone(),
        count: panel.counts.total(),
        distinct: panel.counts.distinct(),
        top: panel.counts.largest().map(value).collect(),
    };
    panels.shown().map(output).collect()
}
