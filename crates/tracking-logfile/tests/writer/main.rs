//! The writer as a program meets it: with other processes, other programs, and full disks.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod child;
mod foreign;
mod full;
mod killed;
mod logrotate;
mod permission;
mod processes;
mod property;
mod records;
mod rotation;
mod tools;
