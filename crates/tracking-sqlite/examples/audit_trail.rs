//! An audit trail: who changed which document, when, and what it said before and after.
//!
//! Run it with `cargo run -p tracking-sqlite --example audit_trail`. For values that serde knows,
//! `Changes` in `tracking-tokio` finds out by itself what has changed.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use serde_json::{Value, json};
use tracking_core::{
    Key, NewTrack, Order, Query, Result, Track, TrackingStorage, TrackingStorageExt,
};
use tracking_sqlite::{Durability, SqliteStorage};

/// An edit of one field of a document.
struct Edit {
    /// From the form, so that a request that is repeated is saved once.
    request: &'static str,
    document: &'static str,
    clerk: &'static str,
    field: &'static str,
    before: Value,
    after: Value,
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStorage::builder(folder.path().join("audit.db"))
        .index("changed")
        // An entry that was acknowledged survives a loss of power.
        .durability(Durability::Power)
        .open()?;

    let opened = edit("r1", "anna", "state", json!("draft"), json!("open"));
    let paid = edit("r2", "ben", "state", json!("open"), json!("paid"));
    let corrected = edit("r3", "anna", "total", json!(120), json!(119.5));
    for edit in [&opened, &paid, &corrected] {
        record(&store, edit)?;
    }
    // The browser sent the same request again: nothing is saved twice.
    record(&store, &paid)?;

    println!("invoice-7, the latest first:");
    let history = Query::all().task("invoice-7").order(Order::TimeDescending);
    store.for_each(&history, |track| println!("  {track}"))?;

    println!("who set a state to paid?");
    let to_paid = Query::all()
        .field("changed", "state")
        .field("after.state", "paid");
    for track in store.query(&to_paid)? {
        println!("  {} at {}", track.user(), track.time());
    }
    assert_eq!(store.count(&Query::all())?, 3);
    assert_eq!(total_before(&store)?, Some(json!(120)));
    Ok(())
}

fn edit(
    request: &'static str,
    clerk: &'static str,
    field: &'static str,
    before: Value,
    after: Value,
) -> Edit {
    Edit {
        request,
        document: "invoice-7",
        clerk,
        field,
        before,
        after,
    }
}

/// Saves an edit.
fn record(store: &SqliteStorage, edit: &Edit) -> Result<()> {
    let data = json!({
        "changed": edit.field,
        "before": {edit.field: edit.before},
        "after": {edit.field: edit.after},
    });
    let track = NewTrack::new(edit.document, edit.clerk, data)?;
    store.save(track.with_key(Key::new(edit.request)?))?;
    Ok(())
}

/// What the total was before somebody changed it last.
fn total_before(store: &SqliteStorage) -> Result<Option<Value>> {
    let query = Query::all()
        .field("changed", "total")
        .order(Order::TimeDescending)
        .limit(1);
    let last: Option<Track> = store.query(&query)?.pop();
    Ok(last.and_then(|track| track.data().get("before.total")))
}
