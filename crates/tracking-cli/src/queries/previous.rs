//! The period before the one of a query.

use anyhow::Result;
use chrono::{NaiveDate, TimeDelta};
use tracking_core::{
    Group, GroupBy, GroupKey, Order, Query, TimeRange, Timestamp, TrackingStorage,
    TrackingStorageExt, Zone,
};

use super::distinct::Distinct;

/// Counts of the period of the same length right before the one of a query.
#[derive(Debug)]
pub(crate) struct Previous {
    pub(crate) numbers: Distinct,
    /// The counts of its days, each as the day that it is compared with.
    pub(crate) days: Vec<(NaiveDate, u64)>,
}

impl Previous {
    /// Asks for the period before, where the query, which has no limits of time, is about `range`;
    /// nothing where the range has no beginning, or no track is that old.
    pub(crate) fn query(
        store: &dyn TrackingStorage,
        query: &Query,
        range: TimeRange,
        (zone, is_web): (&Zone, bool),
    ) -> Result<Option<Self>> {
        let Some(before) = before(range) else {
            return Ok(None);
        };
        let first = store.query(&query.clone().order(Order::Time).limit(1))?;
        // Where tracking began within it, it is no period to compare with.
        if first
            .first()
            .is_none_or(|first| first.time() > before.from())
        {
            return Ok(None);
        }
        let query = query.clone().within(before);
        let days = store.groups(&query, &GroupBy::Day(zone.clone()).into())?;
        let shift = zone.day_of(range.from()) - zone.day_of(before.from());
        Ok(Some(Self {
            numbers: Distinct::query(store, &query, is_web)?,
            days: days.iter().filter_map(|day| shifted(day, shift)).collect(),
        }))
    }
}

/// The range of the same length that ends where a range begins.
fn before(range: TimeRange) -> Option<TimeRange> {
    if range.from() == Timestamp::MIN || range.is_empty() {
        return None;
    }
    // Both ends are included.
    let length = range.to().since(range.from()) + TimeDelta::microseconds(1);
    let from = range.from().saturating_add(-length);
    (from > Timestamp::MIN).then(|| TimeRange::between(from, range.from().just_before()))
}

fn shifted(group: &Group, shift: TimeDelta) -> Option<(NaiveDate, u64)> {
    match group.key() {
        GroupKey::Day(day) => Some((day.checked_add_signed(shift)?, group.count())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::NewTrack;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_period_before_is_as_long_and_its_days_are_compared_one_by_one() {
        let store = BTreeStorage::new();
        for day in ["01", "08", "09", "15", "16", "16"] {
            let at = time(&format!("2026-11-{day}T12:00:00Z"));
            store
                .save(NewTrack::new("t", "u", json!({})).unwrap().at(at))
                .unwrap();
        }
        let week = TimeRange::between(
            time("2026-11-15T00:00:00Z"),
            time("2026-11-22T00:00:00Z").just_before(),
        );
        let previous = Previous::query(&store, &Query::all(), week, (&Zone::utc(), false))
            .unwrap()
            .unwrap();
        assert_eq!(previous.numbers.tracks, 2);
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(
            previous.days,
            [(day("2026-11-15"), 1), (day("2026-11-16"), 1)]
        );

        // Before the first track there is nothing to compare with.
        let early = TimeRange::between(time("2026-11-02T00:00:00Z"), week.to());
        assert!(
            Previous::query(&store, &Query::all(), early, (&Zone::utc(), false))
                .unwrap()
                .is_none()
        );
        let all = TimeRange::until(week.to());
        assert!(
            Previous::query(&store, &Query::all(), all, (&Zone::utc(), false))
                .unwrap()
                .is_none()
        );
    }
}
