//! The tracks of each user over time.

use std::io::{self, Write};

use crate::format::{Label, grouped};
use crate::labels::lane_labels;
use crate::model::{Lane, Timeline};
use crate::text::bar::height;
use crate::text::cut::{cut, width};
use crate::text::line::{heading, write_line};
use crate::text::paint::{Style, paint};
use crate::text::settings::Settings;

/// The maximum width of a user name.
const NAMES: usize = 20;

/// Writes a line per user, with the height of their counts over time.
pub(super) fn timeline<W: Write + ?Sized>(
    out: &mut W,
    timeline: &Timeline,
    settings: &Settings<'_>,
) -> io::Result<()> {
    heading(out, "Timeline", settings.options)?;
    let lanes: Vec<(Label, &Lane)> = lane_labels(timeline, &settings.context).collect();
    let max_width = settings.options.chart_width();
    let named = lanes
        .iter()
        .map(|lane| width(lane.0.or_none()))
        .max()
        .unwrap_or(0);
    let named = named.min(NAMES).min(max_width / 3);
    let numbers = lanes.iter().map(|lane| grouped(lane.1.count()).len()).max();
    let numbers = numbers.unwrap_or(0);
    let slots = max_width
        .saturating_sub(named + numbers + 4)
        .min(Timeline::SLOTS);
    let all = lanes.iter().flat_map(|lane| merged(lane.1.slots(), slots));
    let largest = all.max().unwrap_or(0);
    for (label, lane) in &lanes {
        let name = cut(label.or_none(), named);
        let free = named.saturating_sub(width(&name));
        let count = grouped(lane.count());
        let bars: String = merged(lane.slots(), slots)
            .map(|count| height(count, largest))
            .collect();
        let bars = paint(settings.options, Style::Bar, bars.trim_end());
        writeln!(out, "{name}{:free$}  {count:>numbers$}  {bars}", "")?;
    }
    let (first, last) = (timeline.first(), timeline.last());
    let (from, to) = (
        settings.context.moment(first),
        settings.context.moment(last),
    );
    let line = format!("{from} to {to} {}", settings.context.zone_name());
    write_line(out, &line, Style::Faint, settings.options)
}

/// The counts of all slots in fewer of them.
fn merged(slots: &[u64], limit: usize) -> impl Iterator<Item = u64> {
    let per_column = slots.len().div_ceil(limit.max(1)).max(1);
    slots.chunks(per_column).map(|chunk| {
        chunk
            .iter()
            .fold(0, |sum: u64, count| sum.saturating_add(*count))
    })
}
