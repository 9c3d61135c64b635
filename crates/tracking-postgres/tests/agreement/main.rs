//! The stores in memory, in an `SQLite` file and in PostgreSQL give the same answers, and pass on what
//! they hold unchanged.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod copies;
#[path = "../tools/server.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod server;
mod side_by_side;
#[path = "../tools/stores.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod stores;
