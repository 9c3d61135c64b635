//! Erased means erased: nothing is left in the file or its companions.

use std::fs;
use std::ops::ControlFlow;

use proptest::prelude::*;
use serde_json::json;
use tracking_core::{
    Batch, Erasure, Key, Query, SaveMode, TrackUpdate, TrackingStorage, TrackingStorageExt,
    UserName, Wipe,
};
use tracking_sqlite::SqliteStorage;

use crate::tools::{bytes_of, file, fill, holds, new, open, raw};

const NAME: &str = "Zaphod Beeblebrox";
const SECRET: &str = "two heads, three arms";

#[test]
fn nothing_of_an_erased_user_is_left_in_any_file() {
    let (folder, file) = file();
    let store = open(&file);
    store.add_index(&"secret".into()).unwrap();
    for n in 0..300 {
        fill(&store, &format!("u{}", n % 7), 1);
        let key = Key::new(format!("{NAME} {n}")).unwrap();
        let id = store
            .save(new("lesson-1", NAME, json!({"secret": SECRET})).with_key(key))
            .unwrap();
        match n % 3 {
            0 => drop(store.remove(id).unwrap()),
            1 => store
                .update(TrackUpdate::replace(id, tracking_core::Data::empty()))
                .unwrap(),
            _ => {}
        }
    }
    assert!(holds(&bytes_of(folder.path()), NAME));
    let erased = store.erase_user(&UserName::new(NAME).unwrap()).unwrap();
    assert_eq!(erased, Erasure::complete(200));
    let bytes = bytes_of(folder.path());
    for text in [NAME, SECRET] {
        assert!(!holds(&bytes, text), "{text} can still be read");
    }
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn what_others_still_read_is_wiped_with_the_next_change() {
    let (folder, file) = file();
    let store = open(&file);
    store.save_data("lesson-1", NAME, json!({})).unwrap();
    fill(&store, "anna", 10);
    let mut seen = 0;
    store
        .visit(&Query::all(), &mut |_| {
            if seen == 0 {
                let erased = store.erase_user(&UserName::new(NAME).unwrap()).unwrap();
                assert_eq!(erased.tracks, 1);
                assert!(!erased.wipe.is_complete(), "this visitor still reads");
            }
            seen += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, 11, "who reads sees the moment at which they began");
    store.save_data("lesson-1", "anna", json!({})).unwrap();
    assert!(!holds(&bytes_of(folder.path()), NAME));
}

#[test]
fn a_name_that_was_given_away_is_gone_with_it() {
    let (folder, file) = file();
    let store = open(&file);
    store.save_data("lesson-1", NAME, json!({})).unwrap();
    let (from, to) = (
        UserName::new(NAME).unwrap(),
        UserName::new("user 42").unwrap(),
    );
    assert_eq!(store.rename_user(&from, &to).unwrap(), Erasure::complete(1));
    assert!(!holds(&bytes_of(folder.path()), NAME));
    assert!(fs::metadata(&file).unwrap().len() > 0);
}

fn user(name: &str) -> UserName {
    UserName::new(name).unwrap()
}

/// Rows that move between pages leave copies in their unused space, of any age.
#[test]
fn of_many_users_erased_one_by_one_none_leaves_a_trace() {
    const USERS: usize = 20;
    let (folder, file) = file();
    let store = open(&file);
    store.add_index(&"secret".into()).unwrap();
    let name = |n: usize| format!("person-{n:02}-end");
    let mut dice = 1_u64;
    let mut roll = |most: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(dice >> 33).unwrap() % most
    };
    for _ in 0..40 {
        let tracks = (0..100).map(|_| {
            let who = name(roll(USERS));
            // Some need pages of their own.
            let pad = "z".repeat([0, 0, 300, 900, 9_000][roll(5)]);
            new(
                &format!("t{}", roll(200)),
                &who,
                json!({"secret": who, "pad": pad}),
            )
        });
        store.apply(&tracks.collect::<Batch>()).unwrap();
    }
    raw(&file).execute_batch("analyze").unwrap();
    for n in 0..USERS {
        let erased = store.erase_user(&user(&name(n))).unwrap();
        assert_eq!(erased.wipe, Wipe::Complete);
        assert!(!holds(&bytes_of(folder.path()), &name(n)), "{}", name(n));
    }
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn a_user_whose_tracks_were_removed_before_leaves_no_trace_either() {
    let (folder, file) = file();
    let store = open(&file);
    for n in 0..500 {
        let who = if n % 2 == 0 { NAME } else { "anna" };
        let pad = "x".repeat(n % 300);
        store
            .save_data("lesson-1", who, json!({"secret": who, "pad": pad}))
            .unwrap();
    }
    let all = Query::all().user(NAME);
    store.remove_matching(&all).unwrap();
    assert_eq!(store.erase_user(&user(NAME)).unwrap(), Erasure::complete(0));
    assert!(!holds(&bytes_of(folder.path()), NAME));
}

#[test]
fn what_a_reader_prevents_is_remembered_in_the_file_and_done_by_whoever_comes_next() {
    for by_opening in [false, true] {
        let (folder, file) = file();
        let store = open(&file);
        fill(&store, NAME, 50);
        fill(&store, "anna", 50);
        // As another process that has the file open for long.
        let follower = open(&file);
        store.save_data("lesson-1", "anna", json!({})).unwrap();
        let reader = raw(&file);
        reader.execute_batch("begin; select * from track").unwrap();
        let erased = store.erase_user(&user(NAME)).unwrap();
        assert_eq!(erased.tracks, 50);
        let Wipe::Pending(why) = &erased.wipe else {
            panic!("a reader has the log: {erased:?}");
        };
        assert!(why.contains("still reads"), "{why}");
        assert!(why.contains(&file.display().to_string()), "{why}");
        drop(store);
        follower.save_data("lesson-1", "bert", json!({})).unwrap();
        assert!(
            holds(&bytes_of(folder.path()), NAME),
            "the reader still reads"
        );
        drop(reader);
        if by_opening {
            open(&file);
        } else {
            follower.save_data("lesson-1", "bert", json!({})).unwrap();
        }
        assert!(!holds(&bytes_of(folder.path()), NAME), "{by_opening}");
        assert_eq!(follower.wipe().unwrap(), Wipe::Complete);
    }
}

#[test]
fn a_copy_of_a_file_with_a_wipe_that_is_due_is_wiped_too() {
    let (folder, file) = file();
    let store = open(&file);
    fill(&store, NAME, 50);
    fill(&store, "anna", 50);
    let reader = raw(&file);
    reader.execute_batch("begin; select * from track").unwrap();
    assert!(!store.erase_user(&user(NAME)).unwrap().wipe.is_complete());
    let other = tempfile::tempdir().unwrap();
    let copy = other.path().join("copy.db");
    store.backup(&copy, &mut |_| ()).unwrap();
    drop(SqliteStorage::open(&copy).unwrap());
    assert!(!holds(&bytes_of(other.path()), NAME));
    drop((reader, store, folder));
}

/// One of a few things that happen to the tracks of a user.
#[derive(Clone, Debug)]
enum Step {
    Save(usize, usize),
    Update(usize, usize),
    Remove(usize),
    Rename(usize),
    Erase(usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..4_usize;
    let size = prop_oneof![0..50_usize, 50..2_000_usize, 4_000..20_000_usize];
    prop_oneof![
        8 => (who.clone(), size.clone()).prop_map(|(who, size)| Step::Save(who, size)),
        4 => (who.clone(), size).prop_map(|(who, size)| Step::Update(who, size)),
        1 => who.clone().prop_map(Step::Remove),
        1 => who.clone().prop_map(Step::Rename),
        1 => who.prop_map(Step::Erase),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn of_names_erased_and_renamed_nothing_is_ever_left(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let (folder, file) = file();
        let mut store = open(&file);
        let mut generation = 0;
        let mut names: Vec<String> = (0..4).map(|who| format!("name-{who}-of-0.")).collect();
        let save = |store: &SqliteStorage, name: &str, size: usize, mode| {
            let data = json!({"who": name, "pad": "p".repeat(size)});
            let track = new(&format!("task-{}", size % 7), name, data);
            let key = Key::new(format!("{name} {size} {mode:?}")).unwrap();
            // A size that comes again is the same save.
            store.save(track.with_key(key).updating(mode)).unwrap();
        };
        for step in steps {
            let gone = match step {
                Step::Save(who, size) => {
                    for more in 0..10 {
                        save(&store, &names[who], size + more, SaveMode::Append);
                    }
                    continue;
                }
                Step::Update(who, size) => {
                    save(&store, &names[who], size, SaveMode::Replace);
                    continue;
                }
                Step::Remove(who) => {
                    let some = Query::all().user(names[who].as_str()).limit(3);
                    store.remove_matching(&some).unwrap();
                    continue;
                }
                Step::Reopen => {
                    drop(store);
                    store = open(&file);
                    continue;
                }
                Step::Erase(who) | Step::Rename(who) => who,
            };
            generation += 1;
            let next = format!("name-{gone}-of-{generation}.");
            let before = std::mem::replace(&mut names[gone], next.clone());
            if matches!(step, Step::Rename(_)) {
                // Data and keys are the user's own words: only the name itself is taken away.
                let all = store.query(&Query::all().user(before.as_str())).unwrap();
                let renamed = store.rename_user(&user(&before), &user(&next)).unwrap();
                prop_assert_eq!(renamed, Erasure::complete(all.len() as u64));
                let named = store.user_names(None).unwrap();
                prop_assert!(!named.contains(&user(&before)));
                store.erase_user(&user(&next)).unwrap();
            } else {
                let erased = store.erase_user(&user(&before)).unwrap();
                prop_assert_eq!(erased.wipe, Wipe::Complete);
            }
            prop_assert!(!holds(&bytes_of(folder.path()), &before), "{before} is left");
        }
    }
}
