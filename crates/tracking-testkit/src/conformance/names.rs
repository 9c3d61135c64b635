//! Names: how they compare, prefixes, and lists of them.

use super::prelude::*;

const COMPOSED: &str = "caf\u{e9}";
const DECOMPOSED: &str = "cafe\u{301}";

/// One track for each name, as task and as user.
fn save_names(s: &Store, names: &[&str]) {
    for name in names {
        save(s, name, name, json!({}));
    }
}

/// What a filter finds, the same by task and by user.
fn found(s: &Store, names: &NameFilter) -> Vec<u64> {
    let by_task = ids(s, &Query::all().tasks_in(names.clone()));
    let by_user = ids(s, &Query::all().users_in(names.clone()));
    assert_eq!(by_task, by_user, "tasks and users compare alike");
    by_task
}

fn exactly(s: &Store, name: &str) -> Vec<u64> {
    found(s, &NameFilter::exact([name]))
}

fn beginning(s: &Store, prefix: &str) -> Vec<u64> {
    found(s, &NameFilter::prefixes([prefix]))
}

pub(super) fn case_matters(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["abc", "Abc", "ABC"]);
    assert_eq!(exactly(s, "Abc"), [2]);
    assert_eq!(beginning(s, "A"), [2, 3]);
    assert_eq!(users(s), ["ABC", "Abc", "abc"]);
}

pub(super) fn composed_and_decomposed_forms_differ(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &[COMPOSED, DECOMPOSED]);
    assert_eq!(exactly(s, COMPOSED), [1]);
    assert_eq!(exactly(s, DECOMPOSED), [2]);
    assert_eq!(tasks(s).len(), 2);
}

pub(super) fn white_space_matters(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a", "a ", " a", "a\t", "a\n"]);
    assert_eq!(exactly(s, "a "), [2]);
    assert_eq!(tasks(s), ["\u{20}a", "a", "a\t", "a\n", "a "]);
}

pub(super) fn a_name_does_not_match_the_names_it_begins(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a", "ab", "abc"]);
    assert_eq!(exactly(s, "ab"), [2]);
}

pub(super) fn a_prefix_finds_every_name_that_starts_with_it(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(
        s,
        &[
            "a",
            "azure",
            "az",
            "azz\u{10FFFF}",
            "a\u{10FFFF}",
            "b",
            "A",
            "ba",
        ],
    );
    assert_eq!(
        beginning(s, "a"),
        [1, 2, 3, 4, 5],
        "also what comes after `az`"
    );
    assert_eq!(beginning(s, "az"), [2, 3, 4]);
}

pub(super) fn a_prefix_may_end_in_the_last_character(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a\u{10FFFF}", "a\u{10FFFF}x", "b", "\u{10FFFF}", "a"]);
    assert_eq!(beginning(s, "a\u{10FFFF}"), [1, 2]);
    assert_eq!(beginning(s, "\u{10FFFF}"), [4]);
}

pub(super) fn a_prefix_goes_by_characters_and_not_by_words(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["日本語", "日本", "日", "月", COMPOSED]);
    assert_eq!(beginning(s, "日本"), [1, 2]);
    assert_eq!(beginning(s, "cafe"), Vec::<u64>::new());
}

pub(super) fn the_empty_prefix_finds_everything(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a", "\u{1}", "\u{10FFFF}"]);
    save(s, "a", "", json!({}));
    assert_eq!(ids(s, &Query::all().task_prefix("")), [1, 2, 3, 4]);
    assert_eq!(ids(s, &Query::all().user_prefix("")), [1, 2, 3, 4]);
}

pub(super) fn an_unknown_prefix_finds_nothing(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a", "ab"]);
    assert!(beginning(s, "abc").is_empty());
    assert!(beginning(s, "`").is_empty());
}

pub(super) fn prefixes_and_names_can_be_joined(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a1", "a2", "b1", "c1", "c"]);
    let names = NameFilter::prefixes(["a", "a1", "x"]).or(NameFilter::exact(["c", "a2", "y"]));
    assert_eq!(found(s, &names), [1, 2, 5]);
}

pub(super) fn a_prefix_and_a_name_must_both_be_met(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a1", "a2", "b1"]);
    assert_eq!(
        ids(s, &Query::all().task_prefix("a").tasks(["a2", "b1"])),
        [2]
    );
    assert_eq!(
        ids(s, &Query::all().task_prefix("a").user_prefix("a1")),
        [1]
    );
}

pub(super) fn stars_and_wildcards_are_ordinary_characters(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a*", "azure", "a%", "a_", "a?", "a[z]", "a\\"]);
    for (number, name) in (1..).zip(["a*", "azure", "a%", "a_", "a?", "a[z]", "a\\"]) {
        assert_eq!(exactly(s, name), [number], "{name}");
        assert_eq!(beginning(s, name), [number], "{name} as a prefix");
    }
}

pub(super) fn quotes_and_other_signs_are_kept(ctx: &Context<'_>) {
    let s = ctx.store();
    let names = [
        "'; --",
        "\"",
        "a/b",
        "a\u{1}b",
        "\u{1F600}",
        "{}",
        "null",
        "0",
    ];
    save_names(s, &names);
    for (number, name) in (1..).zip(names) {
        assert_eq!(exactly(s, name), [number], "{name}");
        assert_eq!(track(s, id(number)).user().as_str(), name);
    }
}

pub(super) fn long_names_are_kept(ctx: &Context<'_>) {
    let s = ctx.store();
    let long = "é".repeat(10_000);
    let longer = format!("{long}x");
    save_names(s, &[&long, &longer]);
    assert_eq!(exactly(s, &long), [1]);
    assert_eq!(beginning(s, &long), [1, 2]);
}

pub(super) fn lists_of_names_are_sorted_by_code_point(ctx: &Context<'_>) {
    let s = ctx.store();
    let names = ["é", "z", "Z", "a", "\u{1F600}", "\u{FFFD}", "a0", "10", "9"];
    save_names(s, &names);
    let sorted = ["10", "9", "Z", "a", "a0", "z", "é", "\u{FFFD}", "\u{1F600}"];
    assert_eq!(tasks(s), sorted);
    assert_eq!(users(s), sorted);
}

pub(super) fn user_names_are_those_of_a_task(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u2", json!({}));
    save(s, "a001", "u1", json!({}));
    save(s, "a002", "u3", json!({}));
    save(s, "a001", "", json!({}));
    assert_eq!(users_of(s, "a001"), ["", "u1", "u2"]);
    assert_eq!(users_of(s, "a002"), ["u3"]);
    assert_eq!(users_of(s, "a003"), Vec::<String>::new());
    assert_eq!(users(s), ["", "u1", "u2", "u3"]);
}

pub(super) fn users_of_all_runs_are_listed(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    start(s, "a001");
    save(s, "a001", "u2", json!({}));
    stop(s, task("a001"));
    assert_eq!(users_of(s, "a001"), ["u1", "u2"]);
}

pub(super) fn names_are_listed_only_while_a_track_exists(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    save(s, "a001", "u2", json!({}));
    save(s, "a002", "u2", json!({}));
    s.remove(id(2)).unwrap();
    assert_eq!(
        (tasks(s).len(), users_of(s, "a001")),
        (2, vec!["u1".to_owned()])
    );
    s.remove(id(1)).unwrap();
    assert_eq!(
        (tasks(s), users(s)),
        (vec!["a002".to_owned()], vec!["u2".to_owned()])
    );
    s.remove(id(3)).unwrap();
    assert!(tasks(s).is_empty() && users(s).is_empty());
    save(s, "a001", "u1", json!({}));
    assert_eq!(
        (tasks(s).len(), users(s).len()),
        (1, 1),
        "and again when one comes"
    );
}

pub(super) fn an_empty_task_id_is_refused(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    let refusals = [
        refused(s, || s.save_data("", "u1", json!({}))),
        refused(s, || s.start_run_of("")),
        refused(s, || s.users_of("")),
        refused(s, || s.last_user_track("", run_id(1), "u1")),
    ];
    for error in refusals {
        assert_error!(
            error,
            Error::InvalidName { what, .. } if what == "task id"
        );
    }
}

pub(super) fn a_nul_character_is_refused_in_names(ctx: &Context<'_>) {
    let s = ctx.store();
    save(s, "a001", "u1", json!({}));
    for (name, who) in [("a\0", "u1"), ("\0", "u1"), ("a001", "u\0"), ("a001", "\0")] {
        let error = refused(s, || s.save_data(name, who, json!({})));
        assert_error!(error, Error::InvalidName { .. });
    }
}

pub(super) fn a_name_that_cannot_be_is_in_no_track(ctx: &Context<'_>) {
    let s = ctx.store();
    save_names(s, &["a", "ab"]);
    assert!(exactly(s, "a\0").is_empty());
    assert!(beginning(s, "a\0").is_empty());
    assert_eq!(
        found(s, &NameFilter::exact(["a\0", "ab", "\0"])),
        [2],
        "it is skipped"
    );
    assert!(ids(s, &Query::all().task("")).is_empty());
}
