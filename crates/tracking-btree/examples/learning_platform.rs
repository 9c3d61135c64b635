//! A learning platform: a lesson is a task, each class that takes it is a run, and each learner is a
//! user.
//!
//! Run it with `cargo run -p tracking-btree --example learning_platform`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{
    GroupBy, Grouping, NewTrack, Query, Result, RunChoice, RunQuery, SaveMode, TrackingStorage,
    TrackingStorageExt,
};

const LESSON: &str = "fractions";

/// How a learner is doing in a lesson: the data of one track, which is updated.
#[derive(Debug, Deserialize, Serialize)]
struct Progress {
    page: u32,
    points: u32,
}

fn main() -> Result<()> {
    let store: Arc<dyn TrackingStorage> = Arc::new(BTreeStorage::builder().index("page").build());

    // Two classes take the same lesson, one after the other.
    for class in [&["anna", "ben"][..], &["cora", "dan", "eve"]] {
        let run = store.start_run_of(LESSON)?;
        for (learner, pages) in class.iter().zip([3, 1, 2]) {
            for page in 1..=pages {
                reach(&*store, learner, page)?;
            }
        }
        store.finish_run(run)?;
    }

    for (run, number) in store.runs(&RunQuery::all().task(LESSON))?.iter().zip(1..) {
        println!("class {number}:");
        for learner in ["anna", "ben", "cora", "dan", "eve"] {
            let progress: Option<Progress> = store.last_value(LESSON, run.id(), learner)?;
            if let Some(Progress { page, points }) = progress {
                println!("  {learner} is on page {page} and has {points} points");
            }
        }
    }

    // Where do learners stop? Each learner has one track, so a group is a number of learners.
    let by_page = Grouping::from(GroupBy::Field("page".into()));
    for group in store.groups(&Query::all().task(LESSON), &by_page)? {
        println!(
            "learners who stopped on page {}: {}",
            group.key(),
            group.count()
        );
    }
    assert_eq!(store.count(&Query::all().field("page", 3))?, 2);
    Ok(())
}

/// Notes that a learner has reached a page, in the learner's one track of the class.
fn reach(store: &dyn TrackingStorage, learner: &str, page: u32) -> Result<()> {
    let before: Option<Progress> = store.last_value(LESSON, RunChoice::Current, learner)?;
    let points = before.map_or(0, |progress| progress.points) + 10;
    let track = NewTrack::from_serialize(LESSON, learner, &Progress { page, points })?;
    store.save(track.updating(SaveMode::Merge))?;
    // A note about the visit itself, which is not updated.
    store.save_data("visits", learner, json!({"lesson": LESSON}))?;
    Ok(())
}
