//! The disk of the store gets full while requests come in.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tracking_core::TrackingStorage;
use tracking_logfile::RecordLogger;
use tracking_sqlite::SqliteStorage;
use tracking_tokio::{Overflow, Recorder};

use super::client::Load;
use super::tools::{app, assert_each_once, load, requests, serve, skipped};

/// A small disk of its own, gone with this value.
pub(crate) struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    pub(crate) fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        // With room for all requests, unless it is filled up.
        let size = 32 * 1024 * 1024 + 2048 * requests();
        let size = format!("size={size}");
        let mount = ["-t", "tmpfs", "-o", &size, "tmpfs"];
        let status = Command::new("mount")
            .args(mount)
            .arg(folder.path())
            .output();
        let mounted = status.is_ok_and(|output| output.status.success());
        mounted.then_some(Self { folder })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn fill_up(&self) {
        use std::io::Write as _;
        let mut filler = fs::File::create(self.path("filler")).unwrap();
        while let Ok(16_000) = filler.write(&[b'x'; 16_000]) {}
        while let Ok(4096) = filler.write(&[b'x'; 4096]) {}
    }

    pub(crate) fn make_room(&self) {
        fs::remove_file(self.path("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg(self.folder.path()).status().ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_gets_full_loses_and_doubles_no_request() {
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let other = tempfile::tempdir().unwrap();
    let (file, log) = (disk.path("tracks.db"), other.path().join("spill.log"));
    let store: Arc<dyn TrackingStorage> = Arc::new(SqliteStorage::open(&file).unwrap());
    let recorder = Recorder::builder(Arc::clone(&store))
        .max_delay(Duration::from_millis(5))
        .backoff(Duration::from_millis(1), Duration::from_millis(20))
        .spill_after(Duration::from_millis(20))
        .overflow(Overflow::spill(
            RecordLogger::builder("spill", &log).build().unwrap(),
        ))
        .build()
        .unwrap();
    let address = serve(app(recorder.clone())).await;
    let (requests, making) = (requests(), Load::default());
    let clients = tokio::spawn({
        let making = making.clone();
        async move { making.run(address, "r", 8, requests).await }
    });
    making.wait_for(requests / 4).await;
    disk.fill_up();
    making.wait_for(requests * 3 / 4).await;
    disk.make_room();
    let seen = clients.await.unwrap();
    recorder.flushed(Duration::from_mins(1)).await.unwrap();
    let counts = recorder.counts();
    assert_eq!(
        (counts.dropped, counts.refused, counts.abandoned),
        (0, 0, 0),
        "{counts:?}"
    );
    assert!(
        counts.store_failures > 0 && counts.spilled > 0,
        "{counts:?}"
    );
    drop(recorder);
    load(&*store, &log);
    assert_each_once(&*store, &seen);
}
