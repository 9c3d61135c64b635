//! Web sockets of axum, with a client that knows nothing of it.

use axum::Extension;
use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::client_async;
use tracking_core::{NewTrack, UserName};
use tracking_tokio::{RequestTrack, TrackSink as _, TrackingLayer, matched_path};

use super::tools::{Tracks, text};

/// Answers each message with itself, and records at the end how many there were.
async fn echo(
    upgrade: WebSocketUpgrade,
    Extension(track): Extension<RequestTrack>,
    Extension(tracks): Extension<Tracks>,
) -> Response {
    track.set_user(UserName::new("anna").unwrap());
    upgrade.on_upgrade(async move |mut socket| {
        let mut messages = 0;
        while let Some(Ok(message)) = socket.recv().await {
            if let Message::Text(_) = message {
                socket.send(message).await.unwrap();
                messages += 1;
            }
        }
        let data = serde_json::json!({"duration_ms": 1, "messages": messages});
        tracks.take(NewTrack::new("socket closed", "anna", data).unwrap());
        // What comes after the response has been recorded changes nothing.
        track.insert("messages", messages);
    })
}

#[tokio::test]
async fn a_web_socket_is_recorded_when_it_opens_and_its_handler_records_the_end() {
    let tracks = Tracks::default();
    let app = Router::new()
        .route("/chat/{room}", any(echo))
        .layer(TrackingLayer::new(tracks.clone()).task(matched_path))
        .layer(Extension(tracks.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });

    let stream = TcpStream::connect(address).await.unwrap();
    let url = format!("ws://{address}/chat/7?token=secret");
    let (mut socket, response) = client_async(url, stream).await.unwrap();
    assert_eq!(response.status(), 101);
    let opened =
        r#"/chat/{room} "anna" {"bytes":0,"method":"GET","outcome":"upgraded","status":101}"#;
    assert_eq!(text(&tracks.one()), opened);
    for message in ["one", "two"] {
        socket.send(message.into()).await.unwrap();
        assert_eq!(
            socket.next().await.unwrap().unwrap().into_text().unwrap(),
            message
        );
    }
    assert_eq!(text(&tracks.one()), opened);
    socket.close(None).await.unwrap();
    tracks.wait_for(2).await;
    let closed = text(&tracks.all()[1]);
    assert_eq!(closed, r#"socket closed "anna" {"messages":2}"#);

    // Without a handshake, it is a request like any other.
    let answer = plain_request(address).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    tracks.wait_for(3).await;
    assert!(text(&tracks.all()[2]).ends_with(r#""status":400}"#));
}

/// The head of the answer to a plain request.
async fn plain_request(address: std::net::SocketAddr) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = "GET /chat/7 HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
