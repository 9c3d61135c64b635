//! The store is taken away and opened again while requests come in.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tracking_core::TrackingStorage;
use tracking_logfile::RecordLogger;
use tracking_sqlite::SqliteStorage;
use tracking_tokio::{Overflow, Recorder};

use super::client::Load;
use super::tools::{app, assert_each_once, load, requests, serve};
use crate::unreliable::{Fate, Unreliable};

fn open(file: &PathBuf) -> Arc<dyn TrackingStorage> {
    Arc::new(SqliteStorage::open(file).unwrap())
}

/// Of every ten calls, one fails and one loses its answer; and the file is closed and opened
/// again and again.
async fn under_load(overflow: Overflow, spill_after: Duration, folder: &std::path::Path) {
    let file = folder.join("tracks.db");
    let store = Unreliable::new(open(&file), |call| match call % 10 {
        3 => Fate::Fails,
        7 => Fate::LosesAnswer,
        _ => Fate::Works,
    });
    let recorder = Recorder::builder(Arc::clone(&store) as Arc<dyn TrackingStorage>)
        .batch_size(50)
        .max_delay(Duration::from_millis(5))
        .backoff(Duration::from_millis(1), Duration::from_millis(20))
        .spill_after(spill_after)
        .overflow(overflow)
        .build()
        .unwrap();
    let address = serve(app(recorder.clone())).await;
    let (requests, making) = (requests(), Load::default());
    let clients = tokio::spawn({
        let making = making.clone();
        async move { making.run(address, "r", 8, requests).await }
    });
    for restart in 1..=5 {
        making.wait_for(requests * restart / 6).await;
        store.set_down(true);
        tokio::time::sleep(Duration::from_millis(20)).await;
        let (file, store) = (file.clone(), Arc::clone(&store));
        let restarted = tokio::task::spawn_blocking(move || {
            store.restart(|| open(&file));
            store.set_down(false);
        });
        restarted.await.unwrap();
    }
    let seen = clients.await.unwrap();
    assert!(seen.answered.len() as u64 >= requests);
    recorder.flushed(Duration::from_mins(1)).await.unwrap();
    let counts = recorder.counts();
    assert_eq!(
        (counts.dropped, counts.refused, counts.abandoned),
        (0, 0, 0),
        "{counts:?}"
    );
    assert!(counts.store_failures > 0, "{counts:?}");
    drop(recorder);
    let log = folder.join("spill.log");
    let store = open(&file);
    if log.exists() {
        load(&*store, &log);
    }
    assert_each_once(&*store, &seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarts_of_the_store_lose_and_double_no_request() {
    let folder = tempfile::tempdir().unwrap();
    under_load(Overflow::Drop, Duration::MAX, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_spilled_meanwhile_is_loaded_once() {
    let folder = tempfile::tempdir().unwrap();
    let log = RecordLogger::builder("spill", folder.path().join("spill.log"));
    let log = log.rotate_at(20_000).build().unwrap();
    under_load(Overflow::spill(log), Duration::ZERO, folder.path()).await;
}
