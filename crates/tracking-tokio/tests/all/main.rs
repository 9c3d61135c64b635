//! All tests of the crate from outside, in one program.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod audit;
mod handle;
mod layer;
mod load;
#[cfg(unix)]
#[allow(dead_code, reason = "not every test needs all of it")]
#[path = "../../../tracking-postgres/tests/tools/server.rs"]
mod postgres_server;
mod recorder;
mod unreliable;
