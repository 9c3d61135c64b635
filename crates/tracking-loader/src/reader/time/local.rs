//! Times without an offset, in a zone.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use tracking_core::{Timestamp, Zone};

/// The moment at which the clocks of a zone show this; the earlier one where they show it twice,
/// and nothing where they never do.
pub(in crate::reader) fn in_zone(local: NaiveDateTime, zone: &Zone) -> Option<Timestamp> {
    let shown = Timestamp::try_from(local.and_utc()).ok()?;
    let moment = |offset: i32| {
        let offset = TimeDelta::seconds(offset.into());
        let moment = Timestamp::try_from(local.checked_sub_signed(offset)?.and_utc()).ok()?;
        (TimeDelta::seconds(zone.offset_at(moment).into()) == offset).then_some(moment)
    };
    let day = TimeDelta::days(1);
    // The offsets before and after whatever changes near it.
    let near = [shown.saturating_add(-day), shown.saturating_add(day)];
    near.into_iter()
        .filter_map(|time| moment(zone.offset_at(time)))
        .min()
}

/// The moment at which a day begins in a zone: midnight, or where the clocks skip that, the first
/// half hour that there is.
pub(super) fn start_of_day(day: NaiveDate, zone: &Zone) -> Option<Timestamp> {
    let midnight = day.and_time(NaiveTime::MIN);
    let half_hours = (0..48).map(|n| midnight.checked_add_signed(TimeDelta::minutes(30 * n)));
    half_hours.flatten().find_map(|local| in_zone(local, zone))
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    fn berlin() -> Zone {
        let changes = r#"{"offset": 3600, "changes": [
            ["2026-03-29T01:00:00Z", 7200], ["2026-10-25T01:00:00Z", 3600]]}"#;
        serde_json::from_str(changes).unwrap()
    }

    fn read(text: &str, zone: &Zone) -> Option<String> {
        in_zone(text.parse().unwrap(), zone).map(|time| time.to_string())
    }

    #[test]
    fn the_offset_of_the_zone_at_that_time_is_taken() {
        let read = |text| read(text, &berlin()).unwrap();
        assert_eq!(read("2026-01-15T12:00:00"), "2026-01-15T11:00:00Z");
        assert_eq!(read("2026-07-15T12:00:00.5"), "2026-07-15T10:00:00.500Z");
        assert_eq!(read("2026-03-29T01:59:59"), "2026-03-29T00:59:59Z");
        assert_eq!(read("2026-03-29T03:00:00"), "2026-03-29T01:00:00Z");
    }

    #[test]
    fn of_two_moments_it_is_the_earlier_one_and_of_none_nothing() {
        let twice = read("2026-10-25T02:30:00", &berlin()).unwrap();
        assert_eq!(twice, "2026-10-25T00:30:00Z");
        assert_eq!(read("2026-03-29T02:30:00", &berlin()), None);
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let east = Zone::fixed(FixedOffset::east_opt(50_000).unwrap());
        assert_eq!(read("0000-01-01T00:00:00", &east), None);
        let west = Zone::fixed(FixedOffset::west_opt(50_000).unwrap());
        assert_eq!(read("9999-12-31T23:59:59", &west), None);
    }

    #[test]
    fn a_day_begins_where_its_midnight_is_skipped() {
        let beirut = r#"{"offset": 7200, "changes": [["2026-03-28T22:00:00Z", 10800]]}"#;
        let beirut: Zone = serde_json::from_str(beirut).unwrap();
        let start = |day: &str| {
            start_of_day(day.parse().unwrap(), &beirut)
                .unwrap()
                .to_string()
        };
        assert_eq!(start("2026-03-28"), "2026-03-27T22:00:00Z");
        assert_eq!(start("2026-03-29"), "2026-03-28T22:00:00Z");
        assert_eq!(start("2026-03-30"), "2026-03-29T21:00:00Z");
    }
}
