//! Which requests are recorded.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get as on_get;
use tracking_tokio::TrackingLayer;

use super::tools::{data, get, layer, send};

fn app(layer: TrackingLayer) -> Router {
    Router::new()
        .route("/", on_get(|| async { "hello" }))
        .route(
            "/error",
            on_get(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
        )
        .layer(layer)
}

#[tokio::test]
async fn a_filter_leaves_requests_out() {
    let (layer, tracks) = layer();
    let app = app(layer.filter(|request| request.uri.path() != "/health"));
    send(&app, get("/health")).await;
    send(&app, get("/")).await;
    assert_eq!(tracks.one().task().as_str(), "/");
}

#[tokio::test]
async fn a_sample_is_one_in_so_many_and_says_so() {
    let (layer, tracks) = layer();
    let app = app(layer.sample_one_in(10));
    for _ in 0..100 {
        send(&app, get("/")).await;
    }
    assert_eq!(tracks.len(), 10);
    assert!(
        tracks
            .all()
            .iter()
            .all(|track| data(track)["sampled_one_in"] == 10)
    );
}

#[tokio::test]
async fn a_sample_of_one_in_one_or_none_is_all() {
    for one_in in [0, 1] {
        let (layer, tracks) = layer();
        let app = app(layer.sample_one_in(one_in));
        send(&app, get("/")).await;
        send(&app, get("/")).await;
        assert_eq!(tracks.len(), 2);
        assert!(data(&tracks.all()[0]).get("sampled_one_in").is_none());
    }
}

#[tokio::test]
async fn what_is_always_recorded_is_so_with_a_sample() {
    let (layer, tracks) = layer();
    let errors = |request: &tracking_tokio::FinishedRequest<'_>| {
        request
            .status
            .is_some_and(|status| status.is_server_error())
    };
    let app = app(layer.sample_one_in(u64::MAX).always(errors));
    send(&app, get("/")).await;
    for _ in 0..5 {
        send(&app, get("/")).await;
        send(&app, get("/error")).await;
    }
    let recorded: Vec<_> = tracks
        .all()
        .iter()
        .map(|track| {
            (
                track.task().to_string(),
                data(track).contains_key("sampled_one_in"),
            )
        })
        .collect();
    assert_eq!(recorded[0], ("/".to_owned(), true));
    assert_eq!(recorded[1..], vec![("/error".to_owned(), false); 5]);
}
