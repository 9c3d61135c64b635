//! Numbers in data: equal ones, ranges of them, and whether a field is there, with and without
//! an index.

use super::prelude::*;

/// What a filter finds of tracks with these values of the field `k`, in a store without and in
/// one with an index on it.
fn found(ctx: &Context<'_>, values: &[Value], filter: &FieldFilter) -> Vec<u64> {
    let query = Query::all().field_matching(filter.clone());
    let indexed = ctx.fresh_with_indexes([Field::from("k")]);
    let [plain, indexed] = [&*ctx.fresh(), &*indexed].map(|s| {
        for value in values {
            save(s, "a001", "u1", json!({"k": value}));
        }
        save(s, "a001", "u1", json!({"other": 400}));
        let found = ids(s, &query);
        assert_eq!(count(s, &query), found.len() as u64);
        let mut by_time = ids(s, &query.clone().order(Order::TimeDescending));
        by_time.reverse();
        assert_eq!(by_time, found, "in every order");
        found
    });
    assert_eq!(plain, indexed, "an index changes no answer");
    plain
}

fn within(ctx: &Context<'_>, values: &[Value], range: impl Into<NumberRange>) -> Vec<u64> {
    found(ctx, values, &FieldFilter::numbers("k", [range]))
}

fn equal(ctx: &Context<'_>, values: &[Value], value: impl Into<Value>) -> Vec<u64> {
    found(ctx, values, &FieldFilter::new("k", [value]))
}

/// A value as it is written in JSON.
fn written(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub(super) fn equal_numbers_are_found_however_they_are_written(ctx: &Context<'_>) {
    let values = ["10", "10.0", "1e1", "100e-1", "1", "\"10\"", "[10]", "10.5"].map(written);
    assert_eq!(equal(ctx, &values, 10), [1, 2, 3, 4]);
    assert_eq!(equal(ctx, &values, 10.0), [1, 2, 3, 4]);
    assert_eq!(equal(ctx, &values, "10"), [6]);
    let zeros = ["0", "0.0", "-0.0", "-0", "false"].map(written);
    assert_eq!(equal(ctx, &zeros, 0), [1, 2, 3, 4]);
    assert_eq!(equal(ctx, &zeros, -0.0), [1, 2, 3, 4]);
    let large = ["1e300", "10000000000000000000", "1e19"].map(written);
    assert_eq!(equal(ctx, &large, 1e300), [1]);
    assert_eq!(equal(ctx, &large, 1e19), [2, 3]);
}

pub(super) fn large_integers_compare_exactly(ctx: &Context<'_>) {
    let values = [
        "9007199254740992",
        "9007199254740993",
        "9007199254740992.0",
        "18446744073709551615",
        "18446744073709551614",
        "-9223372036854775808",
        "-9223372036854775807",
    ]
    .map(written);
    assert_eq!(equal(ctx, &values, 9_007_199_254_740_993_u64), [2]);
    assert_eq!(equal(ctx, &values, 9_007_199_254_740_992_u64), [1, 3]);
    let above = NumberRange::more_than(9_007_199_254_740_992_u64);
    assert_eq!(within(ctx, &values, above), [2, 4, 5]);
    assert_eq!(within(ctx, &values, u64::MAX..), [4]);
    assert_eq!(within(ctx, &values, ..=i64::MIN), [6]);
    assert_eq!(within(ctx, &values, i64::MIN + 1..0), [7]);
    let floats = NumberRange::between(9_007_199_254_740_993_u64, 1e17);
    assert_eq!(within(ctx, &values, floats), [2]);
}

pub(super) fn a_range_of_numbers_has_the_ends_that_it_says(ctx: &Context<'_>) {
    let values = [
        json!(399),
        json!(400),
        json!(400.5),
        json!(499),
        json!(500),
        json!(-400),
    ];
    assert_eq!(within(ctx, &values, 400..500), [2, 3, 4]);
    assert_eq!(within(ctx, &values, 400..=500), [2, 3, 4, 5]);
    assert_eq!(within(ctx, &values, 400..), [2, 3, 4, 5]);
    assert_eq!(within(ctx, &values, ..400), [1, 6]);
    assert_eq!(within(ctx, &values, ..=400), [1, 2, 6]);
    assert_eq!(within(ctx, &values, NumberRange::more_than(400)), [3, 4, 5]);
    assert_eq!(within(ctx, &values, 400.5..), [3, 4, 5]);
    assert_eq!(
        within(ctx, &values, NumberRange::less_than(400.25)),
        [1, 2, 6]
    );
    let hundreds: NumberRange = "4xx".parse().unwrap();
    assert_eq!(within(ctx, &values, hundreds), [2, 3, 4]);
    assert!(within(ctx, &values, NumberRange::between(500, 400)).is_empty());
    assert!(within(ctx, &values, 500..500).is_empty());
}

pub(super) fn numbers_compare_by_value_and_not_as_text(ctx: &Context<'_>) {
    let values = [
        json!(9),
        json!(10),
        json!(100),
        json!(-1),
        json!(-10),
        json!(1e-7),
        json!(1e21),
    ];
    assert_eq!(within(ctx, &values, 10..), [2, 3, 7]);
    assert_eq!(within(ctx, &values, ..-1), [5]);
    assert_eq!(within(ctx, &values, 0..1), [6]);
    assert_eq!(
        within(ctx, &values, NumberRange::from(..)),
        [1, 2, 3, 4, 5, 6, 7]
    );
}

pub(super) fn only_numbers_lie_in_a_range(ctx: &Context<'_>) {
    let values = [
        json!("450"),
        json!(null),
        json!(true),
        json!([450]),
        json!({"k": 450}),
        json!(450),
        json!(""),
    ];
    assert_eq!(within(ctx, &values, 400..500), [6]);
    assert_eq!(within(ctx, &values, NumberRange::from(..)), [6]);
}

pub(super) fn ranges_and_values_of_a_field_are_joined_by_or(ctx: &Context<'_>) {
    let values = [json!(200), json!(404), json!(503), json!("no"), json!(304)];
    let filter = FieldFilter::new("k", [json!(304), json!("no"), json!(404)]);
    let filter = filter.or_numbers(500..600).or_numbers(400..410);
    assert_eq!(found(ctx, &values, &filter), [2, 3, 4, 5]);
    assert_eq!(found(ctx, &values, &filter.inverted()), [1, 6]);
    let overlapping = FieldFilter::numbers("k", [200..500, 300..600]);
    assert_eq!(found(ctx, &values, &overlapping), [1, 2, 3, 5], "each once");
    assert!(
        found(
            ctx,
            &values,
            &FieldFilter::numbers("k", Vec::<NumberRange>::new())
        )
        .is_empty()
    );
}

pub(super) fn an_excluded_range_leaves_all_that_is_not_in_it(ctx: &Context<'_>) {
    let values = [json!(1), json!(5), json!("5"), json!(null)];
    let filter = FieldFilter::numbers("k", [NumberRange::from(4..9)]).inverted();
    assert_eq!(found(ctx, &values, &filter), [1, 3, 4, 5]);
}

pub(super) fn ranges_of_one_field_must_all_be_met(ctx: &Context<'_>) {
    for s in [ctx.fresh(), ctx.fresh_with_indexes([Field::from("k")])] {
        for number in 0..10 {
            save(
                &*s,
                "a001",
                "u1",
                json!({"k": number, "n": {"ms": number * 100}}),
            );
        }
        let query = Query::all().field_range("k", 3..).field_range("k", ..6);
        assert_eq!(ids(&*s, &query), [4, 5, 6]);
        let query = query.field_range("n.ms", NumberRange::more_than(300));
        assert_eq!(ids(&*s, &query), [5, 6]);
        assert_eq!(ids(&*s, &query.user("u2")), Vec::<u64>::new());
    }
}

pub(super) fn ranges_follow_updates_and_removals(ctx: &Context<'_>) {
    for s in [ctx.fresh(), ctx.fresh_with_indexes([Field::from("k")])] {
        let query = Query::all().field_range("k", 10..20);
        save(&*s, "a001", "u1", json!({"k": 5}));
        save(&*s, "a001", "u1", json!({"k": 15}));
        assert_eq!(ids(&*s, &query), [2]);
        merge(&*s, "a001", "u1", json!({"k": 25}));
        assert!(ids(&*s, &query).is_empty());
        s.update(TrackUpdate::merge(id(1), object(json!({"k": 12.5}))))
            .unwrap();
        assert_eq!(ids(&*s, &query), [1]);
        s.remove(id(1)).unwrap();
        assert!(ids(&*s, &query).is_empty());
        s.reindex().unwrap();
        save(&*s, "a001", "u1", json!({"k": 19}));
        assert_eq!(ids(&*s, &query), [3]);
    }
}

pub(super) fn a_field_exists_whatever_its_value(ctx: &Context<'_>) {
    let values = [json!(1), json!(null), json!(""), json!({}), json!(false)];
    let present = FieldFilter::present("k");
    assert_eq!(found(ctx, &values, &present), [1, 2, 3, 4, 5]);
    assert_eq!(found(ctx, &values, &present.inverted()), [6]);
    let s = ctx.store();
    save(s, "a001", "u1", json!({"a": {"b": null}}));
    save(s, "a001", "u1", json!({"a": [1]}));
    assert_eq!(ids(s, &Query::all().has_field("a.b")), [1]);
    assert_eq!(ids(s, &Query::all().lacks_field("a.b")), [2]);
}

pub(super) fn ranges_read_from_text_ask_the_same(ctx: &Context<'_>) {
    let filter = FieldFilter::new("k", [json!("x")])
        .or_numbers(NumberRange::more_than(1.5))
        .or_numbers(..-4);
    let text = serde_json::to_string(&filter).unwrap();
    let read: FieldFilter = serde_json::from_str(&text).unwrap();
    assert_eq!(read, filter, "{text}");
    let values = [json!(1.5), json!(2), json!(-5), json!("x")];
    assert_eq!(found(ctx, &values, &read), [2, 3, 4]);
    for text in [
        r#"{"field": "k", "numbers": [{"at_least": "1"}]}"#,
        r#"{"field": "k", "numbers": [{"from": 1}]}"#,
        r#"{"field": "k", "like": 1}"#,
    ] {
        assert!(serde_json::from_str::<FieldFilter>(text).is_err(), "{text}");
    }
}
