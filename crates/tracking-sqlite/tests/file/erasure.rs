//! Erased means erased: nothing of it is left in the file or beside it.

use std::fs;
use std::ops::ControlFlow;

use serde_json::json;
use tracking_core::{Query, TrackUpdate, TrackingStorage, TrackingStorageExt, UserName};

use crate::tools::{bytes_of, file, fill, holds, new, open};

const NAME: &str = "Zaphod Beeblebrox";
const SECRET: &str = "two heads, three arms";

#[test]
fn nothing_of_an_erased_user_is_left_in_any_file() {
    let (folder, file) = file();
    let store = open(&file);
    store.add_index(&"secret".into()).unwrap();
    for n in 0..300 {
        fill(&store, &format!("u{}", n % 7), 1);
        let key = tracking_core::Key::new(format!("{NAME} {n}")).unwrap();
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
    assert_eq!(erased, 200);
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
                assert_eq!(store.erase_user(&UserName::new(NAME).unwrap()).unwrap(), 1);
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
    assert_eq!(store.rename_user(&from, &to).unwrap(), 1);
    assert!(store.empty_log().unwrap());
    assert!(!holds(&bytes_of(folder.path()), NAME));
    assert!(fs::metadata(&file).unwrap().len() > 0);
}
