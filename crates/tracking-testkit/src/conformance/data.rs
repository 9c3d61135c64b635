//! Data comes back as it was given.

use std::collections::BTreeMap;

use super::prelude::*;

/// Saves an object and reads it back with every method.
fn comes_back(ctx: &Context<'_>, text: &str) {
    let s = ctx.store();
    let given: Data = text.parse().unwrap();
    let saved = put(s, NewTrack::new("a001", "u1", given.clone()).unwrap());
    let shown = text.get(..200).unwrap_or(text);
    assert_eq!(track(s, saved).data(), &given, "{shown}");
    let mut visited = None;
    s.for_each(&Query::all().order(Order::IdDescending).limit(1), |track| {
        visited = Some(track.data().to_data());
    })
    .unwrap();
    assert_eq!(visited, Some(given), "as a visitor gets it: {shown}");
}

pub(super) fn all_kinds_of_values_come_back(ctx: &Context<'_>) {
    comes_back(
        ctx,
        r#"{"a":null,"b":true,"c":false,"d":"","e":[],"f":{},"g":[[],{}],"h":0}"#,
    );
}

pub(super) fn the_empty_object_comes_back(ctx: &Context<'_>) {
    comes_back(ctx, "{}");
}

pub(super) fn any_key_comes_back(ctx: &Context<'_>) {
    comes_back(
        ctx,
        r#"{"":1,"a.b":2,"a\\b":3,"\"":4,"日本":5,"\n\u0000\u001f":6," ":7,"*":8,"$":9}"#,
    );
}

pub(super) fn any_text_comes_back(ctx: &Context<'_>) {
    comes_back(
        ctx,
        r#"{"a":"\u0000\u0001\n\r\t\"\\/","b":"é e\u0301 😀 \uffff \u2028","c":"'; --"}"#,
    );
}

pub(super) fn large_integers_come_back(ctx: &Context<'_>) {
    comes_back(
        ctx,
        r#"{"a":9223372036854775807,"b":-9223372036854775808,"c":18446744073709551615}"#,
    );
}

pub(super) fn floats_come_back_exactly(ctx: &Context<'_>) {
    comes_back(
        ctx,
        r#"{"a":0.1,"b":1e308,"c":5e-324,"d":-0.0,"e":1.0,"f":123456789.123456789}"#,
    );
}

pub(super) fn keys_that_differ_only_in_case_stay_apart(ctx: &Context<'_>) {
    comes_back(ctx, r#"{"key":1,"Key":2,"KEY":3}"#);
}

pub(super) fn the_deepest_nesting_comes_back(ctx: &Context<'_>) {
    let levels = Data::MAX_DEPTH - 1;
    comes_back(
        ctx,
        &format!(r#"{{"a":{}{}}}"#, "[".repeat(levels), "]".repeat(levels)),
    );
}

pub(super) fn a_megabyte_comes_back(ctx: &Context<'_>) {
    comes_back(ctx, &format!(r#"{{"a":"{}"}}"#, "é".repeat(500_000)));
}

pub(super) fn many_keys_come_back(ctx: &Context<'_>) {
    let keys: Vec<String> = (0..5_000).map(|n| format!(r#""k{n}":{n}"#)).collect();
    comes_back(ctx, &format!("{{{}}}", keys.join(",")));
}

pub(super) fn a_merge_keeps_any_key_and_value(ctx: &Context<'_>) {
    let s = ctx.store();
    let text = r#"{"":1,"a.b":{"x":1.0},"日本":"é","n":18446744073709551615}"#;
    put(
        s,
        NewTrack::new("a001", "u1", text.parse::<Data>().unwrap()).unwrap(),
    );
    merge(s, "a001", "u1", json!({"": null, "z": 0.1}));
    let expected: Data = r#"{"":null,"a.b":{"x":1.0},"日本":"é","n":18446744073709551615,"z":0.1}"#
        .parse()
        .unwrap();
    assert_eq!(track(s, id(1)).data(), &expected);
}

pub(super) fn a_megabyte_can_be_merged_and_found(ctx: &Context<'_>) {
    let s = ctx.store();
    let long = "x".repeat(1_000_000);
    save(s, "a001", "u1", json!({"a": 1}));
    merge(s, "a001", "u1", json!({"long": long.clone()}));
    assert_eq!(ids(s, &Query::all().field("long", long).field("a", 1)), [1]);
}

pub(super) fn a_range_is_found_among_very_many_numbers(ctx: &Context<'_>) {
    for s in [ctx.fresh(), ctx.fresh_with_indexes([Field::from("k")])] {
        let tracks = (0..1_500_u32).map(|n| {
            let number = if n % 2 == 0 {
                json!(n)
            } else {
                json!(f64::from(n) + 0.5)
            };
            new("a001", "u1", json!({"k": number}))
        });
        s.apply(&tracks.collect()).unwrap();
        let query = Query::all().field_range("k", 1_200..1_204);
        assert_eq!(ids(&*s, &query), [1_201, 1_202, 1_203, 1_204]);
        assert_eq!(
            ids(&*s, &query.clone().order(Order::IdDescending).limit(1)),
            [1_204]
        );
        assert_eq!(count(&*s, &query.task("a001")), 4);
        assert_eq!(count(&*s, &Query::all().field_range("k", 1..)), 1_499);
        let either = FieldFilter::new("k", [4]).or_numbers(1_498..);
        assert_eq!(
            ids(&*s, &Query::all().field_matching(either)),
            [5, 1_499, 1_500]
        );
    }
}

pub(super) fn a_value_is_saved_and_read_back_in_one_call_each(ctx: &Context<'_>) {
    let s = ctx.store();
    let value = (1..4)
        .map(|n| (format!("k{n}"), n))
        .collect::<BTreeMap<_, u32>>();
    let saved = s.save_value("a001", "u1", &value).unwrap();
    assert_eq!(
        track(s, saved)
            .deserialize::<BTreeMap<String, u32>>()
            .unwrap(),
        value
    );
    let read: Option<BTreeMap<String, u32>> = s.last_value("a001", run_id(1), "u1").unwrap();
    assert_eq!(read, Some(value));
    assert_eq!(
        s.last_value::<Value>("a001", run_id(1), "u2").unwrap(),
        None
    );
    assert_error!(
        s.last_value::<Vec<u32>>("a001", run_id(1), "u1")
            .unwrap_err(),
        Error::DataMismatch { .. }
    );
    assert_error!(
        refused(s, || s.save_value("a001", "u1", &[1])),
        Error::InvalidData { .. }
    );
}
