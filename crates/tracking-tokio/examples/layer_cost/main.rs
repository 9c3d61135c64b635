//! Measures the processor time that recording adds to a request.
//!
//! `cargo run --release -p tracking-tokio --all-features --example layer_cost [REQUESTS] [ROUNDS]`
//!
//! Two axum programs answer requests over loopback, one with the layer and one without, in turns.
//! Each serves on one thread. The time is what the kernel accounts to the threads (Linux), not
//! what passes: that of the serving thread, and apart from it that of the thread that saves.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use std::{env, fs, thread};

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tracking_btree::BTreeStorage;
use tracking_core::{NewTrack, Query, TrackingStorage, UserName};
use tracking_logfile::RecordLogger;
use tracking_sqlite::SqliteStorage;
use tracking_tokio::{Recorder, TrackingLayer, matched_path};

type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Answer<()> {
    let mut args = env::args().skip(1);
    let requests = args.next().map_or(Ok(5_000), |text| text.parse::<u32>())?;
    // The same number over each connection.
    let requests = requests.next_multiple_of(CONNECTIONS);
    let rounds = args.next().map_or(Ok(21), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    println!(
        "Processor time in µs a request, median and quartiles of {rounds} rounds of {requests} requests:\n"
    );
    print_row(
        "",
        "without the layer",
        "added where it serves",
        "added where it saves",
    );
    let none = layer(TrackingLayer::new(|_: NewTrack| ()));
    measure(
        "layer, recording nothing",
        none,
        requests,
        rounds,
        || Ok(()),
    )?;
    let log = layer(TrackingLayer::new(log(&folder, "requests.log")?));
    measure("into a record log", log, requests, rounds, || Ok(()))?;
    let memory: Arc<dyn TrackingStorage> = Arc::new(BTreeStorage::new());
    let file: Arc<dyn TrackingStorage> =
        Arc::new(SqliteStorage::open(folder.path().join("tracks.db"))?);
    let ahead: Arc<dyn TrackingStorage> = Arc::new(BTreeStorage::new());
    let log = self::log(&folder, "ahead.log")?;
    for (name, store, builder) in [
        (
            "recorder, store in memory",
            &memory,
            Recorder::builder(Arc::clone(&memory)),
        ),
        (
            "recorder, SQLite file",
            &file,
            Recorder::builder(Arc::clone(&file)),
        ),
        (
            "recorder that writes ahead",
            &ahead,
            Recorder::builder(Arc::clone(&ahead)).write_ahead(log),
        ),
    ] {
        let recorder = builder.build()?;
        let recording = layer(TrackingLayer::new(recorder.clone()));
        measure(name, recording, requests, rounds, || {
            Ok(recorder.flush(Duration::from_mins(1))?)
        })?;
        // One more round than is counted warms up.
        let (saved, made) = (
            store.count(&Query::all())?,
            u64::from(requests) * (rounds as u64 + 1),
        );
        if saved != made {
            return Err(format!("{saved} of {made} requests were saved").into());
        }
    }
    Ok(())
}

fn log(folder: &tempfile::TempDir, name: &str) -> Answer<RecordLogger> {
    Ok(RecordLogger::builder(name, folder.path().join(name)).build()?)
}

fn print_row(name: &str, alone: &str, serving: &str, saving: &str) {
    println!("{name:28} {alone:>22} {serving:>22} {saving:>22}");
}

fn layer(layer: TrackingLayer) -> TrackingLayer {
    layer.task(matched_path).user(|request| {
        let user = request.headers.get("x-user")?.to_str().ok()?;
        UserName::new(user).ok()
    })
}

fn app() -> Router {
    Router::new().route("/lesson/{page}", get(|| async { "This is a page." }))
}

fn measure(
    name: &str,
    layer: TrackingLayer,
    requests: u32,
    rounds: usize,
    finish: impl Fn() -> Answer<()>,
) -> Answer<()> {
    let mut without = Server::start(app())?;
    let mut with = Server::start(app().layer(layer))?;
    let (mut alone, mut serving, mut saving) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let plain = without.used_by(requests, || Ok(()))?;
        let recorded = with.used_by(requests, &finish)?;
        if round > 0 {
            alone.push(plain.serving);
            serving.push(recorded.serving - plain.serving);
            saving.push(recorded.others - plain.others);
        }
    }
    print_row(
        name,
        &quartiles(alone),
        &quartiles(serving),
        &quartiles(saving),
    );
    Ok(())
}

fn quartiles(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    let at = |quarter| {
        values
            .get(values.len() * quarter / 4)
            .copied()
            .unwrap_or_default()
    };
    format!("{:.1} ({:.1} to {:.1})", at(2), at(1), at(3))
}

/// Microseconds a request.
struct Used {
    serving: f64,
    others: f64,
}

/// How many connections ask at the same time, so that the server always has something to do.
const CONNECTIONS: u32 = 8;

/// A program that serves on a thread of its own, and its only client.
struct Server {
    /// The kernel's account of the thread.
    account: PathBuf,
    connections: Vec<TcpStream>,
}

impl Server {
    fn start(app: Router) -> Answer<Self> {
        let (started, starts) = mpsc::channel();
        thread::spawn(move || serve(app, &started));
        let (account, address) = starts.recv()?;
        let connections = (0..CONNECTIONS)
            .map(|_| {
                let connection = TcpStream::connect(address)?;
                connection.set_nodelay(true)?;
                Ok(connection)
            })
            .collect::<io::Result<_>>()?;
        Ok(Self {
            account,
            connections,
        })
    }

    /// What answering so many requests uses, until all of it is done.
    fn used_by(&mut self, requests: u32, finish: impl Fn() -> Answer<()>) -> Answer<Used> {
        let before = self.accounts()?;
        for round in 0..requests / CONNECTIONS {
            for (connection, n) in self.connections.iter_mut().zip(0..) {
                send_request(connection, round * CONNECTIONS + n)?;
            }
            self.connections.iter_mut().try_for_each(read_response)?;
        }
        finish()?;
        let after = self.accounts()?;
        let each = |nanoseconds: f64| nanoseconds / 1e3 / f64::from(requests);
        Ok(Used {
            serving: each(after.serving - before.serving),
            others: each(after.others - before.others),
        })
    }

    /// Nanoseconds that the threads have used so far: the serving one, and all others but the
    /// client's.
    fn accounts(&self) -> Answer<Used> {
        let client = own_account()?;
        let mut used = Used {
            serving: used(&self.account)?,
            others: 0.0,
        };
        for thread in fs::read_dir("/proc/self/task")? {
            let account = thread?.path();
            if account.file_name() != self.account.file_name()
                && account.file_name() != client.file_name()
            {
                used.others += self::used(&account)?;
            }
        }
        Ok(used)
    }
}

fn send_request(connection: &mut TcpStream, n: u32) -> Answer<()> {
    let request = format!(
        "GET /lesson/{n} HTTP/1.1\r\nhost: localhost\r\nuser-agent: layer_cost\r\naccept: */*\r\n\
         x-user: anna\r\nx-request-id: 0123456789abcdef\r\n\r\n"
    );
    Ok(connection.write_all(request.as_bytes())?)
}

/// Reads a response to its end.
fn read_response(connection: &mut TcpStream) -> Answer<()> {
    let mut response = [0; 1024];
    let mut read = 0;
    while !response
        .get(..read)
        .is_some_and(|text| text.ends_with(b"This is a page."))
    {
        match connection.read(response.get_mut(read..).unwrap_or_default())? {
            0 => return Err("the server has closed the connection".into()),
            more => read += more,
        }
    }
    Ok(())
}

fn serve(app: Router, started: &mpsc::Sender<(PathBuf, SocketAddr)>) -> Answer<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        started.send((own_account()?, listener.local_addr()?))?;
        Ok(axum::serve(listener, app).await?)
    })
}

/// Where the kernel accounts for this thread.
fn own_account() -> Answer<PathBuf> {
    Ok(PathBuf::from("/proc").join(fs::read_link("/proc/thread-self")?))
}

fn used(account: &std::path::Path) -> Answer<f64> {
    let account = fs::read_to_string(account.join("schedstat"))?;
    Ok(account
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .parse()?)
}
