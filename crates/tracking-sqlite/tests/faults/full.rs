//! A disk that is full, at every write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use tracking_core::{
    Batch, Erasure, Error, NewTrack, Query, Record, Retention, Run, RunId, TaskId, Timestamp,
    Track, TrackId, TrackingStorage, UserName, Wipe,
};
use tracking_sqlite::{SqliteStorage, SqliteStorageBuilder};

use super::child::Other;
use super::steps::{self, Mirror, step};
use super::tools::{assert_reported, assert_sound, contents, contents_of, folder, names, skipped};

/// A small disk of its own, gone with this value.
pub(crate) struct Disk {
    folder: tempfile::TempDir,
}

const SIZE: usize = 4 * 1024 * 1024;

impl Disk {
    pub(crate) fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = ["-t", "tmpfs", "-o", &format!("size={SIZE}"), "tmpfs"];
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

    /// Leaves so many bytes free.
    pub(crate) fn leave(&self, free: usize) {
        self.fill_up();
        let filler = fs::File::options().write(true).open(self.path("filler"));
        let filler = filler.unwrap();
        let there = usize::try_from(filler.metadata().unwrap().len()).unwrap();
        filler.set_len(there.saturating_sub(free) as u64).unwrap();
    }

    fn fill_up(&self) {
        use std::io::Write;
        let mut filler = fs::File::create(self.path("filler")).unwrap();
        while let Ok(4096) = filler.write(&[b'x'; 4096]) {}
    }

    pub(crate) fn make_room(&self) {
        fs::remove_file(self.path("filler")).ok();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg(self.folder.path()).status().ok();
    }
}

/// Fails unless it says that there is no room, where, and what to do.
fn assert_full(error: &Error, file: &Path) {
    assert_reported(
        error,
        file,
        "since the disk is full; make room and try again",
    );
    assert!(error.is_retryable(), "{error:?}");
    assert!(std::error::Error::source(error).is_some(), "{error:?}");
}

type Builder = fn(&Path) -> SqliteStorageBuilder;
type Work = fn(&SqliteStorage) -> tracking_core::Result<()>;

/// All that writes, in an order in which each has something to do.
const WORK: &[(&str, Work)] = &[
    ("save", |store| step(store, 3)),
    ("apply", |store| store.apply(&steps::load(0..150)).map(drop)),
    ("add_index", |store| {
        store.add_index(&"text".into()).map(drop)
    }),
    ("reindex", TrackingStorage::reindex),
    ("rename_user", |store| {
        let [from, to] = ["user-1", "user-2"].map(|name| UserName::new(name).unwrap());
        store.rename_user(&from, &to).map(drop)
    }),
    ("prune", |store| {
        store.prune(&Retention::none().keep_last(1)).map(drop)
    }),
    ("restore", |store| store.restore(&records()).map(drop)),
    ("drop_index", |store| {
        store.drop_index(&"text".into()).map(drop)
    }),
    ("remove_matching", |store| {
        store.remove_matching(&Query::all()).map(drop)
    }),
    ("shrink", |store| store.shrink(&mut |_| ()).map(drop)),
];

/// A run and tracks with ids far above those of the store.
fn records() -> Vec<Record> {
    let run = RunId::new(900).unwrap();
    let started = Run::new(run, None, Timestamp::EPOCH, Timestamp::EPOCH);
    let track = |n: u64| {
        let (task, user) = (TaskId::new("restored").unwrap(), UserName::nobody());
        let data = json!({"page": n, "text": "x".repeat(100)})
            .try_into()
            .unwrap();
        let id = TrackId::new(9000 + n).unwrap();
        Record::Track(Track::new(id, task, run, user, Timestamp::EPOCH, data))
    };
    [Record::Run(started)]
        .into_iter()
        .chain((0..100).map(track))
        .collect()
}

/// Wherever the disk gets full within a change, the error says so and names the file; the store
/// holds what it held, answers, and does the same change once there is room.
#[test]
fn a_disk_that_gets_full_within_any_change_loses_nothing() {
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let file = disk.path("test.db");
    let mut store = steps::builder(&file).open().unwrap();
    store.apply(&steps::load(0..100)).unwrap();
    for (what, work) in WORK {
        // Opened again, so that the log is empty and has to grow.
        drop(store);
        store = steps::builder(&file).open().unwrap();
        let before = contents(&store);
        let mut refused = 0;
        for pages in 0.. {
            disk.leave(pages * 4096);
            match work(&store) {
                Ok(()) => break,
                Err(error) => assert_full(&error, &file),
            }
            refused += 1;
            assert!(
                contents(&store) == before,
                "{what} with {pages} pages left changed something"
            );
            disk.make_room();
        }
        disk.make_room();
        assert!(refused > 0, "{what} met no full disk");
        let after = contents(&store);
        drop(store);
        assert!(contents_of(&file) == after, "{what}");
        assert_sound(&file);
        store = steps::builder(&file).open().unwrap();
    }
}

/// So it is while the file is made, and while a store or an index is added to it.
#[test]
fn a_disk_that_gets_full_while_a_file_is_made_is_reported_and_the_file_is_made_later() {
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let open: [(&str, Builder); 3] = [
        ("made", |file| SqliteStorage::builder(file)),
        ("with another store", |file| {
            SqliteStorage::builder(file).store("access".parse().unwrap())
        }),
        ("with an index", |file| {
            SqliteStorage::builder(file).index("page")
        }),
    ];
    let file = disk.path("test.db");
    for (what, builder) in open {
        let mut refused = 0;
        for pages in 0.. {
            disk.leave(pages * 4096);
            match builder(&file).open() {
                Ok(_) => break,
                Err(error) => assert_full(&error, &file),
            }
            refused += 1;
            disk.make_room();
        }
        disk.make_room();
        assert!(refused > 2, "{what}: {refused} times");
        assert_sound(&file);
    }
}

/// While the disk is full, the log cannot be brought into the file when that is closed; nothing
/// is lost by it.
#[test]
fn a_file_that_is_closed_on_a_full_disk_loses_nothing() {
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let file = disk.path("test.db");
    let store = steps::builder(&file).open().unwrap();
    store.apply(&steps::load(0..300)).unwrap();
    let there = contents(&store);
    disk.fill_up();
    drop(store);
    // It can be read as it is, and written again when there is room.
    let reader = SqliteStorage::builder(&file).read_only().open().unwrap();
    assert!(contents(&reader) == there);
    drop(reader);
    disk.make_room();
    let store = steps::builder(&file).open().unwrap();
    store.apply(&steps::load(300..310)).unwrap();
    drop(store);
    assert_sound(&file);
    assert_eq!(
        SqliteStorage::open(&file)
            .unwrap()
            .count(&Query::all())
            .unwrap(),
        310
    );
}

/// A backup that does not fit is an error with its own name; nothing is left of it, and the
/// file it is of does not notice.
#[test]
fn a_backup_that_finds_no_room_leaves_nothing() {
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let home = folder();
    let store = steps::builder(&home.path().join("test.db")).open().unwrap();
    store.apply(&steps::load(0..300)).unwrap();
    let to = disk.path("backup.db");
    let mut refused = 0;
    for pages in 0.. {
        disk.leave(pages * 4096);
        match store.backup(&to, &mut |_| ()) {
            Ok(()) => break,
            Err(error) => assert_full(&error, &to),
        }
        refused += 1;
        assert_eq!(names(disk.folder.path()), ["filler"]);
    }
    disk.make_room();
    assert!(refused > 20, "{refused} backups were refused");
    assert!(contents_of(&to) == contents(&store));
}

/// A quota on the length of files, as `ulimit -f` sets it, is met by whichever file is longest;
/// from the smallest to one that suffices, what was acknowledged is there.
#[test]
fn a_file_that_may_not_grow_is_reported_and_nothing_acknowledged_is_lost() {
    const STEPS: u64 = 60;
    let mut refused = 0;
    for blocks in (0..8).chain((8..200).step_by(24)).chain([3000]) {
        let folder = folder();
        let file = folder.path().join("test.db");
        // Of 512 or 1024 bytes, as the shell will have it; the signal is refused so that the
        // write fails instead.
        let mut shell = Command::new("sh");
        let script = format!(r#"trap "" XFSZ; ulimit -f {blocks}; exec "$0" "$@""#);
        shell
            .args(["-c", &script])
            .arg(std::env::current_exe().unwrap());
        let mut other = Other::start_by(&mut shell, &file, "");
        let mut mirror = Mirror::new();
        let mut answer = other.answer().unwrap();
        while answer == "open" || answer.starts_with("ok") {
            if answer != "open" {
                mirror.reach(mirror.steps + 1);
            }
            if mirror.steps == STEPS {
                break;
            }
            answer = other.ask(&format!("step {}", mirror.steps));
        }
        if mirror.steps < STEPS {
            refused += 1;
            assert!(answer.contains(&*file.to_string_lossy()), "{answer}");
            assert!(answer.contains("room"), "{answer}");
        }
        drop(other);
        if mirror.steps > 0 {
            assert!(
                contents_after_steps(&file) == mirror.contents(),
                "{blocks} blocks"
            );
        }
        let store = steps::builder(&file).open().unwrap();
        for n in mirror.steps..STEPS {
            step(&store, n).unwrap();
        }
        mirror.reach(STEPS);
        assert!(contents(&store) == mirror.contents(), "{blocks} blocks");
        drop(store);
        assert_sound(&file);
    }
    assert!(refused > 8, "{refused} limits were met");
}

fn contents_after_steps(file: &Path) -> String {
    contents(&steps::builder(file).open().unwrap())
}

/// Wherever the disk gets full while a user is erased, either nothing has happened, or they are
/// gone and it is said that traces remain, which goes as soon as there is room.
#[test]
fn an_erasure_on_a_full_disk_says_what_is_left_and_is_completed_when_there_is_room() {
    let Some(disk) = Disk::mount() else {
        return skipped("a small disk cannot be mounted here");
    };
    let (mut refused, mut pending) = (0, 0);
    for pages in (0..40).chain((40..200).step_by(16)).chain([600]) {
        let file = disk.path("test.db");
        let store = steps::builder(&file).open().unwrap();
        let name = format!("Zaphod-{pages}-Beeblebrox");
        let user = UserName::new(name.clone()).unwrap();
        let who = |n: u64| {
            if n.is_multiple_of(3) {
                name.as_str()
            } else {
                "anna"
            }
        };
        let track = |n| NewTrack::new("t", who(n), json!({"who": who(n)})).unwrap();
        store
            .apply(&(0..300).map(track).collect::<Batch>())
            .unwrap();
        drop(store);
        let store = steps::builder(&file).open().unwrap();
        let all = store.count(&Query::all()).unwrap();
        disk.leave(pages * 4096);
        match store.erase_user(&user) {
            Err(error) => {
                assert_full(&error, &file);
                refused += 1;
                disk.make_room();
                assert_eq!(store.count(&Query::all()).unwrap(), all);
                let erased = store.erase_user(&user).unwrap();
                assert_eq!(erased, Erasure::complete(100));
            }
            Ok(erased) => {
                assert_eq!(erased.tracks, 100);
                disk.make_room();
                if let Wipe::Pending(why) = erased.wipe {
                    assert!(why.contains("room"), "{why}");
                    assert!(why.contains(&*file.to_string_lossy()), "{why}");
                    pending += 1;
                    // The next change completes it, or the next program that opens the file.
                    if pages % 2 == 0 {
                        let next = NewTrack::new("t", "anna", json!({})).unwrap();
                        store.save(next).unwrap();
                    } else {
                        drop(steps::builder(&file).open().unwrap());
                    }
                }
            }
        }
        for sibling in ["test.db", "test.db-wal", "test.db-shm"] {
            let bytes = fs::read(disk.path(sibling)).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(&name), "{pages} pages: {sibling}");
        }
        assert_eq!(store.wipe().unwrap(), Wipe::Complete);
    }
    assert!(
        refused > 0 && pending > 5,
        "{refused} refused, {pending} pending"
    );
    assert_sound(&disk.path("test.db"));
}
