//! `tracking` in async programs.
//!
//! The contract, [`TrackingStorage`](tracking_core::TrackingStorage), is synchronous. This crate
//! makes the common cases of an async program short. Each part is a feature:
//!
//! | feature | adds | pulls |
//! |---|---|---|
//! | `handle` | `AsyncStorage`: every method of the contract as an `async fn`, and streams | tokio, futures-core |
//! | `recorder` | `Recorder`: saves tracks in the background, in batches, with retries | nothing |
//! | `logfile` | a `RecordLogger` as a sink, and as the recorder's spill | tracking-logfile |
//! | `tower` | `TrackingLayer`: records the requests of a web program | http, http-body, tower-layer, tower-service |
//! | `axum` | `matched_path`: the route of axum as the task | axum, without its default features |
//! | `tracing` | events of the recorder for operators | tracing, without its default features |
//!
//! The audit helper, [`Changes`], and the [`TrackSink`] that tracks go to are always there. Without
//! features the crate pulls what `tracking-core` pulls. Only `handle` needs a tokio runtime.
//!
//! # Which part for what
//!
//! - A handler that **asks** for tracks, or must know that a save is done, uses `AsyncStorage`.
//! - A handler that **notes** something in passing uses a `Recorder`: it costs a microsecond, and
//!   no request waits for the store.
//! - To record **requests** without touching handlers, use the `TrackingLayer`.
//! - To record **what was changed** by whom, use [`Changes`].

mod audit;
#[cfg(feature = "handle")]
mod handle;
#[cfg(feature = "logfile")]
mod logfile;
#[cfg(feature = "recorder")]
mod recorder;
mod sink;
#[cfg(feature = "tower")]
mod tower;

pub use audit::{Changes, FieldChange};
#[cfg(feature = "handle")]
pub use handle::{AsyncStorage, AsyncStorageBuilder, ChangeStream, TrackStream};
#[cfg(feature = "recorder")]
pub use recorder::{
    FlushError, Overflow, RecordError, Recorder, RecorderBuilder, RecorderCounts, Spill, SpillError,
};
pub use sink::TrackSink;
#[cfg(feature = "axum")]
pub use tower::matched_path;
#[cfg(feature = "tower")]
pub use tower::{
    FinishedRequest, RequestOutcome, RequestTrack, ResponseFuture, TrackedBody, TrackingLayer,
    TrackingService,
};

/// The program in the README is compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
