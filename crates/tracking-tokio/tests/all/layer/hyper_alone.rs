//! hyper without axum: its own services, and upgrades made by hand.

use std::convert::Infallible;
use std::net::SocketAddr;

use http::header::{CONNECTION, UPGRADE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer as _, service_fn};
use tracking_core::TaskId;
use tracking_tokio::{RequestTrack, TrackingLayer};

use super::tools::{Tracks, text};

/// Serves with hyper alone, until the runtime ends.
async fn serve() -> (SocketAddr, Tracks) {
    let tracks = Tracks::default();
    let layer = TrackingLayer::new(tracks.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(layer.layer(service_fn(answer)));
            let connection = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades();
            tokio::spawn(connection);
        }
    });
    (address, tracks)
}

async fn answer(mut request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::default());
    let is_upgrade = request.headers().contains_key(UPGRADE);
    if is_upgrade || request.method() == Method::CONNECT {
        tokio::spawn(echo(hyper::upgrade::on(&mut request)));
        if is_upgrade {
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            let headers = response.headers_mut();
            headers.insert(CONNECTION, "upgrade".parse().unwrap());
            headers.insert(UPGRADE, "echo".parse().unwrap());
        }
        return Ok(response);
    }
    let track: RequestTrack = request.extensions().get().cloned().unwrap();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    track.insert("received", body.len());
    track.set_task(TaskId::new("upload").unwrap());
    *response.body_mut() = Full::new(body);
    Ok(response)
}

/// Sends back what it receives over a connection that has been upgraded.
async fn echo(upgrade: hyper::upgrade::OnUpgrade) {
    let (mut reading, mut writing) = tokio::io::split(TokioIo::new(upgrade.await.unwrap()));
    tokio::io::copy(&mut reading, &mut writing).await.unwrap();
}

#[tokio::test]
async fn a_request_to_a_service_of_hyper_is_recorded() {
    let (address, tracks) = serve().await;
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    for body in ["hello", "", "hello again"] {
        let request = Request::post("/upload?token=secret").header("host", "test");
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let response = sender.send_request(request).await.unwrap();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(answer, body);
    }
    let expected = [5, 0, 11].map(|bytes| {
        format!(r#"upload "" {{"bytes":{bytes},"method":"POST","received":{bytes},"status":200}}"#)
    });
    let recorded: Vec<_> = tracks.all().iter().map(text).collect();
    assert_eq!(recorded, expected);
}

#[tokio::test]
async fn an_upgraded_connection_is_recorded_once_and_goes_on() {
    for (request, status, expected) in [
        (
            "GET /echo HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n",
            "HTTP/1.1 101 ",
            r#"/echo "" {"bytes":0,"method":"GET","outcome":"upgraded","status":101}"#,
        ),
        (
            "CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n",
            "HTTP/1.1 200 ",
            r#"(no path) "" {"bytes":0,"method":"CONNECT","outcome":"upgraded","status":200}"#,
        ),
    ] {
        let (address, tracks) = serve().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(status.as_bytes()), "{head:?}");
        assert_eq!(
            text(&tracks.one()),
            expected,
            "it does not wait for the end"
        );
        stream.write_all(b"ping").await.unwrap();
        let mut answer = [0; 4];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"ping");
        drop(stream);
        assert_eq!(tracks.len(), 1);
    }
}

#[tokio::test]
async fn a_refused_upgrade_is_a_request_like_any_other() {
    let (layer, tracks) = super::tools::layer();
    let refusing = service_fn(async |_: Request<Empty<Bytes>>| {
        let response = Response::builder().status(StatusCode::UPGRADE_REQUIRED);
        Ok::<_, Infallible>(response.body(Full::new(Bytes::from("no"))).unwrap())
    });
    let request = Request::get("/echo").header("upgrade", "other");
    let response =
        tower::ServiceExt::oneshot(layer.layer(refusing), request.body(Empty::new()).unwrap());
    response.await.unwrap().into_body().collect().await.unwrap();
    let expected = r#"/echo "" {"bytes":2,"method":"GET","status":426}"#;
    assert_eq!(text(&tracks.one()), expected);
}
