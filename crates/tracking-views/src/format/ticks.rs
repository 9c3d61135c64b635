//! Moments that people look for on an axis of time.

use chrono::{DateTime, Datelike, TimeDelta};
use tracking_core::{Timestamp, Zone};

/// A moment with its label: `15:30`, `23 Nov`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TimeTick {
    pub(crate) time: Timestamp,
    pub(crate) label: String,
}

/// A phone has room for so many.
const MAX_STEPS: i64 = 4;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How far apart ticks are, in seconds of the clock on the wall.
#[rustfmt::skip]
const STEPS: [i64; 22] = [
    1, 5, 10, 15, 30,
    MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 182 * DAY,
];

/// Ticks at even times on the viewer's clock, from one moment to another.
pub(crate) fn time_ticks(zone: &Zone, first: Timestamp, last: Timestamp) -> Vec<TimeTick> {
    let length = last.since(first).num_seconds();
    let years = || (0..5).flat_map(|zeros| [1, 2, 5].map(|n| n * 10_i64.pow(zeros) * 365 * DAY));
    let mut steps = STEPS.into_iter().chain(years());
    let Some(step) = steps.find(|step| length / step < MAX_STEPS) else {
        return Vec::new();
    };
    // Weeks begin on Monday, the first of which was the fifth day of the epoch.
    let shift = if step % (7 * DAY) == 0 { 4 * DAY } else { 0 };
    let start = (wall(zone, first) - shift).div_euclid(step) * step + shift;
    let boundaries = (0..=MAX_STEPS + 1).map(|n| start.saturating_add(n * step));
    let format = format(step, zone, (first, last));
    let mut ticks: Vec<TimeTick> = boundaries
        .filter_map(|seconds| {
            let label = DateTime::from_timestamp(seconds, 0)?.format(format);
            Some(TimeTick {
                time: at(zone, seconds, first),
                label: label.to_string(),
            })
        })
        .filter(|tick| first <= tick.time && tick.time <= last)
        .collect();
    // Where clocks are set forward, two times on the wall may be one.
    ticks.dedup_by_key(|tick| tick.time);
    ticks
}

/// The seconds that a clock on the wall shows, as if it stood in UTC.
fn wall(zone: &Zone, time: Timestamp) -> i64 {
    time.secs() + i64::from(zone.offset_at(time))
}

/// The moment at which a clock on the wall shows so many seconds, near another moment.
fn at(zone: &Zone, seconds: i64, near: Timestamp) -> Timestamp {
    let less = |offset: i32| {
        let since = seconds - i64::from(offset) - near.secs();
        let whole = near.saturating_add(TimeDelta::seconds(since));
        whole.saturating_add(TimeDelta::microseconds(
            -whole.micros().rem_euclid(1_000_000),
        ))
    };
    less(zone.offset_at(less(zone.offset_at(near))))
}

fn format(step: i64, zone: &Zone, (first, last): (Timestamp, Timestamp)) -> &'static str {
    let (from, to) = (zone.day_of(first), zone.day_of(last));
    if step >= DAY {
        return if from.year() == to.year() {
            "%-d %b"
        } else {
            "%-d %b %Y"
        };
    }
    match (step < MINUTE, from == to) {
        (true, true) => "%H:%M:%S",
        (false, true) => "%H:%M",
        (true, false) => "%-d %b %H:%M:%S",
        (false, false) => "%-d %b %H:%M",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ticks(zone: &Zone, first: &str, last: &str) -> Vec<String> {
        let time = |text: &str| text.parse().unwrap();
        let ticks = time_ticks(zone, time(first), time(last));
        let formatted = |tick: TimeTick| format!("{} {}", tick.time, tick.label);
        ticks.into_iter().map(formatted).collect()
    }

    #[test]
    fn ticks_are_at_even_times() {
        let zone = Zone::utc();
        assert_eq!(
            ticks(&zone, "2026-11-23T15:20:00.5Z", "2026-11-23T16:19:12Z"),
            [
                "2026-11-23T15:30:00Z 15:30",
                "2026-11-23T15:45:00Z 15:45",
                "2026-11-23T16:00:00Z 16:00",
                "2026-11-23T16:15:00Z 16:15",
            ]
        );
        assert_eq!(
            ticks(&zone, "2026-11-23T10:00:00Z", "2026-11-23T10:00:37Z"),
            [
                "2026-11-23T10:00:00Z 10:00:00",
                "2026-11-23T10:00:10Z 10:00:10",
                "2026-11-23T10:00:20Z 10:00:20",
                "2026-11-23T10:00:30Z 10:00:30",
            ]
        );
        assert_eq!(
            ticks(&zone, "2026-12-30T00:00:00Z", "2027-01-05T00:00:00Z"),
            [
                "2026-12-31T00:00:00Z 31 Dec 2026",
                "2027-01-02T00:00:00Z 2 Jan 2027",
                "2027-01-04T00:00:00Z 4 Jan 2027",
            ]
        );
        assert_eq!(
            ticks(&zone, "2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z"),
            [
                "2026-11-02T00:00:00Z 2 Nov",
                "2026-11-09T00:00:00Z 9 Nov",
                "2026-11-16T00:00:00Z 16 Nov",
            ]
        );
        let moment = "2026-12-30T00:00:00.5Z";
        assert_eq!(ticks(&zone, moment, moment), Vec::<String>::new());
    }

    #[test]
    fn days_of_23_and_25_hours_begin_at_midnight() {
        let berlin: Zone = serde_json::from_value(json!({
            "offset": 3600,
            "changes": [["2026-03-29T01:00:00Z", 7200], ["2026-10-25T01:00:00Z", 3600]],
        }))
        .unwrap();
        assert_eq!(
            ticks(&berlin, "2026-03-28T20:00:00Z", "2026-03-30T23:00:00Z"),
            [
                "2026-03-28T23:00:00Z 29 Mar",
                "2026-03-29T22:00:00Z 30 Mar",
                "2026-03-30T22:00:00Z 31 Mar",
            ]
        );
        assert_eq!(
            ticks(&berlin, "2026-10-24T20:00:00Z", "2026-10-26T23:30:00Z"),
            [
                "2026-10-24T22:00:00Z 25 Oct",
                "2026-10-25T23:00:00Z 26 Oct",
                "2026-10-26T23:00:00Z 27 Oct",
            ]
        );
    }

    #[test]
    fn all_of_time_has_ticks() {
        let ticks = time_ticks(&Zone::utc(), Timestamp::MIN, Timestamp::MAX);
        assert!((1..=5).contains(&ticks.len()), "{ticks:?}");
    }
}
