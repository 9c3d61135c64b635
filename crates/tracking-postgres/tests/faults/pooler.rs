//! The store behind PgBouncer in transaction mode: each transaction gets another connection.
//!
//! `TRACKING_POOLER_CASES=all` runs the whole suite of the contract; by default every eighth case.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;
use tracking_core::{Batch, BatchId, ErrorKind, NewTrack, Query, TrackingStorage};
use tracking_postgres::{PostgresStorage, PostgresStorageBuilder};
use tracking_testkit::{Context, Setup, cases};

use crate::replicas::wait_until;
use crate::server::{Server, as_other, free_port, open_to_all, skip};
use crate::stores::Fresh;

const PROGRAM: &str = "/usr/sbin/pgbouncer";
/// How many connections the pooler has with the server: fewer than the stores have with it.
const POOL_SIZE: usize = 4;
const THREADS: usize = 3;

/// A server, and a pooler before it.
struct Pooler {
    process: Child,
    server: Server,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Pooler {
    /// Nothing where one of the two is not installed, which is said aloud.
    fn start() -> Option<Self> {
        let Some(programs) = Server::programs() else {
            skip("PostgreSQL is not installed (apt-get install postgresql)");
            return None;
        };
        if !Path::new(PROGRAM).exists() {
            skip("PgBouncer is not installed (apt-get install pgbouncer)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let server = Server::own(programs, folder.path(), "fsync = off\n");
        let port = free_port();
        let settings = format!(
            "[databases]\npostgres = host=127.0.0.1 port={}\n[pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = trust\nauth_file = users.txt\npool_mode = transaction\n\
             default_pool_size = {POOL_SIZE}\nserver_login_retry = 1\n",
            server.port()
        );
        fs::write(folder.path().join("pgbouncer.ini"), settings).unwrap();
        fs::write(folder.path().join("users.txt"), "\"app\" \"\"\n").unwrap();
        open_to_all(folder.path());
        // It ends with this process, however that ends.
        let script = format!("{PROGRAM} -q pgbouncer.ini & cat; kill $!");
        let process = as_other(programs, folder.path(), "sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until("the pooler listens", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Some(Self {
            process,
            server,
            port,
            _folder: folder,
        })
    }

    fn url(&self) -> String {
        let port = self.port;
        format!("postgres://app@127.0.0.1:{port}/postgres?prepare_statements=off")
    }

    fn store(&self, setup: Setup) -> Fresh {
        let builder = PostgresStorage::builder(self.url()).clock(setup.clock);
        let indexes = setup.indexes.into_iter();
        Fresh::new(indexes.fold(builder, PostgresStorageBuilder::index))
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().ok();
        self.server.stop();
    }
}

/// Which of the cases are run: each one after so many others.
fn step() -> usize {
    let is_all = std::env::var("TRACKING_POOLER_CASES").is_ok_and(|cases| cases == "all");
    if is_all { 1 } else { 8 }
}

#[test]
fn the_contract_is_kept_behind_a_pooler_in_transaction_mode() {
    let Some(pooler) = Pooler::start() else {
        return;
    };
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(case) = cases().get(next.fetch_add(step(), Ordering::Relaxed)) {
                    let run = || case.run(&Context::plain(|setup| pooler.store(setup)));
                    let kept = catch_unwind(AssertUnwindSafe(run));
                    assert!(kept.is_ok(), "{}::{}", case.topic(), case.name());
                }
            });
        }
    });
    assert!(next.into_inner() > 100);
}

#[test]
fn a_pooler_that_leads_to_a_standby_is_asked_again_until_it_leads_to_the_primary() {
    let Some(pooler) = Pooler::start() else {
        return;
    };
    let store = PostgresStorage::open(pooler.url()).unwrap();
    let batch = |number: u32| {
        let track = NewTrack::new("a001", "u1", json!({"n": number})).unwrap();
        let id = BatchId::new(format!("batch {number}")).unwrap();
        Batch::new().save(track).with_id(id)
    };
    store.apply(&batch(0)).unwrap();
    let signal = pooler.server.data().join("standby.signal");
    fs::write(&signal, "").unwrap();
    pooler.server.crash_and_start_again();
    // The connection with the pooler is the same as before.
    wait_until("the standby can be read", || {
        store.count(&Query::all()).is_ok_and(|count| count == 1)
    });
    let error = store.apply(&batch(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    fs::remove_file(&signal).unwrap();
    pooler.server.crash_and_start_again();
    wait_until("the primary can be written", || {
        store.apply(&batch(1)).is_ok()
    });
    assert_eq!(store.count(&Query::all()).unwrap(), 2);
}
