//! The server is killed while requests come in, again and again.

use tracking_sqlite::SqliteStorage;

use super::child::Server;
use super::client::{Load, Seen};
use super::tools::{assert_each_once, load, requests};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_has_recorded_what_its_clients_have_received() {
    const KILLS: u64 = 6;
    let folder = tempfile::tempdir().unwrap();
    let (log, file) = (
        folder.path().join("requests.log"),
        folder.path().join("tracks.db"),
    );
    let store = SqliteStorage::open(&file).unwrap();
    let mut seen = Seen::default();
    for kill in 0..KILLS {
        let (mut server, address) = Server::start(&log);
        let making = Load::default();
        let clients = tokio::spawn({
            let (making, name) = (making.clone(), format!("k{kill}"));
            async move { making.run(address, &name, 6, u64::MAX).await }
        });
        // At another place of its work each time.
        making.wait_for(requests() / KILLS + kill * 7).await;
        server.kill();
        let of_this = clients.await.unwrap();
        assert!(of_this.answered.len() as u64 >= requests() / KILLS);
        seen.add(of_this);
        // Loaded between the kills, too: half a line at its end waits or is a line of its own.
        load(&store, &log);
    }
    load(&store, &log);
    assert_each_once(&store, &seen);
}
