//! HTTP/2: many streams over one connection, resets and trailers.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer as _, service_fn};
use tracking_tokio::TrackingLayer;

use super::tools::{Tracks, data, text};

type Client = SendRequest<Empty<Bytes>>;

/// A client with one connection to a server that speaks HTTP/2 only.
async fn client() -> (Client, Tracks) {
    let tracks = Tracks::default();
    let service = TrackingLayer::new(tracks.clone()).layer(service_fn(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let service = TowerToHyperService::new(service);
        builder
            .serve_connection(TokioIo::new(stream), service)
            .await
    });
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream);
    let (sender, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    (sender, tracks)
}

/// The path says what is answered: `/wait/…` nothing, `/endless` a stream that does not end,
/// `/trailers` one that ends with trailers, and else one of two chunks.
async fn answer(
    request: Request<Incoming>,
) -> Result<Response<impl http_body::Body<Data = Bytes, Error = Infallible>>, Infallible> {
    let path = request.uri().path();
    if path.starts_with("/wait") {
        std::future::pending::<()>().await;
    }
    let data = |text: &'static str| Frame::data(Bytes::from_static(text.as_bytes()));
    let mut frames = VecDeque::from([data("one"), data("two")]);
    if path == "/trailers" {
        let trailers =
            HeaderMap::from_iter([("grpc-status".parse().unwrap(), "0".parse().unwrap())]);
        frames.push_back(Frame::trailers(trailers));
    }
    let is_endless = path == "/endless";
    Ok(Response::new(StreamBody::new(Frames {
        frames,
        is_endless,
    })))
}

struct Frames {
    frames: VecDeque<Frame<Bytes>>,
    is_endless: bool,
}

impl futures_core::Stream for Frames {
    type Item = Result<Frame<Bytes>, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        match self.frames.pop_front() {
            None if self.is_endless => std::task::Poll::Pending,
            frame => std::task::Poll::Ready(frame.map(Ok)),
        }
    }
}

async fn ask(client: &mut Client, path: &str) -> Response<Incoming> {
    client.ready().await.unwrap();
    let request = Request::get(format!("http://test{path}"));
    let response = client.send_request(request.body(Empty::new()).unwrap());
    response.await.unwrap()
}

#[tokio::test]
async fn each_stream_of_a_connection_is_recorded_once() {
    let (client, tracks) = client().await;
    let streams = (0..50).map(|n| {
        let mut client = client.clone();
        tokio::spawn(async move {
            let response = ask(&mut client, &format!("/{n:02}")).await;
            response.into_body().collect().await.unwrap().to_bytes()
        })
    });
    for stream in streams.collect::<Vec<_>>() {
        assert_eq!(stream.await.unwrap(), "onetwo");
    }
    let mut recorded: Vec<_> = tracks.all().iter().map(text).collect();
    recorded.sort();
    let expected = |n| format!(r#"/{n:02} "" {{"bytes":6,"method":"GET","status":200}}"#);
    assert_eq!(recorded, (0..50).map(expected).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_that_ends_with_trailers_is_complete() {
    let (mut client, tracks) = client().await;
    let response = ask(&mut client, "/trailers").await;
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap()["grpc-status"], "0");
    let expected = r#"/trailers "" {"bytes":6,"method":"GET","status":200}"#;
    assert_eq!(text(&tracks.one()), expected);
}

#[tokio::test]
async fn a_stream_that_the_client_resets_is_cancelled_and_the_others_go_on() {
    let (mut client, tracks) = client().await;
    // Reset within its body: dropping a body resets its stream.
    let mut body = ask(&mut client, "/endless").await.into_body();
    body.frame().await.unwrap().unwrap();
    body.frame().await.unwrap().unwrap();
    drop(body);
    tracks.wait_for(1).await;
    let expected = r#"/endless "" {"bytes":6,"method":"GET","outcome":"cancelled","status":200}"#;
    assert_eq!(text(&tracks.one()), expected);
    // Reset before there is a response.
    let mut waiting = client.clone();
    let asked = ask(&mut waiting, "/wait");
    assert!(
        tokio::time::timeout(Duration::from_millis(50), asked)
            .await
            .is_err()
    );
    tracks.wait_for(2).await;
    let second = text(&tracks.all()[1]);
    assert_eq!(
        second,
        r#"/wait "" {"bytes":0,"method":"GET","outcome":"cancelled"}"#
    );
    let response = ask(&mut client, "/other").await;
    response.into_body().collect().await.unwrap();
    assert_eq!(data(&tracks.all()[2])["status"], 200);
    assert_eq!(tracks.len(), 3);
}

#[tokio::test]
async fn a_connection_that_breaks_cancels_its_streams() {
    let (client, tracks) = client().await;
    let streams: Vec<_> = (0..5)
        .map(|n| {
            let mut client = client.clone();
            tokio::spawn(async move { ask(&mut client, &format!("/wait/{n}")).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    for stream in streams {
        stream.abort();
    }
    drop(client);
    tracks.wait_for(5).await;
    let outcomes: Vec<_> = tracks
        .all()
        .iter()
        .map(|track| data(track)["outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["cancelled"; 5]);
}
