//! Logs into a store, each line once, whatever happens to the logs and to the loader.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod alike;
mod bytes;
mod crash;
mod failing;
mod families;
mod filter;
mod folder;
mod follow;
mod life;
mod lines;
mod nginx;
mod property;
mod recognised;
mod rejects;
mod same;
mod sessions;
#[cfg(unix)]
mod sources;
mod stored_checkpoints;
mod tools;
mod world;
