//! The tracks of each user over time.

use std::io::{self, Write};

use askama::Template;
use chrono::TimeDelta;
use tracking_core::Timestamp;

use crate::format::{Label, TimeTick, Visible, counted, grouped, time_ticks};
use crate::html::value::{decimal, hundredths, write};
use crate::labels::lane_labels;
use crate::model::{Lane, Timeline};
use crate::{Context, Terms};

#[derive(Template)]
#[template(path = "part/timeline.html")]
struct Body<'a> {
    from: String,
    to: String,
    zone: &'a str,
    lanes: Vec<Row>,
    ticks: Vec<Tick>,
    terms: &'a Terms,
}

/// A moment below the lanes.
struct Tick {
    x: String,
    anchor: &'static str,
    label: String,
}

struct Row {
    name: Label,
    count: String,
    first: String,
    last: String,
    bars: Vec<Bar>,
}

struct Bar {
    x: String,
    y: String,
    width: String,
    height: String,
    label: String,
}

/// Writes a lane per user.
pub(super) fn timeline<W: Write + ?Sized>(
    out: &mut W,
    timeline: &Timeline,
    context: &Context<'_>,
) -> io::Result<()> {
    let rows = lane_labels(timeline, context).map(|(name, lane)| Row {
        name,
        count: grouped(lane.count()),
        first: context.moment(lane.first()).to_string(),
        last: context.moment(lane.last()).to_string(),
        bars: bars(timeline, lane, context),
    });
    let body = Body {
        from: context.moment(timeline.first()).to_string(),
        to: context.moment(timeline.last()).to_string(),
        zone: &context.zone_name(),
        lanes: rows.collect(),
        ticks: ticks(timeline, context),
        terms: context.terms(),
    };
    write(out, &body)
}

/// About half of what a character takes of a lane on a phone, in hundredths of a per cent: with
/// less space than that to an edge, a label is aligned at its tick's start or end.
const HALF_CHARACTER: u64 = 90;

fn ticks(timeline: &Timeline, context: &Context<'_>) -> Vec<Tick> {
    let (first, last) = (timeline.first(), timeline.last());
    let after = |time: Timestamp| u64::try_from(time.since(first).num_milliseconds()).unwrap_or(0);
    let ticks = time_ticks(context.zone(), first, last).into_iter();
    let tick = |tick: TimeTick| {
        let x = hundredths(after(tick.time), after(last));
        let half = u64::try_from(tick.label.len()).unwrap_or(0) * HALF_CHARACTER;
        Tick {
            x: decimal(x),
            anchor: match x {
                x if x < half => "start",
                x if x + half > 10_000 => "end",
                _ => "middle",
            },
            label: tick.label,
        }
    };
    ticks.map(tick).collect()
}

fn bars(timeline: &Timeline, lane: &Lane, context: &Context<'_>) -> Vec<Bar> {
    let track = context.terms().track();
    let largest = timeline.largest();
    let slots = u64::try_from(lane.slots().len()).unwrap_or(1).max(1);
    let length = timeline.last().since(timeline.first()).num_seconds();
    let bars = (0_u64..).zip(lane.slots()).filter(|(_, count)| **count > 0);
    let bar = |(slot, count): (u64, &u64)| {
        // A count above 0 stays visible, however small it is.
        let height = hundredths(*count, largest).max(1500);
        let share = i64::try_from(slot).unwrap_or(0) * length / i64::try_from(slots).unwrap_or(1);
        let time = timeline.first().saturating_add(TimeDelta::seconds(share));
        Bar {
            x: decimal(slot * 10_000 / slots),
            y: decimal(10_000 - height),
            width: decimal(10_000 / slots * 4 / 5),
            height: decimal(height),
            label: format!(
                "{} from {}",
                counted(*count, track.one(), track.many()),
                context.moment(time)
            ),
        }
    };
    bars.map(bar).collect()
}
