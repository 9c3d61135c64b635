//! A server whose disk is full: that of its tables, or that of its log too.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use tracking_core::{
    Batch, BatchId, Error, ErrorKind, NewTrack, Query, TrackingStorage, TrackingStorageExt as _,
};
use tracking_postgres::PostgresStorage;

use crate::dice::Dice;
use crate::server::{Server, as_other, open_to_all, skip};
use crate::session::Session;

const MEGABYTE: usize = 1024 * 1024;

/// A small disk of its own, gone with this value.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// Nothing where this user cannot mount one, which is said aloud.
    fn mount(megabytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={megabytes}m");
        let mount = ["-t", "tmpfs", "-o", &options, "tmpfs"];
        let mounted = Command::new("mount")
            .args(mount)
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            open_to_all(folder.path());
            return Some(Self { folder });
        }
        skip("a small disk cannot be mounted here");
        None
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves at most so many bytes free.
    fn leave(&self, free: usize) {
        use std::io::Write as _;
        let path = self.path().join("filler");
        let mut filler = fs::File::create(&path).unwrap();
        while let Ok(4096) = filler.write(&[b'x'; 4096]) {}
        let length = usize::try_from(filler.metadata().unwrap().len()).unwrap();
        filler.set_len(length.saturating_sub(free) as u64).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.path().join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // At once, also while the program that watches the server still stands in it.
        let unmount = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(unmount.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

/// A batch that takes some space, since nothing of it can be compressed.
fn batch(number: u64) -> Batch {
    let mut dice = Dice::new(number);
    let text: Vec<String> = (0..12_000)
        .map(|_| format!("{:08x}", dice.roll(u64::from(u32::MAX))))
        .collect();
    let text = text.concat();
    let track = |user| NewTrack::new("lesson", user, json!({"n": number, "text": text})).unwrap();
    Batch::new()
        .save(track("u1"))
        .save(track("u2"))
        .with_id(BatchId::new(format!("batch {number}")).unwrap())
}

/// Applies batches until one is refused; gives its number and the error.
fn fill(store: &PostgresStorage, from: u64) -> (u64, Error) {
    for number in from..from + 1000 {
        if let Err(error) = store.apply(&batch(number)) {
            return (number, error);
        }
    }
    panic!("the disk never gets full");
}

fn assert_each_is_there_once(store: &PostgresStorage, batches: u64) {
    let mut numbers = Vec::new();
    for track in store.query(&Query::all().user("u1")).unwrap() {
        let data: serde_json::Value = serde_json::from_str(track.data().as_str()).unwrap();
        numbers.push(data["n"].as_u64().unwrap());
    }
    assert_eq!(numbers, (0..batches).collect::<Vec<_>>());
    assert_eq!(store.count(&Query::all()).unwrap(), 2 * batches);
}

#[test]
fn a_disk_that_is_full_is_an_error_that_says_so_and_loses_nothing_acknowledged() {
    let Some(programs) = Server::programs() else {
        return skip("PostgreSQL is not installed (apt-get install postgresql)");
    };
    let (Some(disk), Some(tables)) = (Disk::mount(160), Disk::mount(24)) else {
        return;
    };
    // The log of changes is on the big disk, the tables of a database on the small one.
    let settings = "fsync = off\nmax_wal_size = 48MB\nmin_wal_size = 32MB\nwal_recycle = off\n";
    let server = Server::own(programs, disk.path(), settings);
    tables_are_full(programs, &server, &tables);
    log_is_full(&server, &disk);
    server.stop();
}

/// Each change is refused, reading goes on, and once there is room writing does.
fn tables_are_full(programs: &Path, server: &Server, tables: &Disk) {
    let session = Session::open(server, "postgres");
    let folder = tables.path().join("tables");
    assert!(
        as_other(programs, tables.path(), "mkdir")
            .arg(&folder)
            .status()
            .unwrap()
            .success()
    );
    let folder = folder.display();
    session.execute(&format!("create tablespace small location '{folder}'"));
    session.execute("create database small tablespace small");
    let url = format!("postgres://app@127.0.0.1:{}/small", server.port());
    let store = PostgresStorage::open(url).unwrap();
    tables.leave(2 * MEGABYTE);
    let (refused, error) = fill(&store, 0);
    assert!(refused > 3, "{refused} batches only");
    assert_eq!(error.kind(), ErrorKind::NoSpace, "{error:?}");
    assert!(
        error.is_retryable() && !error.may_have_changed(),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains("the server's disk is full; free space"),
        "{text}"
    );
    // It is as it was, and can be read.
    let (again, error) = fill(&store, refused);
    assert_eq!((again, error.kind()), (refused, ErrorKind::NoSpace));
    assert_each_is_there_once(&store, refused);
    tables.make_room();
    for number in refused - 2..refused + 3 {
        store.apply(&batch(number)).unwrap();
    }
    assert_each_is_there_once(&store, refused + 3);
}

/// A server that cannot write its log crashes. Once there is room and it runs, the store goes on.
fn log_is_full(server: &Server, disk: &Disk) {
    let store = PostgresStorage::open(server.url()).unwrap();
    store.apply(&batch(0)).unwrap();
    disk.leave(3 * MEGABYTE);
    let (refused, error) = fill(&store, 1);
    let kinds = [
        ErrorKind::NoSpace,
        ErrorKind::Unavailable,
        ErrorKind::OutcomeUnknown,
    ];
    assert!(kinds.contains(&error.kind()), "{error:?}");
    std::thread::sleep(Duration::from_millis(500));
    disk.make_room();
    server.crash_and_start_again();
    // What was under way is repeated under its id.
    for number in refused.saturating_sub(2)..refused + 3 {
        store.apply(&batch(number)).unwrap();
    }
    assert_each_is_there_once(&store, refused + 3);
}
