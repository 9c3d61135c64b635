//! What these tests share: the server, and what was recorded.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tracking_core::{Query, TrackingStorage, TrackingStorageExt as _, UserName};
use tracking_loader::{Loader, Source};
use tracking_tokio::{TrackSink, TrackingLayer, matched_path};

use super::client::Seen;
use crate::layer::outcomes::Chunks;

/// How many requests a test makes; more where there is time for it.
pub(crate) fn requests() -> u64 {
    let requests = std::env::var("TRACKING_REQUESTS");
    requests.map_or(2_000, |requests| requests.parse().unwrap())
}

pub(crate) fn app(sink: impl TrackSink + 'static) -> Router {
    let layer = TrackingLayer::new(sink)
        .task(matched_path)
        .user(|request| UserName::new(request.headers.get("x-user")?.to_str().ok()?).ok());
    Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route(
            "/stream",
            get(|| async { Body::new(Chunks::new(["a", "b", "c"], |_| ())) }),
        )
        .route("/empty", post(|| async { StatusCode::NO_CONTENT }))
        .layer(layer)
}

/// Serves in the background, until the runtime ends.
pub(crate) async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
    address
}

/// How often each request is in a store.
pub(crate) fn recorded(store: &dyn TrackingStorage) -> BTreeMap<String, u32> {
    let mut recorded = BTreeMap::new();
    let mut add = |id: String| *recorded.entry(id).or_default() += 1;
    store
        .for_each(&Query::all(), |track| {
            add(track
                .data()
                .get("request_id")
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned());
        })
        .unwrap();
    recorded
}

/// Fails unless each request with an answer is in the store once, and no other one that was not
/// sent at all.
pub(crate) fn assert_each_once(store: &dyn TrackingStorage, seen: &Seen) {
    let recorded = recorded(store);
    let twice: Vec<_> = recorded.iter().filter(|(_, count)| **count > 1).collect();
    assert!(
        twice.is_empty(),
        "{} more than once: {twice:?}",
        twice.len()
    );
    let missing = seen
        .answered
        .iter()
        .filter(|id| !recorded.contains_key(*id));
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty(), "{} missing: {missing:?}", missing.len());
    let made_up: Vec<_> = recorded
        .keys()
        .filter(|id| !seen.sent.contains(*id))
        .collect();
    assert!(made_up.is_empty(), "{made_up:?}");
}

/// Loads a record log, and the segments of it, into a store.
pub(crate) fn load(store: &dyn TrackingStorage, log: &std::path::Path) {
    let mut logs: Vec<Source> = tracking_logfile::segments(log)
        .unwrap()
        .into_iter()
        .map(Source::from)
        .collect();
    logs.push(Source::from(log.to_owned()));
    let loaded = Loader::new(store).load(&logs, &mut ()).unwrap();
    let wrong = |log: &&tracking_loader::LogSummary| log.error.is_some();
    assert!(loaded.logs.iter().all(|log| !wrong(&log)), "{loaded:?}");
}

/// Asks for a short text, and waits for it.
pub(crate) fn fetch(address: SocketAddr, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{response}");
    body.to_owned()
}

/// Says aloud that a test was skipped, or fails where `TRACKING_REQUIRE_TOOLS=1`.
pub(crate) fn skipped(why: &str) {
    let required = std::env::var_os("TRACKING_REQUIRE_TOOLS").is_some_and(|set| set == "1");
    assert!(!required, "{why}, and it is required");
    // Not by a macro: what those print is shown of failed tests only.
    io::stderr()
        .write_all(format!("skipped: {why}\n").as_bytes())
        .unwrap();
}
