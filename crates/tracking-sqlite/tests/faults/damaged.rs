//! A file of ours that is no longer what was written.

use std::error::Error;
use std::fs;
use std::path::Path;

use tracking_core::{
    ExportError, GroupBy, Query, RunQuery, TimeRange, Timestamp, TrackingStorage,
    TrackingStorageExt,
};
use tracking_sqlite::{Durability, SqliteStorage};

use super::dice::Dice;
use super::steps;
use super::tools::{contents_of, damage, folder, full_message, sibling, try_contents};

const PAGE: usize = 4096;

/// A file on which many steps were done, and closed.
fn sample() -> Vec<u8> {
    let folder = folder();
    let path = folder.path().join("test.db");
    drop(steps::file_after(&path, 200, Durability::Process));
    fs::read(&path).unwrap()
}

/// Everything that a store answers, by way of every index.
fn answers(store: &dyn TrackingStorage) -> Result<String, Box<dyn Error>> {
    let mut reported = vec![try_contents(store)?];
    let all = Query::all();
    let times = TimeRange::since(Timestamp::EPOCH);
    for grouping in [
        GroupBy::Task,
        GroupBy::User,
        GroupBy::Run,
        GroupBy::Field("page".into()),
    ] {
        let groups = store.groups(&all.clone().within(times), &grouping.into())?;
        reported.push(format!("{groups:?}"));
    }
    for task in store.task_ids()? {
        let count = store.count(&all.clone().task(task.as_str()))?;
        reported.push(format!(
            "{task}: {count} of {:?}",
            store.user_names(Some(&task))?
        ));
    }
    for user in store.user_names(None)? {
        let tracks = store.query(&all.clone().user(user.as_str()))?;
        reported.push(format!("{user}: {tracks:?}"));
    }
    for page in 0..10 {
        let tracks = store.query(&all.clone().field("page", page))?;
        reported.push(format!("{page}: {tracks:?}"));
    }
    reported.push(format!("{:?}", store.runs(&RunQuery::all())?));
    Ok(reported.join("\n"))
}

/// Whatever the file is: an error that names it, or right answers, or a check that finds
/// something; and never a panic, also not of a save. Returns the message for the user, if any.
fn assert_no_silent_harm(path: &Path, right: &str, what: &str) -> Option<String> {
    let reported = match SqliteStorage::open(path) {
        Err(error) => Some(assert_names(&error, path, what)),
        Ok(store) => match answers(&store) {
            Err(error) => Some(assert_names(&*error, path, what)),
            Ok(there) if there == right => None,
            Ok(_) => {
                let found = damage(path);
                assert_ne!(
                    found,
                    Vec::<String>::new(),
                    "{what}: wrong, and no check tells"
                );
                None
            }
        },
    };
    if let Ok(store) = SqliteStorage::open(path) {
        let saved = store.save_data("lesson", "user", serde_json::json!({"page": 1}));
        let _refused_or_not = saved.is_err();
    }
    reported
}

/// Fails unless an error names the file, or the track or checkpoint that is damaged.
fn assert_names(error: &(dyn Error + 'static), path: &Path, what: &str) -> String {
    let reported = full_message(error);
    let is_of_a_record = matches!(
        error.downcast_ref::<ExportError>(),
        Some(ExportError::Damaged { .. })
    );
    let names = is_of_a_record || reported.contains(&*path.to_string_lossy());
    assert!(names, "{what}: no file in: {reported}");
    reported
}

struct Place {
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
    full_message: Vec<u8>,
    right: String,
}

impl Place {
    fn new() -> Self {
        let (folder, full_message) = (folder(), sample());
        let path = folder.path().join("test.db");
        fs::write(&path, &full_message).unwrap();
        let right = answers(&SqliteStorage::open(&path).unwrap()).unwrap();
        Self {
            _folder: folder,
            path,
            full_message,
            right,
        }
    }

    /// Reads the file with other content; returns whether an error was reported.
    fn look(&self, content: &[u8], what: &str) -> bool {
        for end in ["-wal", "-shm"] {
            fs::remove_file(sibling(&self.path, end)).ok();
        }
        fs::write(&self.path, content).unwrap();
        assert_no_silent_harm(&self.path, &self.right, what).is_some()
    }
}

/// A truncated file is reported as damaged, and nothing panics.
#[test]
fn a_truncated_file_is_reported() {
    let place = Place::new();
    let mut dice = Dice::new(1);
    let pages = (1..place.full_message.len() / PAGE).map(|page| page * PAGE);
    let anywhere = (0..60).map(|_| 1 + dice.place(place.full_message.len() - 1));
    let mut reported = 0;
    for length in pages.chain(anywhere).chain([1, 15, 16, 17, 99, 100, 101]) {
        let what = format!("cut at {length}");
        reported += u32::from(place.look(&place.full_message[..length], &what));
    }
    assert!(reported > 60, "{reported} were told");
}

/// A page of zeros or of noise is reported when it is read, or by a check.
#[test]
fn a_scrambled_page_is_reported() {
    let place = Place::new();
    let mut dice = Dice::new(2);
    let mut reported = 0;
    for page in 0..place.full_message.len() / PAGE {
        for noise in [vec![0; PAGE], dice.bytes(PAGE), vec![0xff; PAGE]] {
            let mut content = place.full_message.clone();
            content[page * PAGE..][..PAGE].copy_from_slice(&noise);
            reported +=
                u32::from(place.look(&content, &format!("page {page}, {:?}..", &noise[..2])));
        }
    }
    assert!(reported > 20, "{reported} were told");
}

/// So is a header of which a byte is another.
#[test]
fn a_changed_header_is_reported_or_harmless() {
    let place = Place::new();
    let mut reported = 0;
    for byte in 0..100 {
        for flip in [0x01, 0x80, 0xff] {
            let mut content = place.full_message.clone();
            content[byte] ^= flip;
            reported += u32::from(place.look(&content, &format!("byte {byte} ^ {flip:#x}")));
        }
    }
    assert!(reported > 50, "{reported} were told");
}

/// Noise in the log or the shared memory of the file is not taken for changes.
#[test]
fn noise_next_to_the_file_is_not_believed() {
    let place = Place::new();
    let mut dice = Dice::new(3);
    for end in ["-wal", "-shm"] {
        for length in [0, 1, 31, 32, 33, 4096, 32 + 24 + 4096, 40_000] {
            fs::write(&place.path, &place.full_message).unwrap();
            fs::write(sibling(&place.path, end), dice.bytes(length)).unwrap();
            let store = SqliteStorage::open(&place.path).unwrap();
            let there = answers(&store).unwrap();
            assert!(there == place.right, "{length} bytes of noise in {end}");
            store
                .save_data("lesson", "user", serde_json::json!({}))
                .unwrap();
        }
    }
}

/// The log of another file, left behind where that was replaced by this one, is either not
/// used, or its effect on this one is reported. (The log of a file from its first page on is that
/// whole file, and then this one is that one; which is why the three files move together.)
#[test]
fn the_log_of_another_file_is_reported() {
    let place = Place::new();
    let other = folder();
    let other = other.path().join("other.db");
    drop(steps::file_after(&other, 120, Durability::Process));
    let store = steps::builder(&other).open().unwrap();
    for n in 120..150 {
        steps::step(&store, n).unwrap();
    }
    let log = fs::read(sibling(&other, "-wal")).unwrap();
    drop(store);
    let mut reported = 0;
    for part in 1..=8 {
        fs::write(&place.path, &place.full_message).unwrap();
        let log = &log[..log.len() * part / 8];
        fs::write(sibling(&place.path, "-wal"), log).unwrap();
        let what = format!("{part} parts of 8 of the log");
        reported += u32::from(assert_no_silent_harm(&place.path, &place.right, &what).is_some());
    }
    assert!(reported > 0, "nothing but a check tells");
}

/// Rows that only another program can have written are reported with the file's name, one by one,
/// and the rest can be read.
#[test]
fn odd_rows_of_another_program_are_reported() {
    let folder = folder();
    for (number, (what, sql)) in ODD.iter().enumerate() {
        let path = folder.path().join(format!("{number}.db"));
        let store = SqliteStorage::builder(&path).index("page").open().unwrap();
        for user in ["anna", "bert"] {
            let saved = store.save_data("lesson", user, serde_json::json!({"page": 1}));
            saved.unwrap();
        }
        let other = super::tools::open_directly(&path);
        other
            .pragma_update(None, "ignore_check_constraints", true)
            .unwrap();
        other.pragma_update(None, "foreign_keys", false).unwrap();
        if other.execute_batch(sql).is_err() {
            // What the file itself refuses, by its indexes and checks, nobody meets.
            continue;
        }
        if let Err(error) = answers(&store) {
            assert_names(&*error, &path, what);
        }
        store
            .save_data("other", "carl", serde_json::json!({}))
            .unwrap();
        assert_eq!(
            store.count(&Query::all().user("carl")).unwrap(),
            1,
            "{what}"
        );
    }
    assert_eq!(contents_of(&folder.path().join("0.db")).lines().count(), 8);
}

const ODD: &[(&str, &str)] = &[
    ("nothing odd", "select 1"),
    (
        "data that is no JSON",
        "update track set data = 'nonsense' where user = 1",
    ),
    (
        "data that is no object",
        "update track set data = '[1]' where user = 1",
    ),
    (
        "data cut off",
        "update track set data = '{\"page\": ' where user = 1",
    ),
    (
        "data that is no text",
        "update track set data = cast(x'ff00ff' as text) where user = 1",
    ),
    (
        "a time beyond all",
        "update track set time = 9223372036854775807 where user = 1",
    ),
    ("an id below 1", "update track set id = -5 where user = 1"),
    ("no such task", "update track set task = 77 where user = 1"),
    ("no such user", "update track set user = 77 where user = 1"),
    ("no such run", "update track set run = 77 where user = 1"),
    (
        "an empty task id",
        "update task set name = '' where name = 'lesson'",
    ),
    (
        "a name with NUL",
        "update user set name = 'a' || char(0) where name = 'anna'",
    ),
    (
        "a name that is no text",
        "update user set name = cast(x'ff' as text) where name = 'anna'",
    ),
    ("a run finished twice over", "update run set finished = 7"),
    (
        "a run that ends before time",
        "update run set \"end\" = -9223372036854775807",
    ),
    (
        "a checkpoint that is no JSON",
        "insert into checkpoint values ('a', 'nonsense')",
    ),
    (
        "a key of no track",
        "insert into key values ('k', 99, zeroblob(16))",
    ),
    (
        "a short fingerprint",
        "insert into key values ('k', 1, zeroblob(3))",
    ),
    (
        "an odd field",
        "insert into indexed_field (store, field) values ('main', '')",
    ),
];
