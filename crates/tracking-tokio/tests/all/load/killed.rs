//! The server is killed while requests come in, again and again.

use tracking_sqlite::SqliteStorage;

use super::child::{Server, Sink};
use super::client::{Load, Seen};
use super::tools::{assert_each_once, fetch, load, requests};

/// What is answered before each kill is in the log, or in the store already.
async fn killed_again_and_again(sink: Sink) {
    const KILLS: u64 = 4;
    let folder = tempfile::tempdir().unwrap();
    let (log, file) = (
        folder.path().join("requests.log"),
        folder.path().join("tracks.db"),
    );
    let store = SqliteStorage::open(&file).unwrap();
    let mut seen = Seen::default();
    for kill in 0..KILLS {
        let (mut server, address) = Server::start(sink, file.to_str().unwrap(), &log);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_has_logged_what_its_clients_have_received() {
    killed_again_and_again(Sink::Log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorder_that_writes_ahead_loses_and_doubles_nothing_when_it_is_killed() {
    killed_again_and_again(Sink::WriteAhead).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorder_that_is_killed_loses_only_what_it_has_not_flushed() {
    let folder = tempfile::tempdir().unwrap();
    let (log, file) = (
        folder.path().join("spill.log"),
        folder.path().join("tracks.db"),
    );
    let store = SqliteStorage::open(&file).unwrap();
    let (mut server, address) = Server::start(Sink::Spill, file.to_str().unwrap(), &log);
    let flushed = Load::default().run(address, "flushed", 4, 200).await;
    fetch(address, "/counts");
    let making = Load::default();
    let clients = tokio::spawn({
        let making = making.clone();
        async move { making.run(address, "late", 4, u64::MAX).await }
    });
    making.wait_for(200).await;
    server.kill();
    let late = clients.await.unwrap();
    load(&store, &log);
    // Nothing of the first ones is missing, and of the others none is there twice or made up.
    let mut seen = Seen::default();
    seen.add(flushed);
    seen.sent.extend(late.sent);
    assert_each_once(&store, &seen);
}
