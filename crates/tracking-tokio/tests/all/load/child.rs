//! A server in a process of its own, to be killed.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tracking_core::TrackingStorage;
use tracking_logfile::RecordLogger;
use tracking_postgres::PostgresStorage;
use tracking_sqlite::SqliteStorage;
use tracking_tokio::{Overflow, Recorder};

use super::tools::{app, serve};

const SINK: &str = "TRACKING_TEST_SINK";
const LOG: &str = "TRACKING_TEST_LOG";
const STORE: &str = "TRACKING_TEST_STORE";
/// A prefix that distinguishes it from the output of the test harness.
const ADDRESS: &str = "address: ";

/// Where the server records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// Into the log alone.
    Log,
    /// By a recorder into the store, or else into the log.
    Spill,
    /// By a recorder into the log and then into the store.
    WriteAhead,
}

/// The program that another test starts; by itself, without a log, it does nothing.
#[test]
fn child() {
    let Some(log) = std::env::var_os(LOG) else {
        return;
    };
    let log = RecordLogger::builder("requests", log).rotate_at(50_000);
    let log = log.build().unwrap();
    let sink = std::env::var(SINK).unwrap();
    let app = match std::env::var(STORE) {
        Err(_) => app(log),
        Ok(store) => recording(Recorder::builder(open(&store)), &sink, log),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let address = serve(app).await;
        println!("{ADDRESS}{address}");
        std::future::pending::<()>().await;
    });
}

fn recording(builder: tracking_tokio::RecorderBuilder, sink: &str, log: RecordLogger) -> Router {
    let builder = if sink == "WriteAhead" {
        builder.write_ahead(log)
    } else {
        builder.overflow(Overflow::spill(log))
    };
    // As by default, but the outages of the tests are shorter than those of life.
    let recorder = builder
        .spill_after(Duration::from_millis(200))
        .backoff(Duration::from_millis(10), Duration::from_millis(100));
    let recorder = recorder.build().unwrap();
    let sink = recorder.clone();
    let counts = async move || {
        recorder.flushed(Duration::from_mins(1)).await.unwrap();
        serde_json::to_string(&recorder.counts()).unwrap()
    };
    // Outside of the layer.
    app(sink).route("/counts", get(counts))
}

fn open(store: &str) -> Arc<dyn TrackingStorage> {
    if store.starts_with("postgres:") {
        Arc::new(PostgresStorage::open(store).unwrap())
    } else {
        Arc::new(SqliteStorage::open(store).unwrap())
    }
}

/// The process, as its test has it. It ends with this value.
pub(crate) struct Server(Child);

impl Server {
    /// Starts a server that records into this log, and into this store unless into the log alone.
    pub(crate) fn start(sink: Sink, store: &str, log: &Path) -> (Self, SocketAddr) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "load::child::child", "--nocapture"])
            .env(LOG, log)
            .env(SINK, format!("{sink:?}"));
        if sink != Sink::Log {
            command.env(STORE, store);
        }
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut lines = output.lines().map(Result::unwrap);
        // The harness writes the test's name and no line break before the first one.
        let address = lines.find_map(|line| line.split_once(ADDRESS).map(|(_, at)| at.to_owned()));
        // The harness in the process writes again when it has run for a minute, and ends the
        // process where nobody reads that.
        std::thread::spawn(move || lines.for_each(drop));
        (Self(process), address.unwrap().parse().unwrap())
    }

    /// Ends it at once, whatever it does (SIGKILL), and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
