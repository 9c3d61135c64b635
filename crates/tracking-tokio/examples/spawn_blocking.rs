//! A web handler with a synchronous store, by tokio's `spawn_blocking` alone.
//!
//! Run it with `cargo run -p tracking-tokio --example spawn_blocking`. A store call waits for a lock
//! or a disk; on a thread of the runtime it would hold up every other request. `AsyncStorage` does
//! the same with deadlines and with a limit to the calls that wait.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;
use tracking_core::{
    NewTrack, Order, Query, Result, SessionGap, TrackingStorage, TrackingStorageExt,
};
use tracking_sqlite::SqliteStorage;

type Store = Arc<dyn TrackingStorage>;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store: Store = Arc::new(SqliteStorage::open(folder.path().join("lessons.db"))?);
    let app = Router::new()
        .route("/lessons/{lesson}/{page}", post(open_page))
        .route("/users/{user}", get(latest))
        .with_state(store);

    // In place of a server and a browser.
    for request in [
        Request::post("/lessons/fractions/1"),
        Request::post("/lessons/fractions/2"),
        Request::get("/users/anna"),
    ] {
        let response = app.clone().oneshot(request.body(Body::empty())?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        println!("{status}: {}", String::from_utf8_lossy(&body));
        assert!(status.is_success());
    }
    Ok(())
}

/// Notes that a page was opened. The response waits until the track is saved.
async fn open_page(
    State(store): State<Store>,
    Path((lesson, page)): Path<(String, u32)>,
) -> std::result::Result<String, StatusCode> {
    let id = blocking(move || {
        let track = NewTrack::new(lesson, "anna", json!({"page": page}))?;
        store.save(track.in_session(SessionGap::default()))
    });
    Ok(format!("saved track {}", id.await?))
}

/// The latest tracks of a user.
async fn latest(
    State(store): State<Store>,
    Path(user): Path<String>,
) -> std::result::Result<String, StatusCode> {
    let query = Query::all()
        .user(user)
        .order(Order::TimeDescending)
        .limit(10);
    let tracks = blocking(move || store.query(&query)).await?;
    let lines: Vec<String> = tracks.iter().map(ToString::to_string).collect();
    Ok(lines.join("\n"))
}

/// Runs calls of a store on a thread that may wait.
async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> std::result::Result<T, StatusCode> {
    let result = tokio::task::spawn_blocking(call).await;
    // The call panicked, or the runtime is being shut down.
    let result = result.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    result.map_err(|error| {
        if error.is_retryable() {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    })
}
