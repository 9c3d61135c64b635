//! Keys: what makes a repeated save harmless.

use tracking_core::Fingerprint;

use super::prelude::*;

fn keyed(name: &str, data: Value) -> NewTrack {
    new("a001", "u1", data).with_key(key(name))
}

fn key_names(s: &Store, after: Option<&str>, limit: usize) -> Vec<String> {
    let after = after.map(key);
    let uses = s.key_uses(after.as_ref(), limit).unwrap();
    uses.iter().map(|used| used.key().to_string()).collect()
}

pub(super) fn a_repeated_save_gives_the_same_track(ctx: &Context<'_>) {
    let s = ctx.store();
    let saved = put(s, keyed("k1", json!({"a": 1})));
    ctx.wait(9);
    let why = "a repeated save does nothing, not even to the run's end";
    let again = unchanged(s, why, || put(s, keyed("k1", json!({"a": 1}))));
    assert_eq!(again, saved);
    assert_eq!(save(s, "a001", "u1", json!({})), id(2), "it uses up no id");
}

pub(super) fn a_key_makes_no_difference_between_equal_objects(ctx: &Context<'_>) {
    let s = ctx.store();
    let text = |text: &str| {
        NewTrack::new("a001", "u1", text.parse::<Data>().unwrap())
            .unwrap()
            .with_key(key("k1"))
    };
    put(s, text(r#"{"a": 1, "b": 2}"#));
    assert_eq!(put(s, text(r#"{ "b":2,"a":1 }"#)), id(1));
}

pub(super) fn other_content_under_a_key_is_an_error_that_names_it(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, keyed("k1", json!({"a": 1})).at(at(0)));
    let others = [
        keyed("k1", json!({"a": 2})).at(at(0)),
        keyed("k1", json!({"a": 1})).at(at(1)),
        keyed("k1", json!({"a": 1})),
        keyed("k1", json!({"a": 1})).at(at(0)).in_run(run_id(1)),
        keyed("k1", json!({"a": 1}))
            .at(at(0))
            .updating(SaveMode::Merge),
        new("a002", "u1", json!({"a": 1}))
            .at(at(0))
            .with_key(key("k1")),
        new("a001", "u2", json!({"a": 1}))
            .at(at(0))
            .with_key(key("k1")),
    ];
    for other in others {
        let error = refused(s, || s.save(other));
        assert_error!(
            error,
            Error::KeyConflict { key, track, .. } if key.as_str() == "k1" && *track == id(1)
        );
    }
}

pub(super) fn different_keys_are_different_saves(ctx: &Context<'_>) {
    let s = ctx.store();
    let given = ["k1", "K1", "k1 ", "k"].map(|name| put(s, keyed(name, json!({"a": 1}))));
    assert_eq!(given, [1, 2, 3, 4].map(id), "keys compare exactly");
}

pub(super) fn saves_without_a_key_are_all_different(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, keyed("k1", json!({})));
    assert_eq!(
        [
            save(s, "a001", "u1", json!({})),
            save(s, "a001", "u1", json!({}))
        ],
        [id(2), id(3)]
    );
}

pub(super) fn a_repeated_save_is_harmless_after_the_track_was_updated(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, keyed("k1", json!({"a": 1})));
    s.update(TrackUpdate::replace(id(1), object(json!({"b": 2}))))
        .unwrap();
    assert_eq!(put(s, keyed("k1", json!({"a": 1}))), id(1));
    assert_eq!(
        data(s, id(1)),
        json!({"b": 2}),
        "it does nothing, the update stays"
    );
}

pub(super) fn a_repeated_save_is_harmless_after_the_run_was_stopped(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, keyed("k1", json!({})));
    stop(s, task("a001"));
    assert_eq!(put(s, keyed("k1", json!({}))), id(1));
    assert_eq!(current(s, "a001"), None, "it starts no run");
}

pub(super) fn a_key_goes_when_its_track_is_removed(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, keyed("k1", json!({"a": 1})));
    s.remove(id(1)).unwrap();
    assert_eq!(s.key_use(&key("k1")).unwrap(), None);
    assert_eq!(
        put(s, keyed("k1", json!({"a": 2}))),
        id(2),
        "it is free for any content"
    );
    assert_eq!(put(s, keyed("k1", json!({"a": 2}))), id(2));
}

pub(super) fn keys_go_in_every_kind_of_removal(ctx: &Context<'_>) {
    let s = ctx.store();
    for n in 0..4 {
        put(
            s,
            new("a001", &format!("u{n}"), json!({})).with_key(key(&format!("k{n}"))),
        );
    }
    s.apply(&Batch::new().remove(id(1))).unwrap();
    assert_eq!(key_names(s, None, 9), ["k1", "k2", "k3"]);
    s.remove_matching(&Query::all().user("u1")).unwrap();
    assert_eq!(key_names(s, None, 9), ["k2", "k3"]);
    s.erase_user(&user("u2")).unwrap();
    assert_eq!(key_names(s, None, 9), ["k3"]);
    s.prune(&Retention::none().keep_last(0)).unwrap();
    assert!(key_names(s, None, 9).is_empty());
}

pub(super) fn an_update_under_a_key_is_done_once(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": 1}));
    let update = || keyed("k1", json!({"b": 2})).updating(SaveMode::Merge);
    ctx.wait(3);
    assert_eq!(put(s, update()), id(1), "it updates the last track");
    assert_eq!(track(s, id(1)).time(), at(3));
    ctx.wait(3);
    assert_eq!(
        unchanged(s, "a repeated update does nothing", || put(s, update())),
        id(1)
    );
    let replaced = keyed("k2", json!({"c": 3})).updating(SaveMode::Replace);
    assert_eq!(put(s, replaced), id(1));
    assert_eq!(put(s, update()), id(1), "also after another update");
    assert_eq!(data(s, id(1)), json!({"c": 3}));
    assert_eq!(
        key_names(s, None, 9),
        ["k1", "k2"],
        "a track may have several keys"
    );
}

pub(super) fn all_keys_of_a_track_go_with_it(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, keyed("k1", json!({"a": 1})));
    put(s, keyed("k2", json!({"b": 2})).updating(SaveMode::Merge));
    s.remove(id(1)).unwrap();
    assert!(key_names(s, None, 9).is_empty());
}

pub(super) fn a_key_may_be_repeated_within_a_batch(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .save(keyed("k1", json!({"a": 1})))
        .save(keyed("k1", json!({"a": 1})))
        .save(new("a001", "u1", json!({})));
    let expected = [
        Outcome::Saved(id(1)),
        Outcome::Saved(id(1)),
        Outcome::Saved(id(2)),
    ];
    assert_eq!(s.apply(&batch).unwrap(), expected);
}

pub(super) fn other_content_within_a_batch_is_an_error(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch = Batch::new()
        .save(keyed("k1", json!({"a": 1})))
        .save(keyed("k1", json!({"a": 2})));
    let (index, error) = refused_batch(s, &batch);
    assert_eq!(index, 1);
    assert_error!(error, Error::KeyConflict { track, .. } if *track == id(1));
    assert_eq!(
        s.key_use(&key("k1")).unwrap(),
        None,
        "the key has not been used"
    );
}

pub(super) fn a_key_is_free_again_within_the_batch_that_removes_its_track(ctx: &Context<'_>) {
    let s = ctx.store();
    put(s, keyed("k1", json!({"a": 1})));
    let batch = Batch::new()
        .remove(id(1))
        .save(keyed("k1", json!({"a": 2})));
    let expected = [Outcome::Removed(true), Outcome::Saved(id(2))];
    assert_eq!(s.apply(&batch).unwrap(), expected);
}

pub(super) fn a_whole_batch_may_be_repeated(ctx: &Context<'_>) {
    let s = ctx.store();
    let batch: Batch = (0..5)
        .map(|n| keyed(&format!("k{n}"), json!({"n": n})))
        .collect();
    let first = s.apply(&batch).unwrap();
    ctx.wait(60);
    let again = unchanged(s, "every save is repeated", || s.apply(&batch).unwrap());
    assert_eq!(again, first);
}

pub(super) fn the_use_of_a_key_can_be_read(ctx: &Context<'_>) {
    let s = ctx.store();
    let track = keyed("k1", json!({"a": 1})).at(at(5));
    assert_eq!(s.key_use(&key("k1")).unwrap(), None);
    put(s, track.clone());
    let used = s.key_use(&key("k1")).unwrap().unwrap();
    assert_eq!((used.key().as_str(), used.track()), ("k1", id(1)));
    assert_eq!(used.fingerprint(), Fingerprint::of(&track));
    assert_eq!(s.key_uses(None, 9).unwrap(), [used]);
}

pub(super) fn keys_come_sorted_after_one_and_up_to_a_limit(ctx: &Context<'_>) {
    let s = ctx.store();
    for name in ["b", "é", "a", "Z", "ab"] {
        put(s, keyed(name, json!({"n": name})));
    }
    assert_eq!(key_names(s, None, 9), ["Z", "a", "ab", "b", "é"]);
    assert_eq!(key_names(s, None, 2), ["Z", "a"]);
    assert_eq!(key_names(s, Some("a"), 2), ["ab", "b"]);
    assert_eq!(
        key_names(s, Some("aa"), 1),
        ["ab"],
        "that one need not be there"
    );
    assert!(key_names(s, Some("é"), 9).is_empty());
    assert!(key_names(s, None, 0).is_empty());
}
