//! A job that runs every night: it reports what happened on a day, and removes what is too old.
//!
//! Run it with `cargo run -p tracking-sqlite --example nightly_report`. The time is given, so that a
//! job that was missed can be run for its own day.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use serde_json::json;
use tracking_core::{
    GroupBy, Grouping, NewTrack, Query, Removal, Result, Retention, TimeRange, Timestamp,
    TrackingStorage, Zone,
};
use tracking_sqlite::SqliteStorage;

/// How long tracks are kept.
const DAYS_KEPT: i64 = 90;
const DAY: i64 = 24 * 60 * 60;
/// Midnight after the day that is reported on, 2026-11-24 in UTC.
const MIDNIGHT: i64 = 1_795_478_400;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStorage::open(folder.path().join("shop.db"))?;
    make_sample(&store)?;

    report(&store, MIDNIGHT)?;
    let kept_since = Timestamp::from_secs(MIDNIGHT - DAYS_KEPT * DAY)?;
    let removal = Removal::old_tracks(Retention::none().older_than(kept_since)).with_empty_runs();
    let removed = store.remove_by(&removal)?;
    println!("removed {} tracks, runs: {}", removed.tracks, removed.runs);
    assert_eq!(removed.tracks, 2);
    Ok(())
}

/// Prints what happened on the day before a midnight.
fn report(store: &SqliteStorage, midnight: i64) -> Result<()> {
    let day = TimeRange::between(
        Timestamp::from_secs(midnight - DAY)?,
        Timestamp::from_secs(midnight)?.just_before(),
    );
    let of_the_day = Query::all().within(day);
    println!("{} orders", store.count(&of_the_day)?);

    // The three products that were ordered most, each with its number of customers.
    let products = Grouping::from(GroupBy::Task).counting(GroupBy::User).top(3);
    for group in store.groups(&of_the_day, &products)? {
        let customers = group.distinct_counts().first().copied().unwrap_or_default();
        println!(
            "  {:3} {} (customers: {customers})",
            group.count(),
            group.key()
        );
    }
    let hours = Grouping::from(GroupBy::HourOfDay(Zone::utc()));
    for group in store.groups(&of_the_day, &hours)? {
        println!(
            "  {:3} between {}:00 and {}:59",
            group.count(),
            group.key(),
            group.key()
        );
    }
    Ok(())
}

/// Saves some orders of the day and two of the year before.
fn make_sample(store: &SqliteStorage) -> Result<()> {
    let orders = [
        ("tea", "anna", 9),
        ("tea", "ben", 9),
        ("coffee", "anna", 14),
        ("tea", "anna", 20),
    ];
    for (product, customer, hour) in orders {
        order(store, product, customer, MIDNIGHT - DAY + hour * 60 * 60)?;
    }
    order(store, "tea", "ben", MIDNIGHT - 365 * DAY)?;
    order(store, "cocoa", "cora", MIDNIGHT - 365 * DAY)
}

fn order(store: &SqliteStorage, product: &str, customer: &str, time: i64) -> Result<()> {
    let track = NewTrack::new(product, customer, json!({"pieces": 1}))?;
    store.save(track.at(Timestamp::from_secs(time)?))?;
    Ok(())
}
