//! Stores whose tracks are partitioned by id: the contract with partitions so small that everything crosses
//! their borders, and what only they do.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod concurrency;
mod contract;
mod database;
mod drops;
mod opening;
#[path = "../tools/server.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod server;
#[path = "../faults/session.rs"]
mod session;
#[path = "../tools/stores.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod stores;
#[path = "../tools/database.rs"]
mod test_database;
