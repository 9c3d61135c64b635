//! Learners' statements, read through a field map, against figures found in another way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use tracking_loader::{FieldMap, FormatOptions, LogRecord, detect};

use super::real_logs;

const MAP: &str = r#"task=object.id,user=actor.account.name,time=timestamp,key=id,
    run=context.extensions["https://w3id.org/xapi/video/extensions/session-id"]"#;

fn top_five<'a>(names: impl Iterator<Item = &'a str>) -> Vec<u64> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    counts.truncate(5);
    counts
}

fn counts(list: &Value) -> Vec<u64> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|entry| entry["count"].as_u64().unwrap())
        .collect()
}

#[test]
fn statements_of_learners_agree_with_their_facts() {
    let Some(folder) = real_logs::folder("elearn-xapi-funmooc") else {
        return;
    };
    let facts: Value =
        serde_json::from_slice(&std::fs::read(folder.join("facts.json")).unwrap()).unwrap();
    let lines = real_logs::lines(&folder.join("statements.json.gz"));
    let map: FieldMap = MAP.parse().unwrap();
    let mut format = detect(&[], &FormatOptions::new().choose(map)).format;
    let read = |line: &Vec<u8>| format.read(line).unwrap().into_record().unwrap();
    let records: Vec<LogRecord> = lines.iter().map(read).collect();
    assert_eq!(records.len() as u64, facts["valid"]);

    let distinct = |name: &dyn Fn(&LogRecord) -> String| {
        records.iter().map(name).collect::<BTreeSet<_>>().len() as u64
    };
    assert_eq!(
        facts["distinct_users"],
        distinct(&|record| record.user().to_string())
    );
    assert_eq!(
        facts["distinct_tasks"],
        distinct(&|record| record.task().to_string())
    );
    assert_eq!(
        facts["distinct_runs"],
        distinct(&|record| record.session_id().unwrap().to_owned())
    );
    assert_eq!(
        facts["distinct_ids"],
        distinct(&|record| record.key().unwrap().to_string())
    );
    assert_eq!(
        top_five(records.iter().map(|r| r.user().as_str())),
        counts(&facts["top5_users"])
    );
    assert_eq!(
        top_five(records.iter().map(|r| r.task().as_str())),
        counts(&facts["top5_tasks"])
    );
    assert_eq!(
        top_five(records.iter().filter_map(LogRecord::session_id)),
        counts(&facts["top5_runs"])
    );

    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    let mut verbs: BTreeMap<String, u64> = BTreeMap::new();
    for record in &records {
        let day = record.time().to_datetime().date_naive().to_string();
        *days.entry(day).or_default() += 1;
        let verb = record.data().get("verb.id").unwrap();
        *verbs.entry(verb.as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(
        serde_json::to_value(days).unwrap(),
        facts["events_per_day_utc"]
    );
    assert_eq!(
        serde_json::to_value(verbs).unwrap(),
        facts["by_kind"]["counts"]
    );
    let times = || records.iter().map(LogRecord::time);
    assert_eq!(facts["first_utc"], times().min().unwrap().to_string());
    assert_eq!(facts["last_utc"], times().max().unwrap().to_string());
}

#[test]
fn nothing_is_lost_on_the_way() {
    let Some(folder) = real_logs::folder("elearn-xapi-funmooc") else {
        return;
    };
    let map: FieldMap = MAP.parse().unwrap();
    let mut format = FormatOptions::new().choose(map).chosen().unwrap();
    for line in real_logs::lines(&folder.join("statements.json.gz"))
        .iter()
        .take(500)
    {
        let record = format.read(line).unwrap().into_record().unwrap();
        let mut whole: Value = serde_json::from_slice(line).unwrap();
        let mut remove = |path: &str, key: &str| {
            whole
                .pointer_mut(path)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove(key)
        };
        for (path, key) in [
            ("", "id"),
            ("", "timestamp"),
            ("/object", "id"),
            ("/actor/account", "name"),
            (
                "/context/extensions",
                "https://w3id.org/xapi/video/extensions/session-id",
            ),
        ] {
            assert!(remove(path, key).is_some());
        }
        assert_eq!(record.data().deserialize::<Value>().unwrap(), whole);
        let course = whole
            .pointer("/context/contextActivities/parent/0/id")
            .unwrap();
        let by_course = r"task=context.contextActivities.parent[0].id,time=timestamp";
        let mut format = FormatOptions::new()
            .choose(by_course.parse::<FieldMap>().unwrap())
            .chosen()
            .unwrap();
        let record = format.read(line).unwrap().into_record().unwrap();
        assert_eq!(course, record.task().as_str());
    }
}
