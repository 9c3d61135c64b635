//! Every documented kind of query is answered from an index: the plans that `SQLite` makes, read.

use rusqlite::types::Value;
use rusqlite::vtab::array::load_module;
use rusqlite::{Connection, params_from_iter};
use tempfile::TempDir;
use tracking_core::{
    FieldFilter, GroupBy, NameFilter, Order, Query, RunId, RunQuery, RunState, TimeRange,
    Timestamp, TrackingStorage,
};

use crate::SqliteStorage;
use crate::field_index::FieldIndex;
use crate::plan::Plan;
use crate::run_queries;
use crate::sql::{COLUMNS, Statements};
use crate::top_n::order_columns;
use tracking_core::StoreName;

/// A store with an index on `page`, and the statements for it.
fn store() -> (TempDir, SqliteStorage, Connection, Statements) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let store = SqliteStorage::builder(&file).index("page").open().unwrap();
    let connection = Connection::open(&file).unwrap();
    load_module(&connection).unwrap();
    (
        folder,
        store,
        connection,
        Statements::of(&StoreName::default()),
    )
}

/// The steps of a statement's plan.
fn steps(connection: &Connection, text: &str, values: Vec<Value>) -> Vec<String> {
    let mut statement = connection
        .prepare(&format!("explain query plan {text}"))
        .unwrap();
    let values = params_from_iter(
        values
            .into_iter()
            .chain(std::iter::repeat_n(Value::Null, text.matches('?').count()))
            .take(statement.parameter_count()),
    );
    let steps = statement.query_map(values, |row| row.get(3)).unwrap();
    steps.collect::<rusqlite::Result<_>>().unwrap()
}

/// The steps that walk a table or an index of ours from end to end.
fn scans(steps: &[String]) -> Vec<&str> {
    let is_ours = |step: &&str| {
        ![
            "SCAN json_each",
            "SCAN p ",
            "SCAN found VIRTUAL TABLE",
            "SCAN (subquery",
            "SCAN CONSTANT",
        ]
        .iter()
        .any(|ok| step.starts_with(ok))
    };
    steps
        .iter()
        .map(String::as_str)
        .filter(|step| step.starts_with("SCAN"))
        .filter(is_ours)
        .collect()
}

fn range() -> TimeRange {
    TimeRange::between(Timestamp::EPOCH, Timestamp::MAX)
}

/// Every kind of criterion, alone and together, and the index that must be walked.
fn kinds() -> Vec<(Query, &'static str)> {
    let all = Query::all;
    let run = RunId::FIRST;
    vec![
        (all().task("a"), "ix_track_task"),
        (all().tasks(["a", "b"]), "ix_track_task"),
        (all().task_prefix("a"), "ix_track_task"),
        (
            all().tasks_in(NameFilter::prefixes(["a", "\u{10FFFF}"]).or(NameFilter::exact(["b"]))),
            "ix_track_task",
        ),
        (all().user("u"), "ix_track_user"),
        (all().users(["u", "v"]), "ix_track_user"),
        (all().user_prefix("u"), "ix_track_user"),
        (all().run(run), "ix_track_run"),
        (all().runs([run, RunId::new(2).unwrap()]), "ix_track_run"),
        (all().within(range()), "ix_track_time"),
        (
            all().within_any([range(), TimeRange::until(Timestamp::MIN)]),
            "ix_track_time",
        ),
        (all().field("page", 1), "ix_field_1"),
        (all().field_in("page", [1, 2]), "ix_field_1"),
        (all().task("a").user("u"), "ix_track_pair"),
        (all().task("a").users(["u", "v"]), "ix_track_pair"),
        (all().tasks(["a", "b"]).user("u"), "ix_track_pair"),
        (all().task("a").user("u").run(run), "ix_track_pair"),
        (all().task("a").within(range()), "ix_track_task"),
        (all().user("u").within(range()), "ix_track_user"),
        (all().run(run).within(range()), "ix_track_run"),
        (all().task("a").user("u").within(range()), "ix_track_pair"),
        (all().task("a").field("other", 1), "ix_track_task"),
        (all().task_pattern("*.css"), "ix_track_task"),
        (all().user_pattern("u?"), "ix_track_user"),
        (all().task("a").except_user("u"), "ix_track_task"),
        (all().field_range("page", 1..5), "ix_field_1"),
        (
            all().field_matching(FieldFilter::new("page", ["x"]).or_numbers(1..5)),
            "ix_field_1",
        ),
        (all().task("a").except_field("page", 1), "ix_track_task"),
    ]
}

const ORDERS: [Order; 4] = [
    Order::Id,
    Order::IdDescending,
    Order::Time,
    Order::TimeDescending,
];

#[test]
fn every_documented_query_walks_its_index() {
    let (_folder, _store, connection, sql) = store();
    for (query, index) in kinds() {
        for order in ORDERS {
            let query = query.clone().order(order);
            let plan = Plan::new(&connection, &sql, &query).unwrap().unwrap();
            let columns = if plan.is_sorted() {
                COLUMNS
            } else {
                order_columns(&query)
            };
            let (text, values) = plan.ordered(columns, Some(9)).unwrap();
            let steps = steps(&connection, &text, values);
            assert!(scans(&steps).is_empty(), "{query:?} {steps:?}");
            // What has to be sorted is sorted here, and its rows are not looked at before.
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")));
            let excludes = query.excluded_users().is_some();
            let only = !plan.is_sorted() && query.field_filters().is_empty() && !excludes;
            let way = if only { "COVERING INDEX" } else { "INDEX" };
            let is_walked = steps.iter().any(|step| {
                step.starts_with("SEARCH t ") && step.contains(&format!("{way} {index} ("))
            });
            assert!(is_walked, "{query:?} {steps:?}");
        }
    }
}

#[test]
fn every_documented_query_is_counted_from_its_index() {
    let (_folder, _store, connection, sql) = store();
    for (query, index) in kinds() {
        let plan = Plan::new(&connection, &sql, &query).unwrap().unwrap();
        let (text, values) = plan.unordered("count(*)", None, "");
        let steps = steps(&connection, &text, values);
        assert!(scans(&steps).is_empty(), "{query:?} {steps:?}");
        assert!(
            steps.iter().any(|step| step.contains(index)),
            "{query:?} {steps:?}"
        );
    }
}

#[test]
fn a_range_of_very_many_numbers_walks_the_index_on_their_field() {
    let (_folder, store, connection, sql) = store();
    let tracks = (0..1_100).map(|n| {
        let data = serde_json::json!({ "page": n });
        tracking_core::NewTrack::new("a", "u", data).unwrap()
    });
    store.apply(&tracks.collect()).unwrap();
    let query = Query::all().field_range("page", 7..9);
    let plan = Plan::new(&connection, &sql, &query).unwrap().unwrap();
    assert!(
        !plan.residual.is_empty(),
        "the statement finds what is close, too"
    );
    let (text, values) = plan.unordered("t.id", None, "");
    let steps = steps(&connection, &text, values);
    assert!(scans(&steps).is_empty(), "{steps:?}");
    let way = "SEARCH t USING COVERING INDEX ix_field_1 (<expr>>? AND <expr><?)";
    assert_eq!(steps, [way]);
}

#[test]
fn the_tracks_that_have_a_field_are_all_that_its_index_holds() {
    let (_folder, _store, connection, sql) = store();
    let query = Query::all().has_field("page");
    let plan = Plan::new(&connection, &sql, &query).unwrap().unwrap();
    let (text, values) = plan.unordered("t.id", None, "");
    let steps = steps(&connection, &text, values);
    assert_eq!(steps, ["SCAN t USING COVERING INDEX ix_field_1"]);
}

#[test]
fn the_numbers_in_an_index_are_found_one_after_the_other() {
    let (_folder, _store, connection, sql) = store();
    let text = FieldIndex::new(&sql, 1, &"page".into()).next_number();
    let steps = steps(&connection, &text, Vec::new());
    let way = "SEARCH t USING COVERING INDEX ix_field_1 (<expr>>? AND <expr><?)";
    assert_eq!(steps, [way]);
}

#[test]
fn one_task_user_or_run_by_time_and_one_value_by_id_needs_no_sorting() {
    let (_folder, _store, connection, sql) = store();
    for (query, order) in [
        (Query::all().task("a"), Order::TimeDescending),
        (Query::all().user("u").within(range()), Order::Time),
        (Query::all().run(RunId::FIRST), Order::TimeDescending),
        (
            Query::all().task("a").user("u").run(RunId::FIRST),
            Order::TimeDescending,
        ),
        (Query::all().within(range()), Order::TimeDescending),
        (Query::all(), Order::TimeDescending),
        (Query::all(), Order::IdDescending),
        (Query::all().field("page", 1), Order::Id),
    ] {
        let query = query.order(order);
        let plan = Plan::new(&connection, &sql, &query).unwrap().unwrap();
        let (text, values) = plan.ordered("t.id", Some(9)).unwrap();
        let steps = steps(&connection, &text, values);
        assert!(plan.is_sorted(), "{query:?}");
        assert!(
            !steps.iter().any(|step| step.contains("TEMP B-TREE")),
            "{query:?} {steps:?}"
        );
    }
}

#[test]
fn a_page_by_id_is_looked_for_in_the_table_right_after_its_cursor() {
    let (_folder, _store, connection, sql) = store();
    for order in [Order::Id, Order::IdDescending] {
        let query = Query::all().task("a").within(range()).order(order);
        let plan = Plan::new(&connection, &sql, &query).unwrap().unwrap();
        let (text, values) = plan.within_ids((1, 9), 3);
        let steps = steps(&connection, &text, values);
        assert_eq!(
            steps.first().map(String::as_str),
            Some("SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
        );
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")));
    }
}

#[test]
fn tracks_are_fetched_by_their_ids_in_the_order_of_these() {
    let (_folder, _store, connection, sql) = store();
    let steps = steps(&connection, &sql.tracks_of_ids, Vec::new());
    assert_eq!(
        steps,
        [
            "SCAN found VIRTUAL TABLE INDEX 1:",
            "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"
        ]
    );
}

#[test]
fn a_session_is_found_along_the_times_of_its_user() {
    let (_folder, _store, connection, sql) = store();
    for text in [&sql.session_before, &sql.session_after] {
        let steps = steps(&connection, text, Vec::new());
        let walk = "SEARCH t USING INDEX ix_track_user (user=? AND time>? AND time<?)";
        assert_eq!(
            steps,
            [walk, "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"]
        );
    }
}

#[test]
fn of_fixed_statements_only_those_scan_that_list_everything() {
    let (_folder, _store, connection, sql) = store();
    let scanning: Vec<(&str, String)> = sql
        .all()
        .into_iter()
        .flat_map(|(name, text)| {
            let steps = steps(&connection, text, Vec::new());
            scans(&steps)
                .into_iter()
                .map(|step| (name, step.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    let expected = [
        (
            "first_task_ids",
            "SCAN task USING COVERING INDEX sqlite_autoindex_task_1",
        ),
        (
            "first_user_names",
            "SCAN user USING COVERING INDEX sqlite_autoindex_user_1",
        ),
        ("all_tracks", "SCAN t"),
        (
            "tracks_by_pair",
            "SCAN track USING COVERING INDEX ix_track_pair",
        ),
        (
            "runs_within",
            "SCAN track USING COVERING INDEX ix_track_run",
        ),
        (
            "runs_with_tracks",
            "SCAN r USING COVERING INDEX ix_run_start",
        ),
        ("all_runs", "SCAN r"),
        ("all_keys", "SCAN key"),
        ("first_keys", "SCAN key"),
        ("checkpoints", "SCAN checkpoint"),
        ("first_checkpoints", "SCAN checkpoint"),
    ];
    let scanning: Vec<(&str, &str)> = scanning
        .iter()
        .map(|(name, step)| (*name, step.as_str()))
        .collect();
    assert_eq!(scanning, expected);
}

#[test]
fn counts_are_found_by_their_kind_and_days() {
    let (_folder, _store, connection, sql) = store();
    let search = "SEARCH track_count USING PRIMARY KEY (kind=?";
    for text in [
        &sql.find_count,
        &sql.size_of_count,
        &sql.sum_of_quarters,
        &sql.quarters,
        &sql.items_of_days,
        &sql.sums_of_items,
        &sql.totals_of_items,
    ] {
        let steps = steps(&connection, text, Vec::new());
        let search = search.replace(
            "track_count",
            if text.contains("as q") {
                "q"
            } else {
                "track_count"
            },
        );
        assert!(steps[0].starts_with(&search), "{text} {steps:?}");
    }
    let steps = steps(&connection, &sql.items_of_days, Vec::new());
    let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
    assert!(!sorts, "days are adjacent: {steps:?}");
}

/// Kinds of queries for runs, and the index that must be walked.
fn kinds_of_runs() -> Vec<(RunQuery, &'static str)> {
    let all = RunQuery::all;
    vec![
        (all().task("a"), "ix_run_task"),
        (all().tasks(NameFilter::prefixes(["a"])), "ix_run_task"),
        (all().started(range()), "ix_run_start"),
        (all().states([RunState::Current]), "ix_task_current"),
        (all(), "INTEGER PRIMARY KEY (rowid>?)"),
        (
            all().states([RunState::Session, RunState::Finished]),
            "INTEGER PRIMARY KEY (rowid>?)",
        ),
        (all().ended(range()), "INTEGER PRIMARY KEY (rowid>?)"),
        (all().ids([RunId::FIRST]), "INTEGER PRIMARY KEY (rowid=?)"),
    ]
}

#[test]
fn runs_are_found_by_task_start_state_and_id() {
    let (_folder, _store, connection, _) = store();
    for (query, index) in kinds_of_runs() {
        for query in [query.clone(), query.after(RunId::FIRST).limit(9)] {
            let (text, values) = run_queries::select(&connection, "", &query, "r.id").unwrap();
            let steps = steps(&connection, &text, values);
            assert!(scans(&steps).is_empty(), "{query:?} {steps:?}");
            assert!(
                steps.iter().any(|step| step.contains(index)),
                "{query:?} {steps:?}"
            );
        }
    }
}

#[test]
fn runs_of_one_task_in_one_state_or_of_any_kind_need_no_sorting() {
    let (_folder, _store, connection, _) = store();
    for query in [
        RunQuery::all(),
        RunQuery::all().task("a"),
        RunQuery::all().states([RunState::Current]),
        RunQuery::all().states([RunState::Session]),
        RunQuery::all().ended(range()),
    ] {
        let query = query.after(RunId::FIRST).limit(9);
        let (text, values) = run_queries::select(&connection, "", &query, "r.id").unwrap();
        let steps = steps(&connection, &text, values);
        let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
        assert!(!sorts, "{query:?} {steps:?}");
    }
}

#[test]
fn what_goes_with_a_run_is_found_in_indexes() {
    let (_folder, _store, connection, _) = store();
    for text in [
        "update task set current_run = null where current_run = ?",
        "select 1 from track where run = ?",
        "select 1 from track where task = ?",
        "select 1 from run where task = ?",
    ] {
        let steps = steps(&connection, text, Vec::new());
        assert!(scans(&steps).is_empty(), "{text} {steps:?}");
    }
}

#[test]
fn groups_of_everything_lie_side_by_side_in_an_index() {
    let (_folder, store, connection, sql) = store();
    for (by, index) in [
        (GroupBy::Task, "ix_track_task"),
        (GroupBy::User, "ix_track_user"),
        (GroupBy::Run, "ix_track_run"),
    ] {
        store.groups(&Query::all(), &by.into()).unwrap();
        let query = Query::all();
        let plan = Plan::new(&connection, &sql, &query).unwrap().unwrap();
        let column = index.rsplit('_').next().unwrap();
        let then = format!(" group by t.{column}");
        let (text, values) = plan.unordered(&format!("count(*), t.{column}"), Some(index), &then);
        let steps = steps(&connection, &text, values);
        assert_eq!(steps, [format!("SCAN t USING COVERING INDEX {index}")]);
    }
}

#[test]
fn what_the_docs_say_of_sql_by_hand_is_so() {
    let (_folder, _store, connection, _) = store();
    for (text, index) in [
        (
            "select * from tracks where user = 'anna' order by time desc limit 10",
            "ix_track_user",
        ),
        (
            "select * from tracks where data -> '$.page' = '2'",
            "ix_field_1",
        ),
        (
            "select u.name, count(*) from track as t join user as u on u.id = t.user \
          where t.time between 1 and 2 group by u.name",
            "ix_track_time",
        ),
    ] {
        let steps = steps(&connection, text, Vec::new());
        assert!(
            steps
                .iter()
                .any(|step| step.starts_with("SEARCH") && step.contains(index)),
            "{steps:?}"
        );
    }
}
