//! The promises that a file keeps when something goes wrong, each tried by making it go wrong.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod child;
mod clock;
mod damaged;
mod delayed;
mod dice;
mod foreign;
mod full;
mod killed;
mod locked;
mod moved;
mod odd_names;
mod permission;
mod power;
mod processes;
mod random;
mod steps;
mod tools;
mod visits;
