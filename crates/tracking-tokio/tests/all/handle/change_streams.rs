//! The stream of changes: each change once, in order, also those that come later.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{Change, ChangeFeed, ErrorKind, NewTrack};
use tracking_tokio::{AsyncStorage, ChangeStream};

const SHORT: Duration = Duration::from_millis(2);

async fn storage() -> AsyncStorage {
    let storage = AsyncStorage::new(Arc::new(BTreeStorage::new()));
    storage.set_change_feed(ChangeFeed::on()).await.unwrap();
    storage
}

async fn save(storage: &AsyncStorage, count: usize) {
    for n in 0..count {
        let track = NewTrack::new("task", "anna", json!({"n": n})).unwrap();
        storage.save(track).await.unwrap();
    }
}

async fn take(stream: &mut ChangeStream, count: usize) -> Vec<Change> {
    let mut changes = Vec::new();
    for _ in 0..count {
        changes.push(stream.next().await.unwrap().unwrap());
    }
    changes
}

#[tokio::test]
async fn changes_come_in_order_whatever_the_page_and_continue_after_a_cursor() {
    let storage = storage().await;
    save(&storage, 9).await;
    let all = storage.changes(None, 100).await.unwrap().changes;
    assert_eq!(all.len(), 10, "a run is started, and nine tracks are saved");
    for size in [0, 1, 3, 10, 500] {
        let mut stream = storage.follow_changes(None).page_size(size);
        assert_eq!(take(&mut stream, all.len()).await, all, "{size}");
        let after = all.get(4).map(Change::cursor);
        let mut rest = storage.follow_changes(after).page_size(size);
        assert_eq!(take(&mut rest, 5).await, all[5..], "{size}");
    }
}

#[tokio::test]
async fn changes_that_come_later_are_seen() {
    let storage = storage().await;
    let mut stream = storage.follow_changes(None).poll_interval(SHORT);
    let nothing = tokio::time::timeout(SHORT * 5, stream.next()).await;
    assert!(nothing.is_err(), "{nothing:?}");
    let saving = tokio::spawn({
        let storage = storage.clone();
        async move { save(&storage, 3).await }
    });
    let changes = take(&mut stream, 4).await;
    saving.await.unwrap();
    assert_eq!(changes, storage.changes(None, 100).await.unwrap().changes);
}

#[tokio::test]
async fn a_stream_ends_after_an_error() {
    let storage = AsyncStorage::new(Arc::new(BTreeStorage::new()));
    let mut stream = storage.follow_changes(None);
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FeedOff);
    assert!(stream.next().await.is_none());
}
