//! Two machines that share a store: a user goes from one web server to the other, and a change whose
//! answer was lost is repeated.
//!
//! Run it with `cargo run -p tracking-postgres --example two_machines -- postgres://USER@HOST/DATABASE`.
//! It uses a store named `two-machines` in that database, and removes it at the end. A test runs it.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use serde_json::json;
use tracking_core::{
    Batch, BatchId, GroupBy, Grouping, NewTrack, Query, Result, RunQuery, SessionGap,
    TrackingStorage,
};
use tracking_postgres::{PostgresStorage, StoreName};

fn main() -> Result<()> {
    let Some(url) = std::env::args().nth(1) else {
        println!("which database? give its URL: postgres://USER@HOST/DATABASE");
        return Ok(());
    };
    run(&url, &StoreName::new("two-machines")?)
}

/// What the machines do.
pub(crate) fn run(url: &str, name: &StoreName) -> Result<()> {
    let open = || {
        let builder = PostgresStorage::builder(url).environment();
        builder.store(name.clone()).open()
    };
    let (one, other) = (open()?, open()?);

    // A load balancer sends each request to another machine. All are in one session.
    for (machine, page) in [(&one, "/cart"), (&other, "/address"), (&one, "/checkout")] {
        let visit = NewTrack::new(page, "anna", json!({}))?;
        machine.save(visit.in_session(SessionGap::default()))?;
    }
    println!("sessions: {}", one.count_runs(&RunQuery::all())?);
    assert_eq!(one.count_runs(&RunQuery::all())?, 1);

    // The first machine never learned whether this was saved, so the other one repeats it.
    let order = |machine: &PostgresStorage| {
        let batch = Batch::new()
            .save(NewTrack::new("order-17", "anna", json!({"pieces": 2}))?)
            .save(NewTrack::new("stock", "shop", json!({"taken": 2}))?)
            .with_id(BatchId::new("order-17")?);
        machine.apply(&batch)
    };
    assert_eq!(order(&one)?, order(&other)?);

    for group in other.groups(&Query::all(), &Grouping::from(GroupBy::Task))? {
        println!("{}: {}", group.key(), group.count());
    }
    assert_eq!(other.count(&Query::all())?, 5);
    drop(other);
    one.remove_store()
}
