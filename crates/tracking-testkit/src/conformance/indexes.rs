//! Indexes on data fields: they change no answer.

use super::prelude::*;

fn names(s: &Store) -> Vec<String> {
    s.indexes()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn fill_fields(s: &Store) {
    for n in 0..12 {
        let object = if n % 4 == 3 {
            json!({})
        } else {
            json!({"k": n % 3, "n": {"x": n % 2}})
        };
        save(s, "a001", if n < 6 { "u1" } else { "u2" }, object);
    }
}

/// What a store answers to a set of questions about fields.
fn answers(s: &Store) -> Vec<Vec<u64>> {
    let mut answers = Vec::new();
    for query in [
        Query::all().field("k", 1),
        Query::all().field_in("k", [0, 2, 9]),
        Query::all().field("n.x", 1).user("u2"),
        Query::all()
            .field("k", 0)
            .field("n.x", 0)
            .order(Order::IdDescending),
        Query::all().field("k", 1).limit(2),
    ] {
        answers.push(ids(s, &query));
        answers.push(vec![count(s, &query)]);
    }
    let by = GroupBy::Field(Field::from("k")).and(GroupBy::Field(Field::from("n.x")));
    let groups = s.groups(&Query::all(), &by).unwrap();
    answers.push(groups.iter().map(Group::count).collect());
    answers
}

pub(super) fn a_store_has_the_indexes_it_was_opened_with(ctx: &Context<'_>) {
    assert!(names(ctx.store()).is_empty());
    let s = ctx.fresh_with_indexes(["n.x", "k"].map(Field::from));
    assert_eq!(names(&*s), ["k", "n.x"], "they come sorted");
}

pub(super) fn an_index_can_be_added_once(ctx: &Context<'_>) {
    let s = ctx.store();
    assert!(
        s.add_index(&Field::from("k")).unwrap(),
        "it had none before"
    );
    assert!(!s.add_index(&Field::from("k")).unwrap());
    assert!(s.add_index(&Field::key("a.b")).unwrap());
    assert!(
        s.add_index(&Field::from("a.b")).unwrap(),
        "that is another field"
    );
    assert_eq!(names(s), ["a.b", r"a\.b", "k"], "they come sorted");
}

pub(super) fn an_index_can_be_dropped_once(ctx: &Context<'_>) {
    let s = ctx.store();
    assert!(!s.drop_index(&Field::from("k")).unwrap(), "it had none");
    s.add_index(&Field::from("k")).unwrap();
    assert!(s.drop_index(&Field::from("k")).unwrap());
    assert!(!s.drop_index(&Field::from("k")).unwrap());
    assert!(names(s).is_empty());
}

pub(super) fn a_declared_index_changes_no_answer(ctx: &Context<'_>) {
    let (s, indexed) = (
        ctx.store(),
        ctx.fresh_with_indexes(["k", "n.x", "n"].map(Field::from)),
    );
    fill_fields(s);
    fill_fields(&*indexed);
    assert_eq!(answers(&*indexed), answers(s));
}

pub(super) fn an_index_added_and_dropped_later_changes_no_answer(ctx: &Context<'_>) {
    let s = ctx.store();
    fill_fields(s);
    let before = answers(s);
    for field in ["k", "n.x"].map(Field::from) {
        s.add_index(&field).unwrap();
        assert_eq!(answers(s), before, "with an index on {field}");
    }
    for field in ["k", "n.x"].map(Field::from) {
        s.drop_index(&field).unwrap();
        assert_eq!(answers(s), before, "without an index on {field}");
    }
}

pub(super) fn an_index_follows_every_change(ctx: &Context<'_>) {
    let (s, indexed) = (
        ctx.store(),
        ctx.fresh_with_indexes(["k", "n.x"].map(Field::from)),
    );
    for s in [s, &*indexed] {
        fill_fields(s);
        s.update(TrackUpdate::merge(id(1), object(json!({"k": 1}))))
            .unwrap();
        s.update(TrackUpdate::replace(id(2), object(json!({"n": {"x": 1}}))))
            .unwrap();
        merge(s, "a001", "u2", json!({"k": 1, "n": 5}));
        s.remove(id(5)).unwrap();
        s.remove_matching(&Query::all().field("k", 2).limit(1))
            .unwrap();
        s.rename_user(&user("u2"), &user("u1")).unwrap();
        let wrong = Batch::new()
            .update(TrackUpdate::merge(id(6), object(json!({"k": 1}))))
            .remove(id(7))
            .save(new("a001", "u1", json!({"k": 1})).in_run(run_id(9)));
        s.apply(&wrong).unwrap_err();
        s.prune(&Retention::none().keep_last(6)).unwrap();
    }
    assert_eq!(answers(&*indexed), answers(s));
}

pub(super) fn reindexing_changes_no_answer(ctx: &Context<'_>) {
    let s = ctx.store();
    fill(s);
    fill_fields(s);
    let before = answers(s);
    unchanged(s, "it builds the indexes anew and nothing else", || {
        s.reindex().unwrap();
    });
    assert_eq!(answers(s), before);
    assert_eq!(
        last(s, "a001", RunChoice::Current, "u1"),
        last_by_query(s, "a001", "u1")
    );
}

/// The last track of a task's current run and user, by another way.
fn last_by_query(s: &Store, task: &str, user: &str) -> Option<u64> {
    let run = current(s, task)?;
    let query = Query::all()
        .task(task)
        .user(user)
        .run(run)
        .order(Order::TimeDescending)
        .limit(1);
    ids(s, &query).first().copied()
}

pub(super) fn an_empty_store_can_be_reindexed(ctx: &Context<'_>) {
    let s = ctx.store();
    s.reindex().unwrap();
    assert_eq!(save(s, "a001", "u1", json!({})), id(1));
}

/// Keys that a path, a statement or the name of an index may take for another key, or for syntax.
const HOSTILE_KEYS: &[&str] = &[
    "",
    "a",
    "A",
    "a ",
    " a",
    "a\0",
    "a\0b",
    "\0",
    "\0a",
    "a\\u0000b",
    "a.b",
    ".",
    "..",
    "$",
    "$.a",
    "$[0]",
    "[0]",
    "a[0]",
    "[#-1]",
    "#",
    "0",
    "-1",
    "*",
    "a*",
    "?",
    "?1",
    "@",
    ":a",
    "%",
    "_",
    "\"",
    "\"a\"",
    "a\"b",
    "a\"",
    "'",
    "a'b",
    "''",
    "`a`",
    "\\",
    "a\\",
    "\\\"",
    "\\n",
    "\n",
    "\r\n",
    "\t",
    "\u{1}",
    "\u{1f}",
    "\u{7f}",
    "\u{80}",
    "\u{a0}",
    "\u{e9}",
    "e\u{301}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{1f600}",
    "\u{10ffff}",
    "--",
    "/*",
    ";",
    "a; drop table track",
    "null",
    "data",
    "id",
    "__proto__",
];

fn hostile_fields() -> Vec<Field> {
    let mut keys: Vec<String> = HOSTILE_KEYS.iter().map(ToString::to_string).collect();
    keys.extend(["x".repeat(255), "x".repeat(1_000), "ü\0".repeat(200)]);
    let nested = HOSTILE_KEYS.iter().step_by(5);
    let nested = nested.map(|key| Field::path(["n", key, key]));
    keys.into_iter().map(Field::key).chain(nested).collect()
}

/// Data in which a field has a value.
fn with_field(field: &Field, value: Value) -> Value {
    let keys: Vec<&str> = field.keys().collect();
    let wrap =
        |inner, key: &&str| Value::Object([((*key).to_owned(), inner)].into_iter().collect());
    keys.iter().rev().fold(value, wrap)
}

pub(super) fn an_index_on_any_field_changes_no_answer(ctx: &Context<'_>) {
    let s = ctx.store();
    let fields = hostile_fields();
    let values = [json!(1), json!("a\0b"), json!("\"'\\"), json!([{}, null])];
    let mut batch = Batch::new();
    for (n, field) in fields.iter().enumerate() {
        let value = values[n % values.len()].clone();
        batch = batch.save(new("t", "u", with_field(field, value)));
    }
    s.apply(&batch).unwrap();
    let answers = |field: &Field| {
        let found = values.each_ref().map(|value| {
            let query = Query::all().field(field, value.clone());
            (ids(s, &query), count(s, &query))
        });
        let groups = s.groups(&Query::all(), &GroupBy::Field(field.clone()).into());
        (found, groups.unwrap())
    };
    for (n, field) in fields.iter().enumerate() {
        let before = answers(field);
        let (found, _) = &before.0[n % values.len()];
        assert!(found.contains(&(n as u64 + 1)), "{field:?} is found");
        assert!(s.add_index(field).unwrap(), "{field:?}");
        assert_eq!(answers(field), before, "{field:?} with an index");
        assert!(names(s).contains(&field.to_string()), "{field:?}");
    }
    s.reindex().unwrap();
    for field in &fields {
        let before = answers(field);
        assert!(s.drop_index(field).unwrap(), "{field:?}");
        assert_eq!(answers(field), before, "{field:?} without an index");
    }
}
