//! Streams: every track once, in the query's order, one page in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{Batch, NewTrack, Order, Query, TrackingStorage};
use tracking_tokio::AsyncStorage;

fn storage(tracks: usize) -> AsyncStorage {
    let store = BTreeStorage::new();
    let track = |n| NewTrack::new(format!("task-{}", n % 3), "anna", json!({"n": n})).unwrap();
    store
        .apply(&(0..tracks).map(track).collect::<Batch>())
        .unwrap();
    AsyncStorage::new(Arc::new(store))
}

async fn ids(storage: &AsyncStorage, query: Query, page: usize) -> Vec<u64> {
    let mut stream = storage.tracks(query).page_size(page);
    let mut ids = Vec::new();
    while let Some(track) = stream.next().await {
        ids.push(track.unwrap().id().number());
    }
    assert!(stream.next().await.is_none());
    ids
}

#[tokio::test]
async fn a_stream_gives_what_the_query_gives_whatever_the_page() {
    let storage = storage(25);
    let queries = [
        Query::all(),
        Query::all().order(Order::TimeDescending),
        Query::all().task("task-1"),
        Query::all().task("none"),
        Query::all().limit(0),
        Query::all().limit(7),
        Query::all().limit(25),
        Query::all().limit(1000),
    ];
    for query in queries {
        let page = storage.page(query.clone()).await.unwrap();
        let expected: Vec<u64> = page
            .tracks
            .iter()
            .map(|track| track.id().number())
            .collect();
        for size in [0, 1, 6, 7, 8, 24, 25, 26, 500] {
            assert_eq!(
                ids(&storage, query.clone(), size).await,
                expected,
                "{query:?} {size}"
            );
        }
    }
}

#[tokio::test]
async fn a_stream_reads_no_page_before_it_is_needed() {
    let storage = storage(100);
    let mut stream = storage.tracks(Query::all()).page_size(10);
    for _ in 0..10 {
        stream.next().await.unwrap().unwrap();
    }
    // What is saved or removed behind the page that is in memory is seen.
    storage.remove_matching(Query::all()).await.unwrap();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn an_error_ends_a_stream() {
    let storage = storage(10);
    let by_time = storage
        .page(Query::all().order(Order::Time).limit(1))
        .await
        .unwrap();
    let wrong = Query::all().order(Order::Id).after(by_time.next.unwrap());
    let mut stream = storage.tracks(wrong);
    assert!(stream.next().await.unwrap().is_err());
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn streams_and_futures_can_be_sent_to_another_task() {
    let storage = storage(5);
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let mut stream = storage.tracks(Query::all()).page_size(2);
    let task = tokio::spawn(async move {
        while let Some(track) = stream.next().await {
            track.unwrap();
            count.fetch_add(1, SeqCst);
        }
    });
    task.await.unwrap();
    assert_eq!(seen.load(SeqCst), 5);
}
