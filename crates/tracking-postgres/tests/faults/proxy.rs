//! A proxy that cuts or freezes a connection after so many messages.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread;
use std::time::Duration;

/// Never cuts.
const NEVER: i64 = i64::MAX;

/// Messages that may still pass, of each side.
#[derive(Debug)]
pub(crate) struct Proxy {
    port: u16,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    from_client: AtomicI64,
    from_server: AtomicI64,
    seen_from_client: AtomicI64,
    seen_from_server: AtomicI64,
    /// How often a client has sent something, however many messages at once.
    flushes: AtomicI64,
    /// Whether a connection stands still instead of being cut.
    freezes: AtomicBool,
    /// Whether the next message of the server follows one that it has not sent.
    adds: AtomicBool,
}

/// Which side's messages are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Proxy {
    /// Passes everything on to a port, until it is told to cut.
    pub(crate) fn start(to: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            from_client: AtomicI64::new(NEVER),
            from_server: AtomicI64::new(NEVER),
            seen_from_client: AtomicI64::new(0),
            seen_from_server: AtomicI64::new(0),
            flushes: AtomicI64::new(0),
            freezes: AtomicBool::new(false),
            adds: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), state) = (client, Arc::clone(&shared)) else {
                    return;
                };
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else {
                    continue;
                };
                pass(client, server, &state);
            }
        });
        Self { port, state }
    }

    /// Where a store reaches the server through it. It reads the messages, so they are not encrypted.
    pub(crate) fn url(&self) -> String {
        let port = self.port;
        format!("postgres://app@127.0.0.1:{port}/postgres?sslmode=disable")
    }

    /// Cuts the connection once so many more messages of a side have passed; only once.
    pub(crate) fn cut_after(&self, side: Side, messages: i64) {
        let left = match side {
            Side::Client => &self.state.from_client,
            Side::Server => &self.state.from_server,
        };
        left.store(messages, Ordering::SeqCst);
    }

    /// Lets the connection stand still once so many more messages of a side have passed, until
    /// [`calm`](Self::calm) cuts it; only once.
    pub(crate) fn freeze_after(&self, side: Side, messages: i64) {
        self.state.freezes.store(true, Ordering::SeqCst);
        self.cut_after(side, messages);
    }

    /// Adds an end of an answer that the server has not sent, and delays what it sends next until the
    /// client has sent something, or half a second; only once.
    pub(crate) fn add_answer(&self) {
        self.state.adds.store(true, Ordering::SeqCst);
    }

    /// Cuts nothing any more, but what was frozen.
    pub(crate) fn calm(&self) {
        self.state.freezes.store(false, Ordering::SeqCst);
        self.state.from_client.store(NEVER, Ordering::SeqCst);
        self.state.from_server.store(NEVER, Ordering::SeqCst);
    }

    /// How many round trips clients have made so far: a client that sends waits for the answer
    /// before it sends again.
    pub(crate) fn round_trips(&self) -> i64 {
        self.state.flushes.load(Ordering::SeqCst)
    }

    /// How many messages have passed so far.
    pub(crate) fn seen(&self, side: Side) -> i64 {
        match side {
            Side::Client => self.state.seen_from_client.load(Ordering::SeqCst),
            Side::Server => self.state.seen_from_server.load(Ordering::SeqCst),
        }
    }
}

fn pass(client: TcpStream, server: TcpStream, state: &Arc<State>) {
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (from_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let one = Arc::clone(state);
    thread::spawn(move || {
        let _ended = pump(
            &from_client,
            to_server,
            true,
            (&one.from_client, &one.seen_from_client),
            (&one.freezes, Some(&one.flushes), None),
        );
    });
    let other = Arc::clone(state);
    thread::spawn(move || {
        let _ended = pump(
            &server,
            client,
            false,
            (&other.from_server, &other.seen_from_server),
            (&other.freezes, None, Some((&other.adds, &other.flushes))),
        );
    });
}

/// Whether to add the end of an answer, and how often the client has sent something.
type Additions<'a> = (&'a AtomicBool, &'a AtomicI64);

/// Passes messages on until an end closes, or no more may pass.
fn pump(
    from: &TcpStream,
    mut to: TcpStream,
    begins_untyped: bool,
    (left, seen): (&AtomicI64, &AtomicI64),
    (freezes, flushes, adds): (&AtomicBool, Option<&AtomicI64>, Option<Additions<'_>>),
) -> io::Result<()> {
    let mut is_untyped = begins_untyped;
    let mut reader = BufReader::with_capacity(1 << 20, from.try_clone()?);
    let mut passed = || -> io::Result<()> {
        loop {
            if let Some(flushes) = flushes.filter(|_| reader.buffer().is_empty()) {
                reader.fill_buf()?;
                flushes.fetch_add(1, Ordering::SeqCst);
            }
            let message = read_message(&mut reader, is_untyped)?;
            is_untyped = false;
            if left.load(Ordering::SeqCst) != NEVER && left.fetch_sub(1, Ordering::SeqCst) <= 0 {
                left.store(NEVER, Ordering::SeqCst);
                while freezes.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(5));
                }
                return Ok(());
            }
            if let Some((adds, sent)) = adds
                && adds.swap(false, Ordering::SeqCst)
            {
                let before = sent.load(Ordering::SeqCst);
                to.write_all(b"Z\0\0\0\x05I")?;
                let is_silent = |_: &i32| sent.load(Ordering::SeqCst) == before;
                (0..100)
                    .take_while(is_silent)
                    .for_each(|_| thread::sleep(Duration::from_millis(5)));
            }
            to.write_all(&message)?;
            seen.fetch_add(1, Ordering::SeqCst);
        }
    };
    let ended = passed();
    let _closed = from.shutdown(Shutdown::Both);
    let _closed = to.shutdown(Shutdown::Both);
    ended
}

fn read_message(from: &mut impl Read, is_untyped: bool) -> io::Result<Vec<u8>> {
    let mut head = vec![0; if is_untyped { 4 } else { 5 }];
    from.read_exact(&mut head)?;
    let length = head[head.len() - 4..].try_into().unwrap();
    let length = u32::from_be_bytes(length) as usize - 4;
    let start = head.len();
    head.resize(start + length, 0);
    from.read_exact(&mut head[start..])?;
    Ok(head)
}
