//! No documented query reads a large table from end to end: the plans that the server makes, read.

use tracking_core::{
    Cursor, FieldFilter, GroupBy, Grouping, Key, NameFilter, NewTrack, Order, Query, Retention,
    RunChoice, RunId, RunQuery, RunSelector, RunState, SaveMode, SessionGap, TaskId, TimeRange,
    Timestamp, TrackId, TrackingStorage as _, TrackingStorageExt as _, UserName,
};

use crate::old_ranges::OldRanges;
use crate::prefetch::Prefetch;
use crate::statement::Sql;
use crate::store_row::StoreRow;
use crate::{change, changes, count, lookup, name_lists, removal, runs, select, sessions};

pub(crate) mod database;

use database::{PARTITION, Plans, STORE};

/// What a plan reads from end to end: a table, or all that an index has of a store. An index on a
/// field only has the tracks that have the field. A limit ends a scan that leaves nothing out: such is
/// the smallest position of the feed, of which PostgreSQL 17 knows that it is not null.
fn scans(plan: &[String]) -> Vec<String> {
    let mut scans = Vec::new();
    let mut is_below_limit = false;
    let mut lines = plan.iter().peekable();
    while let Some(line) = lines.next() {
        let is_limited = std::mem::replace(&mut is_below_limit, line.trim().ends_with("Limit"));
        let node = line.trim().trim_start_matches("->").trim();
        let is_large = |table: &&str| {
            node.contains(&format!(" on {table} ")) || node.ends_with(&format!(" on {table}"))
        };
        let tables = ["track", "run", "key", "checkpoint", "batch", "change"];
        if node.contains("Seq Scan") && tables.iter().any(is_large) {
            scans.push(node.to_owned());
        }
        if !(node.contains("Index Scan") || node.contains("Index Only Scan")) {
            continue;
        }
        let condition = lines.next_if(|next| next.contains("Index Cond: "));
        let leaves_out = lines.peek().is_some_and(|next| next.contains("Filter: "));
        let narrows = condition.is_some_and(|condition| condition.contains(" AND "));
        // The condition of an index on a field fixes the store already.
        let is_on_field = node.contains("track_field_") || node.contains("track_number_");
        let narrows = narrows || (is_on_field && condition.is_some());
        let narrows = narrows || (is_limited && !leaves_out);
        if !narrows && !node.contains("store_pkey") {
            scans.push(node.to_owned());
        }
    }
    scans
}

fn uses(plan: &[String], indexes: &str) -> bool {
    indexes
        .split('|')
        .any(|index| plan.iter().any(|line| line.contains(index)))
}

fn range() -> TimeRange {
    let start = 1_767_225_600 + 30_000;
    let at = |seconds| Timestamp::from_secs(seconds).unwrap();
    TimeRange::between(at(start), at(start + 120))
}

/// Every kind of criterion, alone and together, and the indexes of which one must be used.
fn kinds() -> Vec<(Query, &'static str)> {
    let all = Query::all;
    let run = RunId::FIRST;
    vec![
        (all().task("task1"), "track_task|track_pair"),
        (all().tasks(["task1", "task2"]), "track_task|track_pair"),
        (all().task_prefix("task1234"), "track_task|track_pair"),
        (
            all().tasks_in(
                NameFilter::prefixes(["task2222", "\u{10FFFF}"]).or(NameFilter::exact(["b"])),
            ),
            "track_task|track_pair",
        ),
        (all().task_pattern("task1234*"), "track_task|track_pair"),
        (all().user("user1"), "track_user"),
        (all().users(["user1", "user2"]), "track_user"),
        (all().user_prefix("user1234"), "track_user"),
        (all().user_pattern("user123?"), "track_user"),
        (all().run(run), "track_run"),
        (all().runs([run, RunId::new(2).unwrap()]), "track_run"),
        (all().within(range()), "track_time"),
        (
            all().within_any([range(), TimeRange::until(Timestamp::MIN)]),
            "track_time",
        ),
        (all().field("page", 1), "track_field_main_1"),
        (all().field_in("page", [1, 2]), "track_field_main_1"),
        (all().field_range("page", 1..3), "track_number_main_1"),
        (
            all().field_matching(FieldFilter::new("page", ["x"]).or_numbers(1..3)),
            "track_number_main_1",
        ),
        (all().task("task1").user("user1"), "track_pair"),
        (all().task("task1").users(["user1", "user2"]), "track_pair"),
        (all().tasks(["task1", "task2"]).user("user1"), "track_pair"),
        (all().task("task1").user("user1").run(run), "track_pair"),
        (all().task("task1").within(range()), "track_task"),
        (all().user("user1").within(range()), "track_user"),
        (all().run(run).within(range()), "track_run"),
        (
            all().task("task1").user("user1").within(range()),
            "track_pair|track_task|track_user",
        ),
        (
            all().task("task1").field("other", 1),
            "track_task|track_pair",
        ),
        (
            all().task("task1").except_user("user1"),
            "track_task|track_pair",
        ),
        (
            all().task("task1").except_field("page", 1),
            "track_task|track_pair",
        ),
    ]
}

const ORDERS: [Order; 4] = [
    Order::Id,
    Order::IdDescending,
    Order::Time,
    Order::TimeDescending,
];

/// All that is wrong with plans, so that one run shows everything.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn check(&mut self, what: &dyn std::fmt::Debug, plan: &[String], indexes: &str) {
        if !scans(plan).is_empty() || !(indexes.is_empty() || uses(plan, indexes)) {
            self.0.push(format!("{what:?}\n{}", plan.join("\n")));
        }
    }
}

impl Drop for Problems {
    fn drop(&mut self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n\n"));
    }
}

#[test]
fn every_documented_query_uses_its_index() {
    Plans::each(|plans| {
        let mut problems = Problems::default();
        for (query, indexes) in kinds() {
            for order in ORDERS {
                for limit in [None, Some(9)] {
                    let mut query = query.clone().order(order);
                    if let Some(limit) = limit {
                        query = query.limit(limit);
                    }
                    let sql = select::select(STORE, &query).unwrap().unwrap();
                    problems.check(&query, &plans.plan(sql), indexes);
                }
            }
        }
    });
}

#[test]
fn every_documented_query_is_counted_and_grouped_by_its_index() {
    Plans::each(|plans| {
        let mut problems = Problems::default();
        let groupings = [
            Grouping::from(GroupBy::Task),
            Grouping::from(GroupBy::User),
            Grouping::from(GroupBy::Day(tracking_core::Zone::utc())),
        ];
        for (query, indexes) in kinds() {
            let sql = count::count(STORE, &query).unwrap();
            problems.check(&query, &plans.plan(sql), indexes);
            for grouping in &groupings {
                let sql = count::groups(STORE, &query, grouping).unwrap();
                problems.check(&(&query, grouping), &plans.plan(sql), indexes);
            }
        }
    });
}

#[test]
fn what_is_prepared_is_read_along_its_index_whatever_the_values() {
    Plans::each(|plans| {
        let mut problems = Problems::default();
        let mut prepared = 0;
        let run = RunId::FIRST;
        let more = [
            (Query::all().run(run).within(range()), "track_run"),
            (
                Query::all().task("task1").user("user1").run(run),
                "track_pair",
            ),
            (Query::all(), "track_time|track_pkey"),
        ];
        for (query, indexes) in kinds().into_iter().chain(more) {
            let sql = count::count(STORE, &query).unwrap();
            if sql.is_reusable() && !sql.types().is_empty() {
                prepared += 1;
                problems.check(&("count", &query), &plans.general_plan(&sql), indexes);
            }
            for order in ORDERS {
                let after = Cursor::after(order, range().from(), TrackId::FIRST);
                let query = query.clone().order(order);
                let page = query.clone().limit(20);
                for query in [query, page.clone().after(after), page] {
                    let sql = select::select(STORE, &query).unwrap().unwrap();
                    if !sql.is_reusable() || sql.types().is_empty() {
                        continue;
                    }
                    prepared += 1;
                    let plan = plans.general_plan(&sql);
                    problems.check(&query, &plan, indexes);
                    if query.max_tracks().is_some() && uses(&plan, "Sort") {
                        problems.0.push(format!("{query:?}\n{}", plan.join("\n")));
                    }
                }
            }
        }
        assert!(prepared > 70, "only {prepared} are prepared");
    });
}

#[test]
fn what_is_looked_at_grows_with_what_is_found() {
    Plans::each(|plans| {
        for (query, _) in kinds() {
            let found = plans.store.count(&query).unwrap();
            assert!(found < 1_000, "{query:?} finds {found}");
            // The smallest index has 250 pages.
            let pages = plans.pages(count::count(STORE, &query).unwrap());
            assert!(
                pages < 2 * found + 60 * plans.partitions,
                "{query:?} finds {found} in {pages} pages"
            );
        }
    });
}

#[test]
fn a_page_of_everything_is_read_along_an_index_and_not_sorted() {
    Plans::each(|plans| {
        for (order, index) in
            ORDERS
                .into_iter()
                .zip(["track_pkey", "track_pkey", "track_time", "track_time"])
        {
            let first = Query::all().order(order).limit(9);
            let page = plans.store.query(&first).unwrap();
            let last = page.last().unwrap();
            let cursor = Cursor::after(order, last.time(), last.id());
            for query in [first.clone(), first.after(cursor)] {
                let plan = plans.plan(select::select(STORE, &query).unwrap().unwrap());
                let is_walked = uses(&plan, index) && !uses(&plan, "Seq Scan|Sort");
                assert!(is_walked, "{query:?}\n{}", plan.join("\n"));
            }
        }
    });
}

#[test]
fn the_tracks_that_have_a_field_are_all_that_its_index_holds() {
    Plans::each(|plans| {
        // Every track of the large store has it, so only the first of them are looked at.
        let query = Query::all().has_field("page").order(Order::Time).limit(9);
        let plan = plans.plan(select::select(STORE, &query).unwrap().unwrap());
        assert!(!uses(&plan, "Seq Scan"), "{}", plan.join("\n"));
    });
}

/// Queries for runs, and the indexes of which one must be used.
fn kinds_of_runs() -> Vec<(RunQuery, &'static str)> {
    let all = RunQuery::all;
    vec![
        (all().task("task7"), "run_task"),
        (all().tasks(NameFilter::prefixes(["task7"])), "run_task"),
        (all().started(range()), "run_start"),
        (all().states([RunState::Current]), "run_current"),
        (all().ids([RunId::FIRST]), "run_pkey"),
    ]
}

#[test]
fn runs_are_found_by_task_start_state_and_id() {
    Plans::each(|plans| {
        let mut problems = Problems::default();
        for (query, indexes) in kinds_of_runs() {
            for query in [query.clone(), query.after(RunId::FIRST).limit(9)] {
                let sql = runs::select(STORE, &query).unwrap().unwrap();
                let plan = plans.plan(sql);
                // The index on current runs has no others.
                if indexes != "run_current" || !uses(&plan, "run_current") {
                    problems.check(&query, &plan, indexes);
                }
                let sql = runs::count(STORE, &query).unwrap().unwrap();
                let plan = plans.plan(sql);
                if indexes != "run_current" || !uses(&plan, "run_current") {
                    problems.check(&query, &plan, indexes);
                }
            }
        }
    });
}

#[test]
fn runs_of_any_kind_are_read_by_id_and_not_sorted() {
    Plans::each(|plans| {
        for query in [
            RunQuery::all(),
            RunQuery::all().states([RunState::Session, RunState::Finished]),
        ] {
            let query = query.after(RunId::FIRST).limit(9);
            let plan = plans.plan(runs::select(STORE, &query).unwrap().unwrap());
            assert!(
                !uses(&plan, "Seq Scan on run"),
                "{query:?}\n{}",
                plan.join("\n")
            );
        }
    });
}

fn task() -> TaskId {
    TaskId::new("task1").unwrap()
}

fn user() -> UserName {
    UserName::new("user1").unwrap()
}

/// The statements of single calls that have their text from this program.
fn fixed() -> Vec<(&'static str, Sql)> {
    let key = Key::new("key1").unwrap();
    let checkpoint = tracking_core::CheckpointName::new("checkpoint1").unwrap();
    let run = RunChoice::Id(RunId::FIRST);
    vec![
        ("store row", StoreRow::select_and_lock(STORE)),
        ("track", lookup::track(STORE, TrackId::FIRST).unwrap()),
        (
            "last track of current run",
            lookup::last_track(STORE, &task(), RunChoice::Current, &user()).unwrap(),
        ),
        (
            "last track of run",
            lookup::last_track(STORE, &task(), run, &user()).unwrap(),
        ),
        (
            "run",
            lookup::run(STORE, &RunSelector::Id(RunId::FIRST)).unwrap(),
        ),
        (
            "current run",
            lookup::run(STORE, &RunSelector::CurrentOf(task())).unwrap(),
        ),
        ("key", lookup::key_use(STORE, &key)),
        ("keys", lookup::key_uses(STORE, Some(&key), 9)),
        ("checkpoint", lookup::checkpoint(STORE, &checkpoint)),
        (
            "checkpoints",
            lookup::checkpoints(STORE, Some(&checkpoint), 9),
        ),
        ("run summary", runs::summary(STORE, RunId::FIRST).unwrap()),
    ]
}

/// What saves, updates, removals and batches of all kinds read before they change anything.
fn prefetched() -> Vec<Sql> {
    let save = |user: &str| NewTrack::new("task1", user, serde_json::json!({})).unwrap();
    let at = Timestamp::from_secs(1_767_229_200).unwrap();
    let merge = |track: NewTrack| track.updating(SaveMode::Merge);
    let in_session = save("user3").at(at).in_session(SessionGap::default());
    let batch = tracking_core::Batch::new()
        .with_id(tracking_core::BatchId::new("batch1").unwrap())
        .save(merge(save("user1").in_run(RunId::FIRST)).with_key(Key::new("key1").unwrap()))
        .save(merge(save("user2")))
        .save(merge(in_session))
        .remove(TrackId::FIRST)
        .with_checkpoint(tracking_core::Checkpoint::new(
            tracking_core::CheckpointName::new("checkpoint1").unwrap(),
            tracking_core::Data::empty(),
        ));
    let mut prefetch = Prefetch::default();
    prefetch.add(&batch);
    prefetch.statements(STORE)
}

#[test]
fn single_things_and_what_a_batch_needs_are_found_in_indexes() {
    Plans::each(|plans| {
        let mut problems = Problems::default();
        let prefetched = prefetched().into_iter().map(|sql| ("prefetch", sql));
        for (what, sql) in fixed().into_iter().chain(prefetched) {
            let general = plans.general_plan(&sql);
            if what.contains("current") || sql.text().contains("r.current") {
                // Their index has only current runs.
                let plan = plans.plan(sql);
                for plan in [general, plan] {
                    let others: Vec<String> = plan
                        .into_iter()
                        .filter(|line| !line.contains("run_current"))
                        .collect();
                    problems.check(&what, &others, "");
                }
                continue;
            }
            problems.check(&(what, "for any values"), &general, "");
            problems.check(&what, &plans.plan(sql), "");
        }
    });
}

#[test]
fn sessions_names_and_changes_are_found_in_indexes() {
    Plans::each(|plans| {
        let mut problems = Problems::default();
        let time = Timestamp::from_secs(1_767_229_200).unwrap();
        let gap = SessionGap::default();
        for (what, sql) in [
            ("session", sessions::session_run(STORE, &user(), time, gap)),
            (
                "last track",
                sessions::last_track(STORE, &task(), &user(), (time, gap)),
            ),
            ("changes", changes::select_page(STORE, None, 9)),
        ] {
            problems.check(&what, &plans.plan(sql), "");
        }
        for (column, of_task, index) in [
            ("task", None, "track_task|track_pair"),
            ("username", None, "track_user"),
            ("username", Some(task()), "track_pair|track_task"),
        ] {
            for after in [None, Some("task1")] {
                let sql = name_lists::select(STORE, column, of_task.as_ref(), after, 9);
                let plan = plans.plan(sql);
                let ok = uses(&plan, index) && !uses(&plan, "Seq Scan on track");
                assert!(ok, "{column} {of_task:?}\n{}", plan.join("\n"));
            }
        }
    });
}

#[test]
fn what_removes_reads_only_what_goes() {
    Plans::each(|plans| {
        let mut problems = Problems::default();
        let old = Retention::none().older_than(Timestamp::from_secs(1_767_225_700).unwrap());
        for retention in [old.limit(9), old] {
            let sql = removal::old_tracks(STORE, &retention, &Query::all(), &OldRanges::default())
                .unwrap();
            problems.check(&retention, &plans.plan(sql), "track_time");
        }
        for query in [
            Query::all().user("user1"),
            Query::all().task("task1").user("user1"),
            Query::all().within(range()).limit(9),
            Query::all().field("page", 1).limit(9),
        ] {
            let sql = removal::tracks(STORE, &query).unwrap().unwrap();
            problems.check(&query, &plans.plan(sql), "");
        }
        let sql = removal::rename_user(STORE, &user(), &UserName::new("other").unwrap());
        problems.check(&"rename", &plans.plan(sql), "track_user");
        let runs = RunQuery::all().ids([RunId::FIRST]);
        for only_empty in [false, true] {
            let sql = removal::whole_runs(STORE, &runs, only_empty)
                .unwrap()
                .unwrap();
            problems.check(&("runs", only_empty), &plans.plan(sql), "");
        }
    });
}

#[test]
fn what_asks_for_ids_looks_at_their_partitions_alone() {
    let Some(plans) = Plans::open(Some(PARTITION)) else {
        return;
    };
    let partitions = |sql: Sql| {
        let plan = plans.plan(sql);
        let scanned = plan.iter().filter(|line| line.contains("Scan"));
        scanned
            .filter(|line| line.contains(" on track ") || line.ends_with(" on track"))
            .count()
    };
    let track = |id| lookup::track(STORE, TrackId::new(id).unwrap()).unwrap();
    assert_eq!(partitions(track(25_000)), 1);
    assert_eq!(partitions(track(60_000)), 1, "the last one has no end");
    let several = change::select_tracks(STORE, vec![1, 2, 40_001]);
    assert_eq!(partitions(several), 2);
    let after = Cursor::after(Order::Id, range().from(), TrackId::new(30_001).unwrap());
    let page = Query::all().limit(9).after(after);
    let page = select::select(STORE, &page).unwrap().unwrap();
    assert_eq!(partitions(page), 2);
}
