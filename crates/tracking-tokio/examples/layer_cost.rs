//! Measures the processor time that recording adds to a request.
//!
//! `cargo run --release -p tracking-tokio --example layer_cost [REQUESTS]`
//!
//! The same axum program answers requests with and without the layer, in turns; the time is that
//! of all threads of the process, from the kernel's accounts (Linux).
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::sync::Arc;
use std::{env, fs};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tracking_btree::BTreeStorage;
use tracking_core::{NewTrack, TrackingStorage, UserName};
use tracking_logfile::RecordLogger;
use tracking_sqlite::SqliteStorage;
use tracking_tokio::{Recorder, TrackingLayer, matched_path};

const ROUNDS: usize = 11;

type Answer<T> = Result<T, Box<dyn Error>>;

fn main() -> Answer<()> {
    let requests = env::args().nth(1).map_or(Ok(20_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let log = RecordLogger::builder("requests", folder.path().join("requests.log")).build()?;
    let btree: Arc<dyn TrackingStorage> = Arc::new(BTreeStorage::new());
    let sqlite: Arc<dyn TrackingStorage> =
        Arc::new(SqliteStorage::open(folder.path().join("tracks.db"))?);
    let [btree, sqlite] = [btree, sqlite].map(|store| {
        let recorder = Recorder::builder(store)
            .max_tracks(1_000_000)
            .max_bytes(1 << 30);
        recorder.build()
    });
    let (btree, sqlite) = (btree?, sqlite?);
    let flush = |recorder: &Recorder| recorder.flush(std::time::Duration::from_mins(10));
    let layers = [
        (
            "the layer alone, into nothing",
            layer(TrackingLayer::new(|_: NewTrack| ())),
        ),
        ("into a record log", layer(TrackingLayer::new(log))),
        (
            "by a recorder into a store in memory",
            layer(TrackingLayer::new(btree.clone())),
        ),
        (
            "by a recorder into an SQLite file",
            layer(TrackingLayer::new(sqlite.clone())),
        ),
    ];
    println!("added processor time a request, median of {ROUNDS} rounds of {requests} requests:");
    for (name, layer) in layers {
        let mut added = Vec::new();
        for _ in 0..ROUNDS {
            let without = measured(&app(), requests, || Ok(()))?;
            let with = measured(&app().layer(layer.clone()), requests, || {
                flush(&btree)?;
                Ok(flush(&sqlite)?)
            })?;
            added.push(with - without);
        }
        added.sort_by(f64::total_cmp);
        let median = added.get(ROUNDS / 2).copied().unwrap_or_default();
        let (least, most) = (added.first(), added.last());
        println!("{median:6.2} µs  {name}  ({least:.2?} to {most:.2?})");
    }
    Ok(())
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

/// Microseconds of processor time a request, until all of it is done.
fn measured(app: &Router, requests: u32, finish: impl Fn() -> Answer<()>) -> Answer<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let before = processor_nanoseconds()?;
    runtime.block_on(async {
        for n in 0..requests {
            let request = Request::get(format!("/lesson/{n}"))
                .header("x-user", "anna")
                .header("x-request-id", "0123456789abcdef")
                .body(Body::empty())?;
            let response = app.clone().oneshot(request).await?;
            response.into_body().collect().await?;
        }
        Ok::<(), Box<dyn Error>>(())
    })?;
    finish()?;
    Ok((processor_nanoseconds()? - before) / 1e3 / f64::from(requests))
}

/// What all threads of this process have used so far.
fn processor_nanoseconds() -> Answer<f64> {
    let mut total = 0.0;
    for thread in fs::read_dir("/proc/self/task")? {
        let account = fs::read_to_string(thread?.path().join("schedstat"))?;
        let used = account.split_whitespace().next().unwrap_or_default();
        total += used.parse::<f64>()?;
    }
    Ok(total)
}
