//! A real server under load, counted by who makes it: every request is recorded once, whatever
//! becomes of the store, the disk and the process.
#![cfg(unix)]

mod child;
mod client;
mod disk;
mod generator;
mod killed;
mod outages;
mod restarts;
mod tools;
