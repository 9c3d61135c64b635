//! Calls that are dropped or late: they are made or not, and what is reported is true.

use std::error::Error as _;
use std::time::Duration;

use tracking_core::{Error, Query};

use super::slow_store::{gate, track};

const SHORT: Duration = Duration::from_millis(50);

fn cause(error: &Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

/// An error after which the store may have changed.
fn is_unknown(error: &Error) -> bool {
    error.may_have_changed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_has_started_is_reported_as_unknown_and_is_made() {
    let (gate, gated) = gate();
    let storage = gate.builder().deadline(SHORT).build();
    let error = storage.change(gated.save()).await.unwrap_err();
    assert!(is_unknown(&error), "{error:?}");
    assert!(!error.is_retryable());
    gate.release_one();
    gate.wait_for_tracks(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_has_started_is_late_and_can_be_repeated() {
    let (gate, gated) = gate();
    let storage = gate.builder().deadline(SHORT).build();
    let error = storage.read(gated.visit()).await.unwrap_err();
    assert!(error.is_retryable() && !is_unknown(&error), "{error:?}");
    gate.release_one();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_has_not_started_is_reported_as_not_made_and_never_is() {
    let (gate, gated) = gate();
    let storage = gate.builder().threads(1).deadline(SHORT).build();
    let first = tokio::spawn({
        let (storage, save) = (storage.clone(), gated.save());
        async move { storage.change(save).await }
    });
    gate.wait_for_start().await;
    let error = storage.save(track("bea")).await.unwrap_err();
    assert!(error.is_retryable() && !is_unknown(&error), "{error:?}");
    assert!(cause(&error).contains("nothing was done"), "{error:?}");
    assert!(is_unknown(&first.await.unwrap().unwrap_err()));
    gate.release_one();
    gate.wait_for_tracks(1).await;
    // The thread is free again, and Bea's save is not what it does next. On a busy machine a read
    // may be late, too; then it is repeated.
    let count = async |query: Query| loop {
        match storage.count(query.clone()).await {
            Ok(count) => break count,
            Err(error) => assert!(error.is_retryable(), "{error:?}"),
        }
    };
    assert_eq!(count(Query::all()).await, 1);
    assert_eq!(count(Query::all().user("bea")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_future_that_is_dropped_before_its_turn_does_nothing() {
    let (gate, gated) = gate();
    let storage = gate.builder().threads(1).build();
    let first = tokio::spawn({
        let (storage, save) = (storage.clone(), gated.save());
        async move { storage.change(save).await }
    });
    gate.wait_for_start().await;
    let dropped = tokio::time::timeout(SHORT, storage.save(track("bea"))).await;
    assert!(dropped.is_err());
    gate.release_one();
    first.await.unwrap().unwrap();
    storage.save(track("carl")).await.unwrap();
    assert_eq!(storage.count(Query::all().user("bea")).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_future_that_is_dropped_after_its_start_is_made_to_the_end() {
    let (gate, gated) = gate();
    let storage = gate.builder().no_deadline().build();
    let dropped = tokio::time::timeout(SHORT, storage.change(gated.save())).await;
    assert!(dropped.is_err());
    assert_eq!(gate.tracks(), 0);
    gate.release_one();
    gate.wait_for_tracks(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_calls_run_or_wait_than_are_allowed() {
    let (gate, gated) = gate();
    let storage = gate.builder().threads(2).max_waiting(1).build();
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let (storage, save) = (storage.clone(), gated.save());
            tokio::spawn(async move { storage.change(save).await })
        })
        .collect();
    gate.wait_for_start().await;
    gate.wait_for_start().await;
    // The third waits, so a fourth is one too many; until it waits, the fourth may take its place.
    let error = loop {
        match tokio::time::timeout(SHORT, storage.save(track("bea"))).await {
            Ok(answer) => break answer.unwrap_err(),
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert!(cause(&error).contains("too many"), "{error:?}");
    assert!(error.is_retryable());
    for _ in 0..3 {
        gate.release_one();
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(gate.tracks(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_store_is_an_error_and_gives_the_thread_back() {
    let (gate, _) = gate();
    let storage = gate.builder().threads(1).build();
    for _ in 0..3 {
        let error = storage
            .change(|_| -> tracking_core::Result<()> { panic!("on purpose") })
            .await
            .unwrap_err();
        assert!(cause(&error).contains("panicked"), "{error:?}");
    }
    storage.save(track("anna")).await.unwrap();
}

#[test]
fn without_a_runtime_it_is_an_error_and_no_panic() {
    let (gate, _) = gate();
    let storage = gate.builder().no_deadline().build();
    let mut future = Box::pin(storage.save(track("anna")));
    let waker = std::task::Waker::noop();
    match future
        .as_mut()
        .poll(&mut std::task::Context::from_waker(waker))
    {
        std::task::Poll::Ready(Err(error)) => assert!(cause(&error).contains("runtime")),
        other => panic!("{other:?}"),
    }
    assert_eq!(gate.tracks(), 0);
}
