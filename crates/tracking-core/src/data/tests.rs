//! What data keeps, compares, finds, merges and prints.

use serde_json::{Value, json};

use super::*;

fn data(text: &str) -> Data {
    text.parse().unwrap()
}

#[test]
fn one_text_for_one_object() {
    let given =
        "{ \"b\" : [1, 2.50, {\"z\":null,\"y\":true}],\n \"a\":\"\\u00e9\\/\", \"b2\":1e2 }";
    assert_eq!(
        data(given).as_str(),
        r#"{"a":"é/","b":[1,2.5,{"y":true,"z":null}],"b2":100.0}"#
    );
    assert_eq!(data(data(given).as_str()), data(given));
}

#[test]
fn of_repeated_keys_the_last_one_counts() {
    assert_eq!(data(r#"{"a":1,"a":2}"#).as_str(), r#"{"a":2}"#);
}

#[test]
fn integers_of_64_bits_and_floats_come_back_exactly() {
    let text = r#"{"a":-9223372036854775808,"b":18446744073709551615,"c":1.5e-7,"d":0.1}"#;
    assert_eq!(data(text).as_str(), text);
    assert_ne!(data(r#"{"a":1}"#), data(r#"{"a":1.0}"#));
}

#[test]
fn what_is_no_object_is_refused_with_its_place() {
    for text in [
        "",
        "[]",
        "1",
        "null",
        "\"a\"",
        "{",
        "{\"a\":}",
        "{\"a\":1e999}",
        r#"{"a":"\ud800"}"#,
    ] {
        assert!(text.parse::<Data>().is_err(), "{text}");
    }
    let error = "{\"a\":1,\n}".parse::<Data>().unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("line 2 column 1"), "{source}");
}

#[test]
fn nesting_has_an_end_and_never_overflows_the_stack() {
    let nested = |levels: usize| {
        let inner = (1..levels).fold(json!(1), |value, _| Value::Array(vec![value]));
        Value::Object([("a".to_owned(), inner)].into_iter().collect())
    };
    let deepest = Data::try_from(nested(Data::MAX_DEPTH)).unwrap();
    assert_eq!(data(deepest.as_str()), deepest);
    assert!(Data::try_from(nested(Data::MAX_DEPTH + 1)).is_err());
    assert!(Data::try_from(nested(3_000)).is_err());
}

#[test]
fn fields_are_found_at_any_level() {
    let data = data(r#"{"a":{"b":{"c":[1,2]},"":3},"a.b":4,"\"q\"":"\\"}"#);
    assert_eq!(data.get("a.b.c"), Some(json!([1, 2])));
    assert_eq!(data.get("a."), Some(json!(3)));
    assert_eq!(data.get(r"a\.b"), Some(json!(4)));
    assert_eq!(data.get(Field::key("a.b")), Some(json!(4)));
    assert_eq!(data.get("\"q\""), Some(json!("\\")));
    assert_eq!(data.get("a.x"), None);
    assert_eq!(data.get("a.b.c.d"), None);
    assert_eq!(data.as_ref().raw(&"a.b".into()), Some(r#"{"c":[1,2]}"#));
}

#[test]
fn a_merge_is_shallow_and_keeps_null() {
    let merged =
        data(r#"{"a":{"x":1},"b":2}"#).merged_with(data(r#"{"a":{"y":2},"c":null}"#).as_ref());
    assert_eq!(merged.unwrap().as_str(), r#"{"a":{"y":2},"b":2,"c":null}"#);
}

#[test]
fn a_merge_gives_canonical_text() {
    let (a, b) = (
        data(r#"{"é":1,"\n":2,"z":0.1}"#),
        data(r#"{"a\"":{"k":[]},"é":2}"#),
    );
    let merged = a.merged_with(b.as_ref()).unwrap();
    assert_eq!(data(merged.as_str()), merged);
    assert_eq!(merged.as_str(), r#"{"\n":2,"a\"":{"k":[]},"z":0.1,"é":2}"#);
}

#[test]
fn a_merge_of_any_keys_is_that_of_the_parsed_objects() {
    let keys = ["", "a", "a b", "aa", "a!", "ab", "é", "\n", "\"", "z"];
    let objects: Vec<Data> = (0..1_u32 << keys.len())
        .step_by(37)
        .map(|bits| {
            let chosen = keys
                .iter()
                .enumerate()
                .filter(|(index, _)| bits >> index & 1 == 1);
            let map: Map<String, Value> = chosen
                .map(|(index, key)| ((*key).to_owned(), json!([bits, index])))
                .collect();
            Data::try_from(map).unwrap()
        })
        .collect();
    for (old, new) in objects
        .iter()
        .flat_map(|old| objects.iter().map(move |new| (old, new)))
    {
        let mut expected = old.to_map().unwrap();
        expected.extend(new.to_map().unwrap());
        assert_eq!(
            old.merged_with(new.as_ref()).unwrap(),
            Data::try_from(expected).unwrap()
        );
    }
}

#[test]
fn it_prints_as_the_specification_shows_it() {
    assert_eq!(
        data(r#"{"somekey":"somevalue"}"#).to_string(),
        "{'somekey': 'somevalue'}"
    );
    let all = r#"{"a":[1,2.5,true,false,null,{}],"b":"it's","c":"\"it's\"","d":"\n\\\u0007é"}"#;
    let shown =
        r#"{'a': [1, 2.5, True, False, None, {}], 'b': "it's", 'c': '"it\'s"', 'd': '\n\\\x07é'}"#;
    assert_eq!(data(all).to_string(), shown);
}

#[test]
fn serialized_it_is_an_object_and_not_a_string() {
    let data = data(r#"{"a":[0.1,null]}"#);
    assert_eq!(serde_json::to_string(&data).unwrap(), data.as_str());
    assert_eq!(
        serde_json::from_str::<Data>("{\"a\": [0.1, null]}").unwrap(),
        data
    );
    assert!(serde_json::from_str::<Data>("[]").is_err());
    assert_eq!(
        data.to_map().unwrap().get("a"),
        Some(&Value::Array(vec![json!(0.1), Value::Null]))
    );
}

#[test]
fn a_part_of_a_shared_text_is_like_any_other_data() {
    let text: Arc<str> = r#"{"a":1}{"b":"é"}"#.into();
    let part = DataRef::from_shared(&text, 7..text.len());
    let copy = part.to_data();
    assert_eq!(copy, data(r#"{"b":"é"}"#));
    assert_eq!(copy.clone().get("b"), Some(json!("é")));
    assert_eq!(Arc::strong_count(&text), 2);
    assert_eq!(DataRef::from_shared(&text, 7..99), Data::empty().as_ref());
    assert_eq!(
        DataRef::from_shared(&text, 7..14),
        Data::empty().as_ref(),
        "within a character"
    );
}

#[test]
fn several_fields_are_found_at_once_as_each_is_found_alone() {
    let fields = ["", "a", "a.b", "a.b.c", "a.d", "\"", "é", "a", "z", r"a\.b"].map(Field::from);
    for text in [
        "{}",
        r#"{"":1,"\"":2,"a":{"b":{"c":[1,2]},"d":"x"},"a.b":3,"é":null}"#,
        r#"{"a":1,"z":"}"}"#,
        r#"{"a":{"b":1}}"#,
        // What no store writes.
        r#"{"a":1,"a":2,"a":3,"z":0}"#,
        r#"{"a":1,"z""#,
        "[]",
        "",
    ] {
        let data = DataRef::from_canonical(text);
        let alone: Vec<_> = fields.iter().map(|field| data.raw(field)).collect();
        assert_eq!(data.raw_all(&fields), alone, "{text}");
    }
    assert!(DataRef::from_canonical("{}").raw_all(&[]).is_empty());
}
