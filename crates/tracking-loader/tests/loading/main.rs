//! Logs into a store, each line once, whatever happens to the logs and to the loader.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod apply_thread;
mod arbitrary_bytes;
mod crash;
mod failing_store;
mod filter;
mod fixture;
mod folder;
mod follow;
mod half_lines;
mod log_lifecycle;
mod nginx;
mod parse_threads;
mod programs;
mod property;
mod recognition;
mod rejects;
mod related_logs;
mod removed_runs;
mod same_log;
mod sessions;
mod shared_lines;
mod stored_checkpoints;
#[cfg(unix)]
mod unusual_sources;
