//! What the store does when connections, servers and programs fail.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what cannot be set up is a failed test"
)]

mod callers;
mod cut;
mod locks;
mod opening;
mod proxy;
mod restarts;
mod round_trips;
mod rows;
#[path = "../tools/server.rs"]
mod server;
mod session;
mod side_by_side;
#[path = "../tools/stores.rs"]
mod stores;
