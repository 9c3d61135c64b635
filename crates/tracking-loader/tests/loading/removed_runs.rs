//! Runs that are removed while a loader continues: no line is lost, and nothing fails.

use tracking_core::{Query, Removal, Retention, RunQuery, Timestamp, TrackingStorage};

use super::fixture::{Fixture, line_of, runs};
use super::follow::Script;

/// Removes all tracks and runs.
fn prune(fixture: &Fixture) {
    let all = Removal::old_tracks(Retention::none().older_than(Timestamp::MAX));
    let removed = fixture.store.remove_by(&all.with_empty_runs()).unwrap();
    assert!(removed.runs > 0);
}

#[test]
fn a_loader_that_follows_continues_after_its_runs_were_pruned() {
    let fixture = Fixture::new();
    let at = |n: u64| line_of(["anna", "ben"][usize::from(n % 2 == 1)], n, 0);
    fixture.write("a.log", at(0) + &at(1));
    let summary = Script::new(&fixture)
        .then(|fixture| {
            prune(fixture);
            fixture.append("a.log", at(2) + &at(3) + &at(4));
        })
        .then(|fixture| {
            fixture.assert_has(2..5);
            let ben = Query::all().user("ben");
            let removal = Removal::tracks(ben).with_empty_runs();
            fixture.store.remove_by(&removal).unwrap();
            fixture.append("a.log", at(5) + &at(6));
        })
        .follow(&["a.log"]);
    assert_eq!(summary.total.tracks, 7);
    fixture.assert_has([2, 4, 5, 6]);
    let expected = [vec![2, 4, 6], vec![5]].into();
    assert_eq!(
        runs(&fixture.store),
        expected,
        "a session goes on in one run"
    );
    assert_eq!(fixture.store.count_runs(&RunQuery::all()).unwrap(), 2);
}

#[test]
fn sessions_of_the_log_continue_after_their_runs_were_pruned() {
    let fixture = Fixture::new();
    let own = |n: u64| {
        let time = "2026-11-23T15:47:00Z";
        format!(r#"{{"task":"/{n}","run":"s","user":"anna","time":"{time}"}}"#) + "\n"
    };
    fixture.write("own.log", own(0) + &own(1));
    Script::new(&fixture)
        .then(|fixture| {
            prune(fixture);
            fixture.append("own.log", own(2));
        })
        .then(|fixture| fixture.append("own.log", own(3)))
        .follow(&["own.log"]);
    fixture.assert_has(2..4);
    assert_eq!(runs(&fixture.store), [vec![2, 3]].into());
}

#[test]
fn a_loader_starts_again_where_a_store_was_pruned_between_two_loads() {
    let fixture = Fixture::new();
    fixture.write("a.log", line_of("anna", 0, 0));
    fixture.load(&["a.log"]);
    prune(&fixture);
    fixture.append("a.log", line_of("anna", 1, 1));
    fixture.load(&["a.log"]);
    fixture.assert_has([1]);
}
