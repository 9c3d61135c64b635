//! The file as programs meet it: with other processes, other programs, other versions.

#![expect(
    clippy::unwrap_used,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod access;
mod check;
mod child;
mod concurrency;
mod erasure;
mod foreign;
mod maintenance;
mod processes;
mod side_by_side;
mod sql;
mod stores;
mod tools;
mod versions;
