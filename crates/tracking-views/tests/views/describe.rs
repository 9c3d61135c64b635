//! Queries in words.

use serde_json::json;
use tracking_core::{
    Cursor, FieldFilter, NameFilter, NumberRange, Order, Query, RunId, RunQuery, RunState,
    TimeRange, Timestamp, TrackId,
};
use tracking_views::{
    Context, Criterion, HtmlRenderer, Overview, TextRenderer, describe, describe_runs,
};

use crate::samples::{self, time};

fn words(criteria: Vec<Criterion>) -> Vec<String> {
    let word = |criterion: Criterion| format!("{}: {}", criterion.about, criterion.condition);
    criteria.into_iter().map(word).collect()
}

fn described(query: &Query) -> Vec<String> {
    words(describe(query, &Context::new()))
}

#[test]
fn a_query_without_criteria_has_none_to_tell() {
    assert_eq!(described(&Query::all()), Vec::<String>::new());
}

#[test]
fn every_criterion_is_described() {
    let order = Order::TimeDescending;
    let at = time("2026-11-23T15:47:01Z");
    let query = Query::all()
        .tasks_in(NameFilter::exact(["a"]).or(NameFilter::prefixes(["b"])))
        .users(["", "u1"])
        .runs([RunId::FIRST])
        .within(TimeRange::between(at, time("2026-11-24T00:00:00Z")))
        .field_in("verb.id", [json!("played"), json!(1)])
        .order(order)
        .after(Cursor::after(order, at, TrackId::FIRST))
        .limit(1000);
    let expected = [
        "task: a or b…",
        "user: (none) or u1",
        "run: 1",
        "time: 2026-11-23 15:47:01 to 2026-11-24 00:00:00 UTC",
        "verb.id: played or 1",
        "order: latest first",
        "after: 2026-11-23 15:47:01",
        "at most: 1,000",
    ];
    assert_eq!(described(&query), expected);
}

#[test]
fn exclusions_patterns_and_comparisons_are_described() {
    let statuses = (400..500).map(|status| json!(status.to_string()));
    let status = FieldFilter::new("status", statuses).or_numbers(400..=499);
    let query = Query::all()
        .tasks_in(NameFilter::patterns(["/a*b", "/c*"]))
        .except_tasks_in(NameFilter::patterns(["*.css", "*.js"]))
        .except_user("")
        .field_matching(status)
        .field_range("ms", ..250)
        .field_range("ms", NumberRange::more_than(2.5))
        .field_range("n", 1..5)
        .has_field("verb.id")
        .field_matching(FieldFilter::present("a").inverted())
        .field_matching(FieldFilter::new("b", [json!(1), json!("x")]).inverted());
    let expected = [
        "task: /c… or /a*b",
        "not task: *.css or *.js",
        "not user: (none)",
        "status: from 400 up to 499",
        "ms: below 250",
        "ms: above 2.5",
        "n: from 1 below 5",
        "verb.id: there",
        "a: not there",
        "b: not x or 1",
    ];
    assert_eq!(described(&query), expected);
    let both = NameFilter::patterns(["*a"]).and(&NameFilter::patterns(["b*c"]));
    let expected = described(&Query::all().users_in(both));
    assert!(
        ["user: *a and b*c", "user: b*c and *a"].contains(&expected[0].as_str()),
        "{expected:?}"
    );
}

#[test]
fn names_are_shown_by_their_titles() {
    let context = samples::context(&[]);
    let query = Query::all()
        .task("lesson-1")
        .user("u1")
        .field("verb.id", "played");
    assert_eq!(
        words(describe(&query, &context)),
        [
            "task: Lesson 1: bread & butter",
            "user: Ada Okafor",
            "Verb: played"
        ]
    );
}

#[test]
fn ends_of_time_and_empty_lists_are_described() {
    let time = |range| described(&Query::all().within(range)).join("");
    let at = Timestamp::EPOCH;
    assert_eq!(
        time(TimeRange::since(at)),
        "time: from 1970-01-01 00:00:00 UTC"
    );
    assert_eq!(
        time(TimeRange::until(at)),
        "time: until 1970-01-01 00:00:00 UTC"
    );
    assert_eq!(time(at.into()), "time: 1970-01-01 00:00:00 UTC");
    assert_eq!(time(TimeRange::ALL), "time: any");
    assert_eq!(described(&Query::all().runs([])), ["run: nothing"]);
    let many = Query::all().runs((1..=9).filter_map(RunId::new));
    assert_eq!(described(&many), ["run: 1 or 2 or 3 or 4 or 5 or 4 more"]);
}

#[test]
fn a_query_is_described_in_the_words_and_the_time_of_the_viewer() {
    let columns = [];
    let query = Query::all()
        .task("lesson-1")
        .within(TimeRange::since(time("2026-07-01T00:00:00Z")));
    let expected = [
        "task: Lesson 1: bread & butter",
        "time: from 2026-07-01 02:00:00 Europe/Berlin",
    ];
    assert_eq!(
        words(describe(&query, &samples::context(&columns))),
        expected
    );
}

#[test]
fn a_query_for_runs_is_described() {
    let query = RunQuery::all()
        .task("a")
        .states([RunState::Finished, RunState::Unfinished])
        .started(TimeRange::since(Timestamp::EPOCH))
        .ended(TimeRange::until(Timestamp::EPOCH))
        .after(RunId::FIRST)
        .limit(5);
    let expected = [
        "task: a",
        "state: not finished or finished",
        "start: from 1970-01-01 00:00:00 UTC",
        "end: until 1970-01-01 00:00:00 UTC",
        "after: run 1",
        "at most: 5",
    ];
    assert_eq!(words(describe_runs(&query, &Context::new())), expected);
}

#[test]
fn every_view_says_once_what_the_context_omits() {
    let context = Context::new().with_exclusions("assets, robots");
    assert_eq!(
        words(describe(&Query::all().task("a"), &context)),
        ["task: a", "left out: assets, robots"]
    );
    assert_eq!(
        words(describe_runs(&RunQuery::all(), &context)),
        ["left out: assets, robots"]
    );
    let plain = Overview::new("x").with_total("Tracks", 1_u64);
    for view in [plain.clone(), plain.with_query(Query::all())] {
        let (mut text, mut html) = (Vec::new(), Vec::new());
        let renderer = TextRenderer::new().with_context(context.clone());
        renderer.view(&mut text, &view).unwrap();
        let renderer = HtmlRenderer::new().with_context(context.clone());
        renderer.page(&mut html, &view).unwrap();
        for shown in [text, html] {
            let shown = String::from_utf8(shown).unwrap();
            assert_eq!(shown.matches("left out").count(), 1, "{shown}");
            assert!(shown.contains("assets, robots"), "{shown}");
        }
    }
}
