//! How requests end, and that each is recorded once whatever happens.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get as on_get;
use http::Request;
use http_body::Frame;
use http_body_util::BodyExt as _;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::tools::{data, get, layer, respond, send, text};

/// A body of several chunks.
pub(crate) struct Chunks {
    left: VecDeque<&'static str>,
    seen: Box<dyn FnMut(&'static str) + Send>,
    /// Fails at the end instead of ending.
    fails: bool,
}

impl Chunks {
    pub(crate) fn new(
        chunks: impl IntoIterator<Item = &'static str>,
        seen: impl FnMut(&'static str) + Send + 'static,
    ) -> Self {
        Self {
            left: chunks.into_iter().collect(),
            seen: Box::new(seen),
            fails: false,
        }
    }

    fn failing(chunks: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            fails: true,
            ..Self::new(chunks, |_| ())
        }
    }
}

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(match self.left.pop_front() {
            Some(chunk) => {
                (self.seen)(chunk);
                Some(Ok(Frame::data(Bytes::from_static(chunk.as_bytes()))))
            }
            None if self.fails => Some(Err(io::Error::other("on purpose"))),
            None => None,
        })
    }
}

fn streaming(body: fn() -> Chunks) -> (Router, super::tools::Tracks) {
    let (layer, tracks) = layer();
    let handler = move || async move { Body::new(body()) };
    let app = Router::new().route("/", on_get(handler)).layer(layer);
    (app, tracks)
}

#[tokio::test]
async fn a_stream_is_recorded_at_its_end_with_all_its_bytes() {
    let (app, tracks) = streaming(|| Chunks::new(["one", "two", "three"], |_| ()));
    let response = respond(&app, get("/")).await;
    assert_eq!(tracks.len(), 0, "it is not over yet");
    response.into_body().collect().await.unwrap();
    assert_eq!(
        text(&tracks.one()),
        r#"/ "" {"bytes":11,"method":"GET","status":200}"#
    );
}

#[tokio::test]
async fn a_stream_that_is_dropped_is_cancelled() {
    let (app, tracks) = streaming(|| Chunks::new(["one", "two"], |_| ()));
    let mut body = respond(&app, get("/")).await.into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_eq!(
        text(&tracks.one()),
        r#"/ "" {"bytes":3,"method":"GET","outcome":"cancelled","status":200}"#
    );
}

#[tokio::test]
async fn a_stream_that_fails_is_recorded_as_failed() {
    let (app, tracks) = streaming(|| Chunks::failing(["one"]));
    let body = respond(&app, get("/")).await.into_body();
    assert!(body.collect().await.is_err());
    assert_eq!(data(&tracks.one())["outcome"], "failed");
}

#[tokio::test]
async fn a_handler_that_is_dropped_before_its_response_is_cancelled() {
    let (layer, tracks) = layer();
    let app = Router::new()
        .route("/", on_get(std::future::pending::<String>))
        .layer(layer);
    let response = app.oneshot(get("/"));
    let late = tokio::time::timeout(std::time::Duration::from_millis(10), response).await;
    assert!(late.is_err());
    assert_eq!(
        text(&tracks.one()),
        r#"/ "" {"bytes":0,"method":"GET","outcome":"cancelled"}"#
    );
}

#[tokio::test]
async fn a_service_that_fails_is_recorded_as_failed() {
    let (layer, tracks) = layer();
    let failing = |_: Request<Body>| async { Err::<Response, _>("on purpose") };
    let service = layer.layer(service_fn(failing));
    assert!(service.oneshot(get("/")).await.is_err());
    assert_eq!(
        text(&tracks.one()),
        r#"/ "" {"bytes":0,"method":"GET","outcome":"failed"}"#
    );
}

#[tokio::test]
async fn a_handler_that_panics_has_failed() {
    let (layer, tracks) = layer();
    let panicking = |_: Request<Body>| async { panic!("on purpose") };
    let service = layer.layer(service_fn::<_>(move |request| {
        let future = panicking(request);
        async { Ok::<Response, Infallible>(future.await) }
    }));
    assert!(tokio::spawn(service.oneshot(get("/"))).await.is_err());
    assert_eq!(data(&tracks.one())["outcome"], "failed");
}

#[tokio::test]
async fn a_service_that_panics_before_it_has_a_future_has_failed() {
    let (layer, tracks) = layer();
    let service = layer.layer(service_fn(
        |_: Request<Body>| -> std::future::Ready<Result<Response, Infallible>> {
            panic!("on purpose")
        },
    ));
    assert!(tokio::spawn(service.oneshot(get("/"))).await.is_err());
    assert_eq!(data(&tracks.one())["outcome"], "failed");
}

#[tokio::test]
async fn a_body_that_panics_has_failed() {
    let (app, tracks) = streaming(|| {
        Chunks::new(["one", "two"], |chunk| {
            assert_eq!(chunk, "one", "on purpose");
        })
    });
    let body = respond(&app, get("/")).await.into_body();
    assert!(tokio::spawn(body.collect()).await.is_err());
    assert_eq!(
        text(&tracks.one()),
        r#"/ "" {"bytes":3,"method":"GET","outcome":"failed","status":200}"#
    );
}

#[tokio::test]
async fn a_response_without_a_body_is_complete_although_nobody_reads_it() {
    let (layer, tracks) = layer();
    let app = Router::new()
        .route("/hello", on_get(|| async { "hello" }))
        .route("/none", on_get(|| async { StatusCode::NO_CONTENT }))
        .layer(layer);
    let head = Request::head("/hello").body(Body::empty()).unwrap();
    drop(respond(&app, head).await);
    drop(respond(&app, get("/none")).await);
    let outcomes: Vec<String> = tracks.all().iter().map(text).collect();
    assert_eq!(
        outcomes,
        [
            r#"/hello "" {"bytes":0,"method":"HEAD","status":200}"#,
            r#"/none "" {"bytes":0,"method":"GET","status":204}"#,
        ]
    );
}

#[tokio::test]
async fn an_upgrade_is_recorded_with_its_response() {
    let (layer, tracks) = layer();
    let app = Router::new()
        .route(
            "/socket",
            on_get(|| async { StatusCode::SWITCHING_PROTOCOLS }),
        )
        .layer(layer);
    send(&app, get("/socket")).await;
    assert_eq!(data(&tracks.one())["outcome"], "upgraded");
    assert_eq!(data(&tracks.one())["status"], 101);
}

#[tokio::test]
async fn a_response_is_recorded_before_its_last_bytes_are_handed_on() {
    // One whose end its body knows, and one whose end only its header tells.
    let (layer, tracks) = layer();
    let known = || async { "hello" };
    let outcomes = || async {
        let body = Body::new(Chunks::new(["he", "llo"], |_| ()));
        Response::builder()
            .header("content-length", "5")
            .body(body)
            .unwrap()
    };
    let app = Router::new()
        .route("/known", on_get(known))
        .route("/told", on_get(outcomes))
        .layer(layer);
    for (uri, frames) in [("/known", 1), ("/told", 2)] {
        let before = tracks.len();
        let mut body = respond(&app, get(uri)).await.into_body();
        for _ in 0..frames {
            assert_eq!(tracks.len(), before);
            body.frame().await.unwrap().unwrap();
        }
        assert_eq!(tracks.len(), before + 1, "{uri}");
        drop(body);
        assert_eq!(tracks.len(), before + 1, "{uri}");
        assert!(data(tracks.all().last().unwrap()).get("outcome").is_none());
    }
}
