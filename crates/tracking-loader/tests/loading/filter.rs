//! Which records are loaded.

use tracking_core::{Query, TimeRange};
use tracking_loader::{LogFilter, NamePattern};

use super::fixture::{Fixture, lines};

fn loaded(filter: LogFilter) -> (Vec<u64>, u64) {
    let world = Fixture::new();
    world.write("a.log", lines(100..110));
    let loader = world.loader().filter(filter);
    let summary = world.load_with(&loader, &["a.log"]).unwrap();
    assert_eq!(summary.total.tracks + summary.total.filtered, 10);
    // Filtered lines count as loaded.
    assert_eq!(world.load(&["a.log"]).total.lines, 0);
    (world.numbers(), summary.total.filtered)
}

#[test]
fn records_are_taken_and_omitted_by_path_user_time_and_status() {
    let all = LogFilter::new;
    assert_eq!(loaded(all()).1, 0);
    let path = all().only(Query::all().tasks(["/101", "/102"]));
    assert_eq!(loaded(path), (vec![101, 102], 8));
    let user = all().only(Query::all().user("user0"));
    assert_eq!(loaded(user).0, [102, 105, 108]);
    let not_users = all().except(Query::all().user_prefix("user"));
    assert_eq!(loaded(not_users).1, 10);
    let bytes = all().except(Query::all().field_in("bytes", [101, 103]));
    assert_eq!(loaded(bytes).1, 2);
    let status = all().only(Query::all().field("status", 200));
    assert_eq!(loaded(status).1, 0);
    let status = all().except(Query::all().field("status", 200));
    assert_eq!(loaded(status).1, 10);
    let time = TimeRange::since("2026-11-23T02:15:05Z".parse().unwrap());
    let late = all().only(Query::all().within(time));
    assert_eq!(loaded(late).0, [105, 106, 107, 108, 109]);
}

#[test]
fn tasks_are_taken_and_omitted_by_patterns() {
    let like = |pattern| NamePattern::new(pattern);
    let filter = LogFilter::new()
        .only_tasks(like("*1"))
        .only_tasks(like("*?2"));
    assert_eq!(loaded(filter).0, [101, 102]);
    let filter = LogFilter::new()
        .except_tasks(like("/10?"))
        .except_tasks(like("x"));
    assert_eq!(loaded(filter).1, 10);
    let both = LogFilter::new()
        .only_tasks(like("/10*"))
        .except_tasks(like("*5"));
    assert_eq!(loaded(both).1, 1);
    let users = LogFilter::new()
        .only_users(like("user*"))
        .except_users(like("*0"));
    assert_eq!(loaded(users).0, [100, 101, 103, 104, 106, 107, 109]);
}
