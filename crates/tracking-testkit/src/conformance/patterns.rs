//! Patterns of names as criteria.

use super::prelude::*;

/// Saves one track for each name, as task and as user, and gives what patterns find of them: the
/// same by task and by user.
fn found(ctx: &Context<'_>, names: &[&str], filter: &NameFilter) -> Vec<u64> {
    let s = ctx.fresh();
    for name in names {
        save(&*s, name, name, json!({}));
    }
    let by_task = Query::all().tasks_in(filter.clone());
    let by_user = Query::all().users_in(filter.clone());
    let found = ids(&*s, &by_task);
    assert_eq!(found, ids(&*s, &by_user), "tasks and users compare alike");
    assert_eq!(count(&*s, &by_task), found.len() as u64);
    found
}

fn matching_pattern(ctx: &Context<'_>, names: &[&str], pattern: &str) -> Vec<u64> {
    found(ctx, names, &NameFilter::patterns([pattern]))
}

const PAGES: [&str; 6] = [
    "/index.html",
    "/site.css",
    "/a/b/site.css",
    "/site.css?v=1",
    "/site.CSS",
    "css",
];

pub(super) fn a_star_stands_for_any_text_also_with_slashes(ctx: &Context<'_>) {
    assert_eq!(matching_pattern(ctx, &PAGES, "*.css"), [2, 3]);
    assert_eq!(matching_pattern(ctx, &PAGES, "/*.css"), [2, 3]);
    assert_eq!(matching_pattern(ctx, &PAGES, "/a/*"), [3]);
    assert_eq!(matching_pattern(ctx, &PAGES, "*"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(matching_pattern(ctx, &PAGES, "*css*"), [2, 3, 4, 6]);
    assert_eq!(
        matching_pattern(ctx, &["a", "a\nb"], "a*b"),
        [2],
        "and line ends"
    );
}

pub(super) fn a_question_mark_stands_for_one_character(ctx: &Context<'_>) {
    let names = ["a", "ab", "aé", "a日", "abc", "a?"];
    assert_eq!(matching_pattern(ctx, &names, "a?"), [2, 3, 4, 6]);
    assert_eq!(matching_pattern(ctx, &names, "??"), [2, 3, 4, 6]);
    assert_eq!(matching_pattern(ctx, &names, "?*"), [1, 2, 3, 4, 5, 6]);
}

pub(super) fn all_else_in_a_pattern_stands_for_itself(ctx: &Context<'_>) {
    let names = ["a*", "azz", "[a]z", "a\\z", "%z", "_z", "Az", "a.z"];
    assert_eq!(matching_pattern(ctx, &names, "[a]*"), [3]);
    assert_eq!(matching_pattern(ctx, &names, "*\\z"), [4]);
    assert_eq!(matching_pattern(ctx, &names, "%?"), [5]);
    assert_eq!(matching_pattern(ctx, &names, "_?"), [6]);
    assert_eq!(matching_pattern(ctx, &names, "*.z"), [8]);
    assert_eq!(matching_pattern(ctx, &names, "A?"), [7], "case matters");
}

pub(super) fn a_pattern_without_wildcards_is_a_name(ctx: &Context<'_>) {
    assert_eq!(matching_pattern(ctx, &["a", "ab", "ba"], "a"), [1]);
    assert_eq!(
        matching_pattern(ctx, &["a", "ab", "ba"], ""),
        Vec::<u64>::new()
    );
}

pub(super) fn patterns_names_and_prefixes_can_be_joined(ctx: &Context<'_>) {
    let names = ["a1", "a2", "b1", "c1", "c", "x"];
    let filter = NameFilter::patterns(["*1", "a?"]);
    let filter = filter.or(NameFilter::exact(["c", "a1"]));
    assert_eq!(found(ctx, &names, &filter), [1, 2, 3, 4, 5]);
    let filter = NameFilter::patterns(["*1"]).or(NameFilter::prefixes(["c"]));
    assert_eq!(found(ctx, &names, &filter), [1, 3, 4, 5]);
}

pub(super) fn several_patterns_must_all_be_met(ctx: &Context<'_>) {
    let names = ["ab", "abc", "xbc", "ac", "a"];
    let both = NameFilter::patterns(["a*"]).and(&NameFilter::patterns(["*c"]));
    assert_eq!(found(ctx, &names, &both), [2, 4]);
    let three = both.and(&NameFilter::patterns(["?b?"]));
    assert_eq!(found(ctx, &names, &three), [2]);
    let listed = both.and(&NameFilter::exact(["ac", "ab"]));
    assert_eq!(found(ctx, &names, &listed), [4]);
    let s = ctx.store();
    for name in names {
        save(s, name, "u1", json!({}));
    }
    let query = Query::all().task_pattern("*b*").task_pattern("*c");
    assert_eq!(ids(s, &query), [2, 3]);
}

pub(super) fn patterns_go_with_other_criteria_and_every_order(ctx: &Context<'_>) {
    let s = ctx.store();
    for (name, who, second) in [
        ("/a.css", "u1", 3),
        ("/b.css", "u2", 1),
        ("/a.html", "u1", 2),
        ("/c.css", "u1", 1),
    ] {
        save_at(s, name, who, second);
    }
    let query = Query::all().task_pattern("*.css").user("u1");
    assert_eq!(ids(s, &query), [1, 4]);
    assert_eq!(ids(s, &query.clone().order(Order::Time)), [4, 1]);
    assert_eq!(
        ids(s, &query.clone().order(Order::IdDescending).limit(1)),
        [4]
    );
    assert_eq!(ids(s, &query.within(at(1))), [4]);
    let query = Query::all().task("/a.css").user_pattern("?1");
    assert_eq!(ids(s, &query), [1]);
}

pub(super) fn runs_are_found_by_a_pattern_of_their_task(ctx: &Context<'_>) {
    let s = ctx.store();
    for name in ["/a.css", "/a.html", "/b.css"] {
        start(s, name);
    }
    let query = RunQuery::all().tasks(NameFilter::patterns(["*.css"]));
    assert_eq!(run_ids(s, &query), [1, 3]);
}
