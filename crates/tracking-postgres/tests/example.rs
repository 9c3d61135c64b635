//! The example runs, on a real server.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

#[path = "tools/server.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod server;
#[path = "../examples/two_machines.rs"]
#[expect(dead_code, reason = "its `main` is for people")]
mod two_machines;

use tracking_postgres::StoreName;

#[test]
fn two_machines_share_a_store() {
    if let Some(server) = server::Server::shared() {
        let name = StoreName::new(server::Server::fresh_store_name()).unwrap();
        two_machines::run(&server.url(), &name).unwrap();
    }
}
