//! Several stores in one file.

use serde_json::json;
use tracking_core::{Query, RunQuery, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::{SqliteStorage, StoreName};

use crate::tools::{count, dump, file, fill, open, save_everything};

fn named(file: &std::path::Path, name: &str) -> SqliteStorage {
    let builder = SqliteStorage::builder(file).store(StoreName::new(name).unwrap());
    builder.clock(crate::tools::clock()).open().unwrap()
}

#[test]
fn each_store_has_ids_runs_and_indexes_of_its_own() {
    let (_folder, file) = file();
    let [main, access, work] = [open(&file), named(&file, "access"), named(&file, "work")];
    save_everything(&main);
    assert_eq!(count(&access), 0);
    assert!(access.indexes().unwrap().is_empty());
    assert_eq!(access.save_data("a", "u", json!({})).unwrap().number(), 1);
    assert_eq!(access.runs(&RunQuery::all()).unwrap().len(), 1);
    save_everything(&work);
    assert_eq!(dump(&work), dump(&main), "and does what the others do");
    access.reindex().unwrap();
    for store in [&main, &access, &work] {
        assert_eq!(store.check().unwrap(), []);
    }
}

#[test]
fn the_stores_of_a_file_are_listed() {
    let (_folder, file) = file();
    assert!(
        SqliteStorage::store_names(&file).is_err(),
        "nothing is made by asking"
    );
    assert!(!file.exists());
    drop((named(&file, "work"), named(&file, "access")));
    let names = SqliteStorage::store_names(&file).unwrap();
    assert_eq!(
        names.iter().map(StoreName::as_str).collect::<Vec<_>>(),
        ["access", "work"]
    );
    drop(open(&file));
    assert_eq!(SqliteStorage::store_names(&file).unwrap().len(), 3);
}

#[test]
fn names_that_look_alike_do_not_meet() {
    let (_folder, file) = file();
    for name in [
        "track",
        "a",
        "a_track",
        "a_track_run",
        "store",
        "indexed",
        "key",
        "x_main",
    ] {
        let store = named(&file, name);
        save_everything(&store);
        fill(&store, "many", 10);
        assert_eq!(store.check().unwrap(), [], "{name}");
    }
    assert_eq!(count(&named(&file, "a")), count(&named(&file, "a_track")));
}

#[test]
fn stores_of_one_file_are_written_from_many_threads() {
    let (_folder, file) = file();
    let stores = ["access", "changes", "work"].map(|name| named(&file, name));
    std::thread::scope(|scope| {
        for store in &stores {
            scope.spawn(move || {
                for n in 0..50 {
                    store.save_data("a", "u", json!({"n": n})).unwrap();
                    assert_eq!(store.count(&Query::all()).unwrap(), n + 1);
                }
            });
        }
    });
}
