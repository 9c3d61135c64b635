//! The audit helper: what changed, as a program sees it.

use serde::Serialize;
use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{Query, TrackingStorage, TrackingStorageExt};
use tracking_tokio::Changes;

#[derive(Serialize, Clone)]
struct Customer {
    name: &'static str,
    address: Address,
    tags: Vec<&'static str>,
    password: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'static str>,
}

#[derive(Serialize, Clone)]
struct Address {
    city: &'static str,
    zip: Option<u32>,
}

fn customer() -> Customer {
    Customer {
        name: "Anna",
        address: Address {
            city: "Bonn",
            zip: None,
        },
        tags: vec!["new"],
        password: "secret",
        phone: None,
    }
}

fn moved() -> Customer {
    Customer {
        address: Address {
            city: "Ulm",
            zip: Some(89_073),
        },
        tags: vec!["vip", "new"],
        password: "more secret",
        phone: Some("1"),
        ..customer()
    }
}

#[test]
fn changed_fields_are_saved_with_both_values_and_found_by_them() {
    let store = BTreeStorage::new();
    let changes = Changes::between(&customer(), &moved())
        .unwrap()
        .redact("password");
    let track = changes.to_track("customer-7", "clerk").unwrap().unwrap();
    store.save(track).unwrap();
    let tracks = store
        .query(&Query::all().field("before.address.city", "Bonn"))
        .unwrap();
    let expected = json!({
        "changed": ["address.city", "address.zip", "password", "phone", "tags"],
        "before": {"address": {"city": "Bonn", "zip": null}, "password": "(hidden)", "tags": ["new"]},
        "after": {
            "address": {"city": "Ulm", "zip": 89_073}, "password": "(hidden)", "phone": "1",
            "tags": ["vip", "new"],
        },
    });
    assert_eq!(
        tracks[0]
            .data()
            .as_str()
            .parse::<serde_json::Value>()
            .unwrap(),
        expected
    );
    assert!(!tracks[0].data().as_str().contains("secret"));
}

#[test]
fn what_is_omitted_is_no_change() {
    let changes = Changes::between(&customer(), &moved()).unwrap();
    let left = changes
        .exclude("address")
        .exclude("password")
        .exclude("tags");
    let left: Vec<String> = left
        .fields()
        .iter()
        .map(tracking_tokio::FieldChange::path_text)
        .collect();
    assert_eq!(left, ["phone"]);
}

#[test]
fn what_is_within_an_object_that_came_or_went_is_hidden_and_omitted_too() {
    let (before, after) = (
        json!({}),
        json!({"login": {"name": "anna", "password": "secret"}}),
    );
    let changes = Changes::between(&before, &after).unwrap();
    let hidden = changes.clone().redact("login.password").to_data().unwrap();
    assert!(hidden.as_str().contains("(hidden)") && !hidden.as_str().contains("secret"));
    let without = changes.exclude("login.password").to_data().unwrap();
    assert_eq!(
        without.as_str(),
        r#"{"after":{"login":{"name":"anna"}},"before":{},"changed":["login"]}"#
    );
}

#[test]
fn a_recorder_records_a_change_and_nothing_where_there_is_none() {
    let store: std::sync::Arc<dyn TrackingStorage> = std::sync::Arc::new(BTreeStorage::new());
    let recorder = tracking_tokio::Recorder::builder(std::sync::Arc::clone(&store))
        .build()
        .unwrap();
    recorder
        .record_change("customer-7", "clerk", &customer(), &customer())
        .unwrap();
    recorder
        .record_change("customer-7", "clerk", &customer(), &moved())
        .unwrap();
    assert!(
        recorder
            .record_change("", "clerk", &customer(), &moved())
            .is_err()
    );
    recorder.flush(std::time::Duration::from_secs(30)).unwrap();
    let tracks = store.query(&Query::all().user("clerk")).unwrap();
    assert_eq!(tracks.len(), 1);
    assert_eq!(tracks[0].data().get("after.phone").unwrap(), "1");
}

#[test]
fn without_a_change_there_is_no_track() {
    let changes = Changes::between(&customer(), &customer()).unwrap();
    assert!(changes.is_empty());
    assert!(changes.to_track("customer-7", "clerk").unwrap().is_none());
}

#[test]
fn what_was_created_or_removed_changed_in_all_its_fields() {
    let address = || customer().address;
    let data = |changes: Changes| changes.to_data().unwrap().as_str().to_owned();
    let created = Changes::between(&None::<Address>, &Some(address())).unwrap();
    assert_eq!(
        data(created.clone()),
        r#"{"after":{"city":"Bonn","zip":null},"before":{},"changed":["city","zip"]}"#
    );
    assert_eq!(
        data(created.exclude("zip")),
        r#"{"after":{"city":"Bonn"},"before":{},"changed":["city"]}"#
    );
    let removed = Changes::between(&Some(address()), &None::<Address>).unwrap();
    assert_eq!(
        data(removed),
        r#"{"after":{},"before":{"city":"Bonn","zip":null},"changed":["city","zip"]}"#
    );
    // Without a field, it is a value like any other.
    let (null, empty) = (json!(null), json!({}));
    for (before, after) in [(&null, &empty), (&empty, &null), (&null, &json!(1))] {
        let changes = Changes::between(before, after).unwrap();
        let expected = json!({"changed": [""], "before": before, "after": after});
        assert_eq!(changes.to_data().unwrap(), expected.try_into().unwrap());
    }
}

#[test]
fn a_value_that_is_no_json_is_an_error_and_one_that_is_no_object_is_compared_whole() {
    let map = std::collections::BTreeMap::from([((1, 2), 3)]);
    assert!(Changes::between(&map, &map).is_err());
    let changes = Changes::between(&1, &[2]).unwrap();
    assert_eq!(
        changes.to_data().unwrap().as_str(),
        r#"{"after":[2],"before":1,"changed":[""]}"#
    );
}
