//! The change feed.

use serde_json::{Value, json};

use crate::tool::Place;

/// The lines of `changes --json`.
fn changes(place: &Place, args: &[&str]) -> Vec<Value> {
    let ran = place.run(&[&["changes", "--json", "--store", "sqlite:t.db"], args].concat());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn changes_are_shown_in_their_order_and_continue_after_a_cursor() {
    let place = Place::with_store();
    let ran = place.run(&["changes", "--store", "sqlite:t.db"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.contains("`tracking changes --enable`"),
        "{}",
        ran.err
    );

    let on = place.json_on_store(&["changes", "--enable", "--max-age", "30d"]);
    assert_eq!(on["enabled"], true);
    assert_eq!(
        (&on["max_age_seconds"], &on["max_count"]),
        (&json!(2_592_000), &json!(1_000_000))
    );
    let begin = on["last"].as_str().unwrap().to_owned();
    assert_eq!(changes(&place, &[]), Vec::<Value>::new());

    let saved = place.json_on_store(&["save", "new-task", "zoe"]);
    place.stdout_on_store(&["rename-user", "zoe", "yan"]);
    let all = changes(&place, &["--after", &begin]);
    let kinds: Vec<&str> = all
        .iter()
        .map(|change| change["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["run_started", "track_saved", "user_renamed"]);
    let id = saved["id"].as_u64().unwrap();
    assert_eq!(
        (&all[1]["first"], &all[2]["last"]),
        (&json!(id), &json!(id))
    );
    assert_eq!(changes(&place, &["--limit", "1"]), all[..1]);
    let second = all[1]["cursor"].as_str().unwrap();
    assert_eq!(changes(&place, &["--after", second]), all[2..]);
    let text = place
        .run(&["changes", "--store", "sqlite:t.db", "--after", second])
        .out;
    assert!(text.ends_with(&format!("user_renamed {id:07}\n")), "{text}");

    assert_eq!(
        place.stdout_on_store(&["changes", "--disable"]),
        "the change feed is off\n"
    );
    place.stdout_on_store(&["changes", "--enable"]);
    let ran = place.run(&["changes", "--store", "sqlite:t.db", "--after", second]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("no longer available"), "{}", ran.err);
}

#[test]
fn what_cannot_be_meant_of_the_feed_is_refused() {
    let place = Place::with_store();
    for args in [
        &["changes", "--enable", "--follow"][..],
        &["changes", "--enable", "--disable"],
        &["changes", "--max-age", "1d"],
        &["changes", "--after", "x"],
    ] {
        let ran = place.run(&[args, &["--store", "sqlite:t.db"]].concat());
        assert_eq!(ran.status, Some(2), "{args:?}: {ran:?}");
    }
}
