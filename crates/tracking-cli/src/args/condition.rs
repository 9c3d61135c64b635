//! Conditions on data fields, as in `--data status=4xx`.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tracking_core::{Field, FieldFilter, NumberRange, Query};

use super::data::json_or_text;

/// A field and the condition on its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    field: Field,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// One of these: what was written as it is, and what it may stand for.
    Equal(Vec<Value>, Option<NumberRange>),
    /// None of these.
    NotEqual(Vec<Value>, Option<NumberRange>),
    /// A number in a range.
    Within(NumberRange),
    /// Any value.
    Present,
}

impl Condition {
    /// The filter for this condition alone.
    fn filter(&self) -> FieldFilter {
        let equal = |values: &[Value], range: &Option<NumberRange>| {
            let filter = FieldFilter::new(&self.field, values.iter().cloned());
            range.iter().copied().fold(filter, FieldFilter::or_numbers)
        };
        match &self.test {
            Test::Equal(values, range) => equal(values, range),
            Test::NotEqual(values, range) => equal(values, range).inverted(),
            Test::Within(range) => FieldFilter::numbers(&self.field, [*range]),
            Test::Present => FieldFilter::present(&self.field),
        }
    }
}

/// Adds what tracks must match: any of the values of a field that `=` names, and all else.
pub(super) fn only(query: Query, conditions: &[Condition]) -> Query {
    let mut equal: Vec<FieldFilter> = Vec::new();
    let mut query = query;
    for condition in conditions {
        let Test::Equal(values, range) = &condition.test else {
            query = query.field_matching(condition.filter());
            continue;
        };
        let before = equal
            .iter_mut()
            .find(|filter| *filter.field() == condition.field);
        match before {
            Some(filter) => {
                let all = filter
                    .json_values()
                    .into_iter()
                    .chain(values.iter().cloned());
                let both = FieldFilter::new(&condition.field, all.collect::<Vec<_>>());
                let ranges = filter.number_ranges().iter().chain(range).copied();
                *filter = ranges.fold(both, FieldFilter::or_numbers);
            }
            None => equal.push(condition.filter()),
        }
    }
    equal.into_iter().fold(query, Query::field_matching)
}

/// Adds what tracks must not match, each condition on its own.
pub(super) fn except(query: Query, conditions: &[Condition]) -> Query {
    let filters = conditions.iter().map(Condition::filter);
    filters.fold(query, |query, filter| {
        query.field_matching(filter.inverted())
    })
}

/// Reads `KEY=VALUE`, `KEY!=VALUE`, `KEY>=NUMBER`, `KEY>NUMBER`, `KEY<=NUMBER`, `KEY<NUMBER`, or
/// `KEY` alone for any value.
pub(super) fn condition(text: &str) -> Result<Condition> {
    let (key, operator, value) = split(text);
    if key.is_empty() && operator.is_empty() {
        bail!("write a condition like status=404, status=4xx, ms>=250 or verb.id");
    }
    let compared = match operator {
        "" => Test::Present,
        "=" => Test::Equal(values(value), range(value)),
        "!=" => Test::NotEqual(values(value), range(value)),
        _ => {
            let range = format!("{operator}{}", value.trim()).parse();
            Test::Within(range.with_context(|| format!("{operator} compares numbers"))?)
        }
    };
    let field = Field::from(key.as_str());
    Ok(Condition {
        field,
        test: compared,
    })
}

/// A class like `4xx` or a range like `400..499` also stands for numbers.
fn range(value: &str) -> Option<NumberRange> {
    // Not `2x`, which is rather a size than a class.
    let is_class =
        value.len() > 2 && value.starts_with(|c: char| c.is_ascii_digit()) && value.ends_with('x');
    let is_range = value.contains("..");
    (is_class || is_range).then(|| value.parse().ok()).flatten()
}

/// The value as it is written: JSON, or else a text. A class like `4xx` also stands for texts, since
/// some log formats keep a status as text.
fn values(value: &str) -> Vec<Value> {
    let mut all = vec![json_or_text(value)];
    let digits = value
        .strip_suffix("xx")
        .and_then(|first| match first.as_bytes() {
            [digit] => digit.is_ascii_digit().then_some(first),
            _ => None,
        });
    if let Some(first) = digits {
        all.extend((0..100).map(|rest| Value::from(format!("{first}{rest:02}"))));
    }
    all
}

/// The key, the operator behind it and the value; a backslash takes an operator for a part of the
/// key. What a field makes of other backslashes is its own matter.
fn split(text: &str) -> (String, &'static str, &str) {
    const OPERATORS: [&str; 6] = ["!=", ">=", "<=", "=", ">", "<"];
    let mut key = String::new();
    let mut rest = text;
    loop {
        let operator = OPERATORS
            .into_iter()
            .find(|operator| rest.starts_with(operator));
        if let Some(operator) = operator {
            return (
                key,
                operator,
                rest.get(operator.len()..).unwrap_or_default(),
            );
        }
        let mut chars = rest.chars();
        match chars.next() {
            None => return (key, "", ""),
            Some('\\') => match chars.next() {
                Some(next @ ('=' | '!' | '<' | '>')) => key.push(next),
                Some(next) => key.extend(['\\', next]),
                None => key.push('\\'),
            },
            Some(c) => key.push(c),
        }
        rest = chars.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_core::{Data, RunId, Timestamp, TrackId, TrackRef};

    fn matches(query: &Query, data: &Value) -> bool {
        let data = Data::from_serialize(data).unwrap();
        let (id, run, time) = (TrackId::FIRST, RunId::FIRST, Timestamp::EPOCH);
        query.matches(&TrackRef::new(id, "t", run, "u", time, data.as_ref()))
    }

    fn read(conditions: &[&str]) -> Vec<Condition> {
        let read = conditions.iter().map(|text| condition(text));
        read.collect::<Result<_>>().unwrap()
    }

    #[test]
    fn each_condition_matches_what_it_says() {
        let (yes, no) = (true, false);
        for (text, data, found) in [
            ("status=404", json!({"status": 404}), yes),
            ("status=404", json!({"status": 404.0}), yes),
            ("status=404", json!({"status": "404"}), no),
            ("status=\"404\"", json!({"status": "404"}), yes),
            ("status=4xx", json!({"status": 404}), yes),
            ("status=4xx", json!({"status": "404"}), yes),
            ("status=4xx", json!({"status": "4xx"}), yes),
            ("status=4xx", json!({"status": 500}), no),
            ("status=4xx", json!({"status": "500"}), no),
            ("n=12xx", json!({"n": 1234}), yes),
            ("status=400..404", json!({"status": 404}), yes),
            ("status=400..404", json!({"status": 405}), no),
            ("at=a..b", json!({"at": "a..b"}), yes),
            ("status!=404", json!({"status": 404}), no),
            ("status!=404", json!({"status": 200}), yes),
            ("status!=404", json!({}), yes),
            ("status!=4xx", json!({"status": 404}), no),
            ("status>=400", json!({"status": 400}), yes),
            ("status>400", json!({"status": 400}), no),
            ("ms<250", json!({"ms": 249.5}), yes),
            ("ms<= 250", json!({"ms": 250}), yes),
            ("ms<250", json!({"ms": 250}), no),
            ("ms<250", json!({"ms": "1"}), no),
            ("ms", json!({"ms": null}), yes),
            ("ms", json!({}), no),
            ("verb.id=played", json!({"verb": {"id": "played"}}), yes),
            (r"a\=b=c", json!({"a=b": "c"}), yes),
            (r"a\<b=c", json!({"a<b": "c"}), yes),
            (r"a\!=c", json!({"a!": "c"}), yes),
            (r"a\.b=[1,null]", json!({"a.b": [1, null]}), yes),
            ("query=a=b", json!({"query": "a=b"}), yes),
            ("empty=", json!({"empty": ""}), yes),
            ("=1", json!({"": 1}), yes),
        ] {
            let condition = condition(text).unwrap();
            let only = only(Query::all(), std::slice::from_ref(&condition));
            assert_eq!(matches(&only, &data), found, "{text} {data}");
            let except = except(Query::all(), &[condition]);
            assert_eq!(matches(&except, &data), !found, "except {text} {data}");
        }
    }

    #[test]
    fn any_value_of_a_key_and_all_conditions() {
        let any = only(Query::all(), &read(&["a=1", "b=2", "a=x", "a=5xx"]));
        for (data, found) in [
            (json!({"a": 1, "b": 2}), true),
            (json!({"a": "x", "b": 2}), true),
            (json!({"a": 503, "b": 2}), true),
            (json!({"a": 1}), false),
            (json!({"a": 2, "b": 2}), false),
        ] {
            assert_eq!(matches(&any, &data), found, "{data}");
        }
        let all = only(Query::all(), &read(&["ms>=100", "ms<250", "ms!=200"]));
        for (ms, found) in [
            (99, false),
            (100, true),
            (200, false),
            (249, true),
            (250, false),
        ] {
            assert_eq!(matches(&all, &json!({ "ms": ms })), found, "{ms}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        for text in ["", "ms>", "ms>=soon", "ms<\"1\"", "ms<=="] {
            assert!(condition(text).is_err(), "{text}");
        }
    }
}
