//! What is recorded of a request, and what is not.

use axum::body::Body;
use axum::routing::{get as on_get, post};
use axum::{Router, http::StatusCode};
use http::{HeaderName, Request};
use tracking_core::{ManualClock, RunChoice, SessionGap, Timestamp, UserName};
use tracking_tokio::{TrackingLayer, matched_path};

use super::tools::{Tracks, data, get, layer, send, text};

fn app(layer: TrackingLayer) -> Router {
    Router::new()
        .route("/users/{id}", on_get(|| async { "hello" }))
        .route("/users", post(|| async { StatusCode::CREATED }))
        .layer(layer)
}

#[tokio::test]
async fn by_default_the_path_and_nothing_secret_is_recorded() {
    let (layer, tracks) = layer();
    let request = Request::get("/users/7?token=secret")
        .header("authorization", "Basic secret")
        .header("cookie", "id=secret")
        .header("x-request-id", "r-1")
        .body(Body::empty())
        .unwrap();
    assert_eq!(send(&app(layer), request).await, "hello");
    assert_eq!(
        text(&tracks.one()),
        r#"/users/7 "" {"bytes":5,"method":"GET","request_id":"r-1","status":200}"#
    );
}

#[tokio::test]
async fn the_task_is_the_route_where_there_is_one() {
    let (layer, tracks) = layer();
    let app = app(layer.task(matched_path));
    send(&app, get("/users/7")).await;
    send(&app, get("/nowhere")).await;
    send(&app, Request::post("/users").body(Body::empty()).unwrap()).await;
    send(&app, Request::delete("/users").body(Body::empty()).unwrap()).await;
    let texts: Vec<String> = tracks.all().iter().map(text).collect();
    assert_eq!(
        texts,
        [
            r#"/users/{id} "" {"bytes":5,"method":"GET","status":200}"#,
            r#"/nowhere "" {"bytes":0,"method":"GET","status":404}"#,
            r#"/users "" {"bytes":0,"method":"POST","status":201}"#,
            r#"/users "" {"bytes":0,"method":"DELETE","status":405}"#,
        ]
    );
}

#[tokio::test]
async fn the_user_and_the_time_are_those_that_are_found() {
    let (layer, tracks) = layer();
    let time = Timestamp::from_secs(1000).unwrap();
    let layer = layer
        .clock(std::sync::Arc::new(ManualClock::new(time)))
        .user(|request| UserName::new(request.headers.get("x-user")?.to_str().ok()?).ok());
    let request = Request::get("/").header("x-user", "anna");
    let app = app(layer);
    send(&app, request.body(Body::empty()).unwrap()).await;
    send(&app, get("/")).await;
    let [first, second] = <[_; 2]>::try_from(tracks.all()).unwrap();
    assert_eq!((first.user().as_str(), first.time()), ("anna", Some(time)));
    assert_eq!(second.user(), &UserName::nobody());
}

#[tokio::test]
async fn chosen_headers_and_parameters_are_recorded_and_secrets_hidden() {
    let (layer, tracks) = layer();
    let header = HeaderName::from_static;
    let layer = layer
        .task(matched_path)
        .record_path()
        .query_parameter("page")
        .request_header(header("accept"))
        .request_header(header("authorization"))
        .response_header(header("content-type"))
        .request_id_header(header("x-id"));
    let request = Request::get("/users/7?page=3&token=secret")
        .header("accept", "text/html")
        .header("authorization", "Basic secret")
        .header("x-id", "r-2")
        .header("x-request-id", "other");
    send(&app(layer), request.body(Body::empty()).unwrap()).await;
    let expected = serde_json::json!({
        "bytes": 5, "method": "GET", "path": "/users/7", "query": {"page": "3"},
        "request_headers": {"accept": "text/html", "authorization": "(hidden)"},
        "request_id": "r-2",
        "response_headers": {"content-type": "text/plain; charset=utf-8"}, "status": 200,
    });
    assert_eq!(serde_json::Value::Object(data(&tracks.one())), expected);
}

#[tokio::test]
async fn a_request_id_of_the_response_is_taken_where_the_request_has_none() {
    let (layer, tracks) = layer();
    let handler = || async { ([("x-request-id", "made")], "hello") };
    let app = Router::new().route("/", on_get(handler)).layer(layer);
    send(&app, get("/")).await;
    assert_eq!(data(&tracks.one())["request_id"], "made");
}

#[tokio::test]
async fn a_long_path_is_cut() {
    let (layer, tracks) = layer();
    send(&app(layer), get(&format!("/{}", "a".repeat(10_000)))).await;
    assert!(tracks.one().task().len() < 1100);
}

#[tokio::test]
async fn a_request_that_has_no_path_has_a_task() {
    let tracks = Tracks::default();
    let app = app(TrackingLayer::new(tracks.clone()));
    let request = Request::builder().method("CONNECT").uri("example.com:443");
    send(&app, request.body(Body::empty()).unwrap()).await;
    send(&app, Request::options("*").body(Body::empty()).unwrap()).await;
    let tasks: Vec<String> = tracks
        .all()
        .iter()
        .map(|track| track.task().to_string())
        .collect();
    assert_eq!(tasks, ["(no path)", "*"]);
}

#[tokio::test]
async fn requests_go_into_the_session_of_their_user() {
    let run_of = async |choose: fn(TrackingLayer) -> TrackingLayer| {
        let (layer, tracks) = layer();
        send(&app(choose(layer)), get("/users/7")).await;
        tracks.one().run()
    };
    let half_an_hour = RunChoice::Session(SessionGap::default());
    assert_eq!(run_of(|layer| layer).await, half_an_hour);
    let second = std::time::Duration::from_secs(1);
    let expected = RunChoice::Session(second.into());
    assert_eq!(
        run_of(|layer| layer.session_gap(std::time::Duration::from_secs(1))).await,
        expected
    );
    let current = run_of(TrackingLayer::in_current_run).await;
    assert_eq!(current, RunChoice::Current);
}
