//! What handlers add.

use axum::routing::get as on_get;
use axum::{Extension, Router};
use tracking_core::{TaskId, UserName};
use tracking_tokio::RequestTrack;

use super::tools::{data, get, layer, send, text};

#[tokio::test]
async fn a_handler_sets_user_and_task_and_adds_data() {
    let (layer, tracks) = layer();
    let handler = |Extension(track): Extension<RequestTrack>| async move {
        track.set_user(UserName::new("anna").unwrap());
        track.set_task(TaskId::new("lesson-1").unwrap());
        track.insert("page", 3);
        track.insert("answer", serde_json::json!({"b": true}));
        "hello"
    };
    let app = Router::new().route("/", on_get(handler)).layer(layer);
    send(&app, get("/")).await;
    assert_eq!(
        text(&tracks.one()),
        r#"lesson-1 "anna" {"answer":{"b":true},"bytes":5,"method":"GET","page":3,"status":200}"#
    );
}

#[tokio::test]
async fn a_handler_may_have_its_request_not_recorded() {
    let (layer, tracks) = layer();
    let handler = |Extension(track): Extension<RequestTrack>| async move { track.skip() };
    let app = Router::new().route("/", on_get(handler)).layer(layer);
    send(&app, get("/")).await;
    assert_eq!(tracks.len(), 0);
}

#[tokio::test]
async fn the_extension_exists_also_where_nothing_is_recorded() {
    let (layer, tracks) = layer();
    let handler = |Extension(track): Extension<RequestTrack>| async move {
        track.insert("page", 3);
        "hello"
    };
    let app = Router::new()
        .route("/", on_get(handler))
        .layer(layer.filter(|_| false));
    assert_eq!(send(&app, get("/")).await, "hello");
    assert_eq!(tracks.len(), 0);
}

#[tokio::test]
async fn what_is_added_while_the_body_is_streamed_is_recorded() {
    let (layer, tracks) = layer();
    let handler = |Extension(track): Extension<RequestTrack>| async move {
        let body = super::outcomes::Chunks::new(["a", "b"], move |chunk| {
            track.insert("last", chunk);
        });
        axum::body::Body::new(body)
    };
    let app = Router::new().route("/", on_get(handler)).layer(layer);
    assert_eq!(send(&app, get("/")).await, "ab");
    assert_eq!(data(&tracks.one())["last"], "b");
}
