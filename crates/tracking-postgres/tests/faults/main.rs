//! What the store does when connections, servers and programs fail.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what cannot be set up is a failed test"
)]

mod callers;
mod child;
mod cut;
#[path = "../tools/database.rs"]
mod database;
#[path = "../tools/dice.rs"]
mod dice;
mod failover;
mod full;
mod killed;
mod ledger;
mod locks;
mod opening;
mod pooler;
mod proxy;
#[path = "../tools/replicas.rs"]
mod replicas;
mod restarts;
mod round_trips;
mod rows;
#[path = "../tools/server.rs"]
mod server;
mod session;
mod standbys;
#[path = "../tools/stores.rs"]
mod stores;
mod threads;
mod tls;
