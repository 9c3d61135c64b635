//! Backups while others write, and files that shrink.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tracking_core::{Error, Query, Retention, TrackingStorage, TrackingStorageExt};

use crate::tools::{count, dump, file, fill, full_message, open, save_everything};

#[test]
fn a_backup_holds_everything_and_continues() {
    let (folder, file) = file();
    let store = open(&file);
    save_everything(&store);
    fill(&store, "anna", 2_000);
    let to = folder.path().join("backup.db");
    let mut last = None;
    store
        .backup(&to, &mut |progress| last = Some(progress))
        .unwrap();
    let last = last.unwrap();
    assert!(last.done == last.total && last.total > 400_000, "{last:?}");
    let copy = open(&to);
    assert_eq!(dump(&copy), dump(&store));
    assert_eq!(copy.check().unwrap(), []);
    copy.save_data("lesson-1", "anna", json!({})).unwrap();
    assert_eq!(count(&copy), count(&store) + 1);
}

#[test]
fn a_backup_is_of_one_moment_while_others_write() {
    let (folder, file) = file();
    let store = open(&file);
    fill(&store, "anna", 20_000);
    let (done, started) = (AtomicBool::new(false), AtomicBool::new(false));
    let to = folder.path().join("backup.db");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                fill(&store, "bert", 10);
                started.store(true, Ordering::SeqCst);
            }
        });
        while !started.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        let copied = store.backup(&to, &mut |_| {});
        done.store(true, Ordering::SeqCst);
        copied.unwrap();
    });
    let copy = open(&to);
    assert_eq!(copy.check().unwrap(), []);
    let (copied, all) = (count(&copy), count(&store));
    assert!(copied >= 20_000 && copied <= all, "{copied} of {all}");
    assert_eq!(copied % 10, 0, "of every batch all or nothing");
}

#[test]
fn a_backup_overwrites_nothing_and_leaves_nothing_half_done() {
    let (folder, file) = file();
    let store = open(&file);
    save_everything(&store);
    let to = folder.path().join("backup.db");
    fs::write(&to, "precious").unwrap();
    let error = store.backup(&to, &mut |_| {}).unwrap_err();
    assert!(
        full_message(&error).contains("there is a file already"),
        "{}",
        full_message(&error)
    );
    assert_eq!(fs::read(&to).unwrap(), b"precious");
    let nowhere = folder.path().join("missing").join("backup.db");
    assert!(matches!(
        store.backup(&nowhere, &mut |_| {}).unwrap_err(),
        Error::Backend { .. }
    ));
    let left = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert!(
        left.into_iter()
            .all(|name| !name.to_string_lossy().contains("partial"))
    );
}

#[test]
fn the_file_shrinks_after_tracks_have_gone() {
    let (_folder, file) = file();
    let store = open(&file);
    fill(&store, "anna", 20_000);
    store.truncate_wal().unwrap();
    let full = fs::metadata(&file).unwrap().len();
    // Bounded pieces: by count, by query, until nothing is left to remove.
    while store
        .prune(&Retention::none().keep_last(2_000).limit(3_000))
        .unwrap()
        > 0
    {}
    while store
        .remove_matching(&Query::all().field("n", 19_999).limit(100))
        .unwrap()
        > 0
    {}
    assert_eq!(count(&store), 1_999);
    let (mut steps, mut last) = (0, None);
    let freed = store
        .shrink(&mut |progress| {
            steps += 1;
            last = Some(progress);
        })
        .unwrap();
    let small = fs::metadata(&file).unwrap().len();
    assert!(small * 5 < full, "{full} bytes have become {small}");
    assert!(
        freed >= full - small - 4096 * 4 && steps > 2,
        "{freed} in {steps} steps"
    );
    assert_eq!(last.unwrap().done, last.unwrap().total);
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(
        store.shrink(&mut |_| {}).unwrap(),
        0,
        "and then there is nothing to do"
    );
}
