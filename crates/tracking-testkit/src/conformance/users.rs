//! Erasing and renaming users.

use super::prelude::*;

/// Tracks 1 to 5 of u1 and u2 in two tasks, with keys.
fn five(s: &Store) {
    for (n, (name, who)) in (0..).zip([
        ("a", "u1"),
        ("a", "u2"),
        ("b", "u1"),
        ("b", "u1"),
        ("a", "u11"),
    ]) {
        put(
            s,
            new(name, who, json!({"n": n})).with_key(key(&format!("k{n}"))),
        );
    }
}

pub(super) fn an_erased_user_is_named_nowhere(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(done(s.erase_user(&user("u1"))), Erasure::complete(3));
    assert_eq!(
        ids(s, &Query::all()),
        [2, 5],
        "in no task, and nobody else is"
    );
    assert_eq!(users(s), ["u11", "u2"]);
    assert_eq!(users_of(s, "b"), Vec::<String>::new());
    let keys = s.key_uses(None, 9).unwrap();
    assert_eq!(
        keys.iter()
            .map(|used| used.key().as_str())
            .collect::<Vec<_>>(),
        ["k1", "k4"]
    );
    let records = serde_json::to_string(&dump(s)).unwrap();
    assert!(
        !records.contains(r#""u1""#),
        "nothing in the store names them: {records}"
    );
}

pub(super) fn an_unknown_user_has_nothing_to_erase(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let erased = unchanged(s, "nobody was erased", || s.erase_user(&user("u")).unwrap());
    assert_eq!(erased.tracks, 0, "a name is no prefix");
}

pub(super) fn nobody_can_be_erased(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a", "", json!({}));
    save(s, "a", "u1", json!({}));
    assert_eq!(
        done(s.erase_user(&UserName::nobody())),
        Erasure::complete(1)
    );
    assert_eq!(ids(s, &Query::all()), [2]);
}

pub(super) fn an_erased_user_may_come_back(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    s.erase_user(&user("u1")).unwrap();
    let track = new("a", "u1", json!({"n": 0})).with_key(key("k0"));
    assert_eq!(put(s, track), id(6));
    assert_eq!(last(s, "a", RunChoice::Current, "u1"), Some(6));
}

pub(super) fn a_renamed_user_keeps_every_count(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let before = [1, 2, 3, 4, 5].map(|n| track(s, id(n)));
    assert_eq!(
        done(s.rename_user(&user("u1"), &user("new"))),
        Erasure::complete(3)
    );
    assert_eq!(ids(s, &Query::all().user("new")), [1, 3, 4]);
    assert!(ids(s, &Query::all().user("u1")).is_empty());
    assert_eq!(users(s), ["new", "u11", "u2"]);
    assert_eq!(users_of(s, "b"), ["new"]);
    for (n, old) in (1..).zip(before) {
        let new_name = if old.user().as_str() == "u1" {
            user("new")
        } else {
            old.user().clone()
        };
        let data = old.data().clone();
        let expected = Track::new(
            old.id(),
            old.task().clone(),
            old.run(),
            new_name,
            old.time(),
            data,
        );
        assert_eq!(track(s, id(n)), expected, "all but the name stays");
    }
}

pub(super) fn a_rename_leaves_runs_and_counters(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let before = (s.runs(&RunQuery::all()).unwrap(), s.counters().unwrap());
    ctx.wait(60);
    s.rename_user(&user("u1"), &user("new")).unwrap();
    assert_eq!(
        (s.runs(&RunQuery::all()).unwrap(), s.counters().unwrap()),
        before
    );
}

pub(super) fn a_rename_into_a_name_that_exists_makes_them_one(ctx: &Context<'_>) {
    let s = ctx.store();
    save_at(s, "a001", "u1", 10);
    save_at(s, "a001", "u2", 30);
    save_at(s, "a001", "u1", 20);
    assert_eq!(
        done(s.rename_user(&user("u1"), &user("u2"))),
        Erasure::complete(2)
    );
    assert_eq!(
        ids(s, &Query::all().user("u2")),
        [1, 2, 3],
        "no track is lost"
    );
    assert_eq!(users(s), ["u2"]);
    assert_eq!(
        last(s, "a001", RunChoice::Current, "u2"),
        Some(2),
        "the last of both"
    );
    assert_eq!(last(s, "a001", RunChoice::Current, "u1"), None);
}

pub(super) fn a_rename_reaches_all_runs(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    stop(s, task("a001"));
    save(s, "a001", "u1", json!({}));
    assert_eq!(
        done(s.rename_user(&user("u1"), &user("u2"))),
        Erasure::complete(2)
    );
    assert_eq!(last(s, "a001", run_id(1), "u2"), Some(1));
    assert_eq!(last(s, "a001", run_id(2), "u2"), Some(2));
}

pub(super) fn a_rename_to_the_same_name_changes_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    unchanged(s, "the name is the same", || {
        s.rename_user(&user("u1"), &user("u1")).unwrap()
    });
}

pub(super) fn an_unknown_user_has_nothing_to_rename(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    let rename = || s.rename_user(&user("u"), &user("u2")).unwrap();
    assert_eq!(unchanged(s, "nobody was renamed", rename).tracks, 0);
}

pub(super) fn a_user_may_become_nobody_and_nobody_a_user(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    assert_eq!(
        done(s.rename_user(&user("u1"), &UserName::nobody())),
        Erasure::complete(3)
    );
    assert_eq!(ids(s, &Query::all().user("")), [1, 3, 4]);
    assert_eq!(
        done(s.rename_user(&UserName::nobody(), &user("u3"))),
        Erasure::complete(3)
    );
    assert_eq!(ids(s, &Query::all().user("u3")), [1, 3, 4]);
}

pub(super) fn a_repeated_save_is_harmless_after_a_rename(ctx: &Context<'_>) {
    let s = ctx.store();
    five(s);
    s.rename_user(&user("u1"), &user("new")).unwrap();
    let again = new("a", "u1", json!({"n": 0})).with_key(key("k0"));
    assert_eq!(unchanged(s, "the key was used", || put(s, again)), id(1));
}

pub(super) fn a_renamed_user_is_updated_under_the_new_name(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": 1}));
    s.rename_user(&user("u1"), &user("new")).unwrap();
    assert_eq!(merge(s, "a001", "new", json!({"b": 2})), id(1));
    assert_eq!(
        merge(s, "a001", "u1", json!({"b": 2})),
        id(2),
        "the old name begins anew"
    );
}
