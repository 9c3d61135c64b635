//! A bounded load generator: connections that ask one request after the other.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What the clients have seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The ids of requests that were sent, as far as is known.
    pub(crate) sent: BTreeSet<String>,
    /// The ids of requests with a whole response.
    pub(crate) answered: BTreeSet<String>,
}

impl Seen {
    pub(crate) fn add(&mut self, other: Self) {
        self.sent.extend(other.sent);
        self.answered.extend(other.answered);
    }
}

/// A load that is being made.
#[derive(Clone, Default)]
pub(crate) struct Load {
    answers: Arc<AtomicU64>,
    stops: Arc<AtomicBool>,
}

impl Load {
    /// How many answers there are so far.
    pub(crate) fn answers(&self) -> u64 {
        self.answers.load(SeqCst)
    }

    /// Waits for this many answers; fails where a connection breaks before.
    pub(crate) async fn wait_for(&self, answers: u64) {
        while self.answers() < answers {
            let is_broken = self.stops.load(SeqCst);
            assert!(
                !is_broken || self.answers() >= answers,
                "a connection broke"
            );
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    /// Makes requests over so many connections until there are enough answers, or a connection
    /// breaks. Each request has an id of its own that begins with `name`.
    pub(crate) async fn run(
        &self,
        address: SocketAddr,
        name: &str,
        connections: usize,
        answers: u64,
    ) -> Seen {
        let connections: Vec<_> = (0..connections)
            .map(|n| {
                let (load, name) = (self.clone(), format!("{name}-{n}"));
                tokio::spawn(async move { load.connection(address, &name, answers).await })
            })
            .collect();
        let mut seen = Seen::default();
        for connection in connections {
            seen.add(connection.await.unwrap());
        }
        seen
    }

    async fn connection(&self, address: SocketAddr, name: &str, answers: u64) -> Seen {
        let mut seen = Seen::default();
        let Ok(mut stream) = TcpStream::connect(address).await else {
            return seen;
        };
        for n in 0_u64.. {
            if self.answers() >= answers || self.stops.load(SeqCst) {
                break;
            }
            let (id, kind) = (
                format!("{name}-{n}"),
                KINDS[usize::try_from(n % 5).unwrap()],
            );
            seen.sent.insert(id.clone());
            if ask(&mut stream, kind, &id).await.is_none() {
                self.stops.store(true, SeqCst);
                break;
            }
            seen.answered.insert(id);
            self.answers.fetch_add(1, SeqCst);
        }
        seen
    }
}

/// What is asked for: a short answer, a stream, an error, no body.
const KINDS: [&str; 5] = [
    "GET /hello",
    "GET /stream",
    "GET /none",
    "HEAD /hello",
    "POST /empty",
];

/// Asks for one response, and reads it to its end; nothing where the connection breaks.
async fn ask(stream: &mut TcpStream, kind: &str, id: &str) -> Option<()> {
    let request = format!(
        "{kind} HTTP/1.1\r\nhost: test\r\nx-request-id: {id}\r\nx-user: {}\r\ncontent-length: 0\r\n\r\n",
        id.split('-').nth(1)?
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut response = Vec::new();
    while !is_whole(&response, kind.starts_with("HEAD")) {
        if stream.read_buf(&mut response).await.ok()? == 0 {
            return None;
        }
    }
    Some(())
}

fn is_whole(response: &[u8], has_no_body: bool) -> bool {
    let text = std::str::from_utf8(response).unwrap();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let head = head.to_ascii_lowercase();
    if has_no_body || head.starts_with("http/1.1 204") {
        true
    } else if head.contains("transfer-encoding: chunked") {
        body.ends_with("0\r\n\r\n")
    } else {
        let length = head.split("content-length: ").nth(1).unwrap();
        let length = length.lines().next().unwrap().parse::<usize>().unwrap();
        body.len() >= length
    }
}
