//! Data fields as criteria, with and without an index.

use super::prelude::*;

/// Saves one track for each object, in a store without and in one with an index on the field;
/// what is found must be the same.
fn found(ctx: &Context<'_>, field: &Field, objects: &[Value], values: &[Value]) -> Vec<u64> {
    let query = Query::all().field_in(field.clone(), values.iter().cloned());
    let indexed = ctx.fresh_with_indexes([field.clone()]);
    let [plain, indexed] = [&*ctx.fresh(), &*indexed].map(|s| {
        for object in objects {
            save(s, "a001", "u1", object.clone());
        }
        let found = ids(s, &query);
        assert_eq!(
            count(s, &query),
            found.len() as u64,
            "what is found is counted"
        );
        found
    });
    assert_eq!(plain, indexed, "an index changes no answer");
    plain
}

pub(super) fn tracks_are_found_by_a_field(ctx: &Context<'_>) {
    let objects = [
        json!({"k": "a"}),
        json!({"k": "b"}),
        json!({}),
        json!({"x": "a"}),
        json!({"k": "a", "x": 1}),
    ];
    assert_eq!(found(ctx, &"k".into(), &objects, &[json!("a")]), [1, 5]);
}

pub(super) fn values_of_a_field_are_joined_by_or(ctx: &Context<'_>) {
    let objects = [json!({"k": 1}), json!({"k": 2}), json!({"k": 3})];
    assert_eq!(
        found(
            ctx,
            &"k".into(),
            &objects,
            &[json!(3), json!(1), json!(9), json!(1)]
        ),
        [1, 3]
    );
}

pub(super) fn no_value_finds_nothing(ctx: &Context<'_>) {
    assert!(found(ctx, &"k".into(), &[json!({"k": 1}), json!({})], &[]).is_empty());
}

pub(super) fn a_field_without_tracks_finds_nothing(ctx: &Context<'_>) {
    assert!(found(ctx, &"x".into(), &[json!({"k": 1}), json!({})], &[json!(1)]).is_empty());
}

pub(super) fn nested_fields_are_found(ctx: &Context<'_>) {
    let objects = [
        json!({"verb": {"id": "played"}}),
        json!({"verb": {"id": "paused"}}),
        json!({"verb": "id"}),
        json!({"verb.id": "played"}),
        json!({"verb": [{"id": "played"}]}),
    ];
    assert_eq!(
        found(ctx, &"verb.id".into(), &objects, &[json!("played")]),
        [1]
    );
    assert_eq!(
        found(ctx, &Field::key("verb.id"), &objects, &[json!("played")]),
        [4]
    );
}

pub(super) fn a_key_may_be_empty_or_any_text(ctx: &Context<'_>) {
    let objects = [
        json!({"": 1}),
        json!({"é\"\\": 1}),
        json!({"日": {"": 1}}),
        json!({"a": 1}),
    ];
    assert_eq!(found(ctx, &Field::key(""), &objects, &[json!(1)]), [1]);
    assert_eq!(found(ctx, &Field::key("é\"\\"), &objects, &[json!(1)]), [2]);
    assert_eq!(
        found(ctx, &Field::path(["日", ""]), &objects, &[json!(1)]),
        [3]
    );
}

pub(super) fn null_is_a_value_and_a_missing_field_is_none(ctx: &Context<'_>) {
    let objects = [
        json!({"k": null}),
        json!({}),
        json!({"k": "null"}),
        json!({"k": false}),
    ];
    assert_eq!(found(ctx, &"k".into(), &objects, &[json!(null)]), [1]);
}

pub(super) fn values_of_different_kinds_differ(ctx: &Context<'_>) {
    let objects = [
        json!({"k": 1}),
        json!({"k": "1"}),
        json!({"k": true}),
        json!({"k": [1]}),
        json!({"k": [1.0]}),
        json!({"k": null}),
    ];
    for (number, object) in (1..).zip(&objects) {
        assert_eq!(
            found(ctx, &"k".into(), &objects, &[object["k"].clone()]),
            [number]
        );
    }
}

pub(super) fn large_integers_are_distinguished(ctx: &Context<'_>) {
    let objects = [
        json!({"k": u64::MAX}),
        json!({"k": u64::MAX - 1}),
        json!({"k": i64::MIN}),
        json!({"k": i64::MIN + 1}),
    ];
    assert_eq!(found(ctx, &"k".into(), &objects, &[json!(u64::MAX)]), [1]);
    assert_eq!(found(ctx, &"k".into(), &objects, &[json!(i64::MIN)]), [3]);
}

pub(super) fn lists_and_objects_match_as_a_whole(ctx: &Context<'_>) {
    let objects = [
        json!({"k": [1, 2]}),
        json!({"k": [2, 1]}),
        json!({"k": {"a": 1, "b": 2}}),
        json!({"k": {"a": 1}}),
    ];
    assert_eq!(found(ctx, &"k".into(), &objects, &[json!([1, 2])]), [1]);
    let other_order: Value = serde_json::from_str(r#"{"b": 2, "a": 1}"#).unwrap();
    assert_eq!(
        found(ctx, &"k".into(), &objects, &[other_order]),
        [3],
        "whatever the order of keys"
    );
    assert!(found(ctx, &"k".into(), &objects, &[json!(1)]).is_empty());
}

pub(super) fn text_compares_exactly(ctx: &Context<'_>) {
    let objects = [
        json!({"k": "a"}),
        json!({"k": "A"}),
        json!({"k": "a "}),
        json!({"k": "ab"}),
        json!({"k": "a*"}),
    ];
    assert_eq!(found(ctx, &"k".into(), &objects, &[json!("a")]), [1]);
    assert_eq!(found(ctx, &"k".into(), &objects, &[json!("a*")]), [5]);
}

pub(super) fn fields_are_joined_by_and(ctx: &Context<'_>) {
    let s = ctx.fresh_with_indexes([Field::from("a")]);
    for object in [
        json!({"a": 1, "b": 1}),
        json!({"a": 1, "b": 2}),
        json!({"a": 2, "b": 2}),
    ] {
        save(&*s, "a001", "u1", object);
    }
    assert_eq!(ids(&*s, &Query::all().field("a", 1).field("b", 2)), [2]);
    assert_eq!(
        ids(&*s, &Query::all().field_in("a", [1, 2]).field("a", 2)),
        [3]
    );
    assert!(ids(&*s, &Query::all().field("a", 1).field("a", 2)).is_empty());
}

pub(super) fn a_field_goes_with_other_criteria(ctx: &Context<'_>) {
    let s = ctx.fresh_with_indexes([Field::from("k")]);
    for (name, who) in [("a001", "u1"), ("a002", "u1"), ("a001", "u2")] {
        save(&*s, name, who, json!({"k": 1}));
    }
    let query = Query::all().field("k", 1);
    assert_eq!(ids(&*s, &query.clone().task("a001")), [1, 3]);
    assert_eq!(ids(&*s, &query.clone().user("u2")), [3]);
    assert_eq!(ids(&*s, &query.clone().run(run_id(2))), [2]);
    assert_eq!(ids(&*s, &query.order(Order::IdDescending).limit(2)), [3, 2]);
}
