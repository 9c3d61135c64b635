//! What these tests share.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value};
use tower::ServiceExt as _;
use tracking_core::NewTrack;
use tracking_tokio::{TrackSink, TrackingLayer};

/// Keeps what is recorded.
#[derive(Clone, Default)]
pub(crate) struct Tracks(Arc<Mutex<Vec<NewTrack>>>);

impl TrackSink for Tracks {
    fn take(&self, track: NewTrack) {
        self.0.lock().unwrap().push(track);
    }
}

impl Tracks {
    pub(crate) fn all(&self) -> Vec<NewTrack> {
        self.0.lock().unwrap().clone()
    }

    /// The only one.
    pub(crate) fn one(&self) -> NewTrack {
        let tracks = self.all();
        assert_eq!(tracks.len(), 1, "{tracks:?}");
        tracks[0].clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Waits until this many are there.
    pub(crate) async fn wait_for(&self, tracks: usize) {
        while self.len() < tracks {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}

/// The data of a track, without the times, which are different each time.
pub(crate) fn data(track: &NewTrack) -> Map<String, Value> {
    let mut data = track.data().to_map().unwrap();
    assert!(data.remove("duration_ms").unwrap().as_f64().unwrap() >= 0.0);
    if let Some(first) = data.remove("first_byte_ms") {
        assert!(first.as_f64().unwrap() >= 0.0);
    }
    data
}

pub(crate) fn text(track: &NewTrack) -> String {
    let data = Value::Object(data(track));
    format!("{} {:?} {data}", track.task(), track.user().as_str())
}

pub(crate) fn layer() -> (TrackingLayer, Tracks) {
    let tracks = Tracks::default();
    (TrackingLayer::new(tracks.clone()), tracks)
}

/// One request through a router, and the response without its body.
pub(crate) async fn respond(app: &Router, request: Request<Body>) -> Response<Body> {
    app.clone().oneshot(request).await.unwrap()
}

/// One request through a router, and its response read to the end.
pub(crate) async fn send(app: &Router, request: Request<Body>) -> String {
    let response = respond(app, request).await;
    let body = response.into_body().collect().await.unwrap();
    String::from_utf8(body.to_bytes().to_vec()).unwrap()
}

pub(crate) fn get(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body::empty()).unwrap()
}
