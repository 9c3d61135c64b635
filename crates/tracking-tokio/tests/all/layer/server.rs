//! A real server: what hyper does with bodies and connections.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tracking_tokio::TrackingLayer;

use super::outcomes::Chunks;
use super::tools::{Tracks, data};

async fn serve() -> (TcpStream, Tracks) {
    let tracks = Tracks::default();
    let app = Router::new()
        .route("/hello", on_get(|| async { "hello" }))
        .route(
            "/stream",
            on_get(|| async { Body::new(Chunks::new(["a", "b"], |_| ())) }),
        )
        .route(
            "/slow",
            on_get(|| async { tokio::time::sleep(Duration::from_mins(1)).await }),
        )
        .layer(TrackingLayer::new(tracks.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
    (TcpStream::connect(address).await.unwrap(), tracks)
}

async fn ask(stream: &mut TcpStream, request: &str, end: &str) {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    let mut buffer = [0; 1024];
    while !response.ends_with(end) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{response}");
        response.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
}

#[tokio::test]
async fn requests_of_one_connection_are_recorded_when_the_client_has_its_answer() {
    let (mut stream, tracks) = serve().await;
    ask(
        &mut stream,
        "GET /hello HTTP/1.1\r\nhost: a\r\n\r\n",
        "hello",
    )
    .await;
    assert_eq!(tracks.len(), 1);
    ask(
        &mut stream,
        "HEAD /hello HTTP/1.1\r\nhost: a\r\n\r\n",
        "\r\n\r\n",
    )
    .await;
    assert_eq!(tracks.len(), 2);
    ask(
        &mut stream,
        "GET /stream HTTP/1.1\r\nhost: a\r\n\r\n",
        "0\r\n\r\n",
    )
    .await;
    assert_eq!(tracks.len(), 3);
    ask(
        &mut stream,
        "GET /none HTTP/1.1\r\nhost: a\r\n\r\n",
        "\r\n\r\n",
    )
    .await;
    assert_eq!(tracks.len(), 4);
    assert!(
        tracks
            .all()
            .iter()
            .all(|track| data(track).get("outcome").is_none())
    );
}

#[tokio::test]
async fn a_client_that_goes_away_is_recorded_as_cancelled() {
    let (mut stream, tracks) = serve().await;
    let request = "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(stream);
    tracks.wait_for(1).await;
    assert_eq!(data(&tracks.one())["outcome"], "cancelled");
}
