//! A log is the same under any name, as a copy, packed and rotated.

use std::fs;

use tracking_loader::{LogState, SourceError};

use super::fixture::{Fixture, gzip, line, lines};

#[test]
fn the_same_file_again_loads_nothing() {
    let world = Fixture::new();
    world.write("a.log", lines(0..10));
    assert_eq!(world.load(&["a.log"]).total.tracks, 10);
    let again = world.load(&["a.log"]);
    assert_eq!((again.total.lines, again.logs[0].lines_before), (0, 10));
    assert_eq!(again.logs[0].state, LogState::Continued);
    world.assert_has(0..10);
}

#[test]
fn what_was_added_since_is_loaded() {
    let world = Fixture::new();
    for n in 0..10 {
        world.append("a.log", line(n));
        assert_eq!(world.load(&["a.log"]).total.tracks, 1);
    }
    world.assert_has(0..10);
}

#[test]
fn a_copy_and_a_packed_copy_load_nothing() {
    let world = Fixture::new();
    world.write("a.log", lines(0..10));
    world.copy("a.log", "b.log");
    world.write("c", gzip(&world.read("a.log")));
    world.load(&["a.log"]);
    assert_eq!(world.load(&["b.log", "c"]).total.lines, 0);
    world.assert_has(0..10);
}

#[test]
fn of_a_log_and_its_copies_in_one_load_each_line_is_loaded_once() {
    let world = Fixture::new();
    world.write("a.log", lines(0..10));
    world.copy("a.log", "b.log");
    world.write("c.gz", gzip(&world.read("a.log")));
    world.write("short.log", lines(0..4));
    world.write("long.log", lines(0..15));
    let summary = world.load(&["b.log", "c.gz", "short.log", "a.log", "long.log", "a.log"]);
    assert_eq!(summary.total.tracks, 15);
    world.assert_has(0..15);
}

#[test]
fn a_packed_log_continues_where_the_plain_one_was_left() {
    let world = Fixture::new();
    world.write("a.log", lines(0..4));
    world.load(&["a.log"]);
    world.write("a.log.1.gz", gzip(lines(0..9).as_bytes()));
    let summary = world.load(&["a.log.1.gz"]);
    assert_eq!((summary.total.lines, summary.logs[0].lines_before), (5, 4));
    world.write("a.log", lines(0..12));
    world.load(&["a.log"]);
    world.assert_has(0..12);
}

#[test]
fn after_one_two_and_five_rotations_each_line_is_loaded_once() {
    for rotations in [1, 2, 5] {
        let world = Fixture::new();
        for n in 0..rotations {
            world.append("a.log", lines(n * 10..n * 10 + 6));
            world.load(&["a.log"]);
            world.append("a.log", lines(n * 10 + 6..n * 10 + 10));
            rotate(&world);
        }
        world.append("a.log", lines(rotations * 10..rotations * 10 + 3));
        let mut names: Vec<_> = (1..=rotations).map(|n| format!("a.log.{n}")).collect();
        names.push("a.log".to_owned());
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        world.load(&names);
        world.load(&names);
        world.assert_has(0..rotations * 10 + 3);
    }
}

/// As logrotate with `create`: the log gets a number, and those before it the next one.
fn rotate(world: &Fixture) {
    let name = |n: u32| format!("a.log.{n}");
    for n in (1..9).rev().filter(|n| world.path(&name(*n)).exists()) {
        world.rename(&name(n), &name(n + 1));
    }
    world.rename("a.log", &name(1));
    world.write("a.log", "");
}

#[test]
fn after_copytruncate_the_copy_continues_and_the_log_is_new() {
    let world = Fixture::new();
    world.write("a.log", lines(0..5));
    world.load(&["a.log"]);
    world.append("a.log", lines(5..8));
    world.copy("a.log", "a.log.1");
    world.truncate("a.log");
    assert_eq!(world.load(&["a.log"]).logs[0].state, LogState::Empty);
    world.append("a.log", lines(8..10));
    let summary = world.load(&["a.log", "a.log.1"]);
    let states: Vec<_> = summary.logs.iter().map(|log| log.state).collect();
    assert_eq!(states, [LogState::New, LogState::Continued]);
    world.assert_has(0..10);
}

#[test]
fn rotated_siblings_may_come_in_any_order_packed_or_not() {
    let names = ["a.log", "a.log.1", "a.log.2.gz", "a.log.3.gz"];
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]];
    for order in orders {
        let world = Fixture::new();
        world.write(names[3], gzip(lines(0..10).as_bytes()));
        world.write(names[2], gzip(lines(10..20).as_bytes()));
        world.write(names[1], lines(20..30));
        world.write(names[0], lines(30..35));
        let given: Vec<_> = order.iter().map(|n| names[*n]).collect();
        let summary = world.load(&given);
        assert_eq!(summary.total.tracks, 35);
        assert_eq!(summary.total.runs, 3, "one of each user, as in one file");
        // One after the other it is the same.
        let world_2 = Fixture::new();
        for name in &given {
            world_2.write(name, world.read(name));
            world_2.load(&[name]);
        }
        world_2.assert_has(0..35);
    }
}

#[test]
fn a_new_file_under_an_old_name_is_new_whether_shorter_or_longer() {
    for new in [10..12, 10..30] {
        let world = Fixture::new();
        world.write("a.log", lines(0..10));
        world.load(&["a.log"]);
        world.write("a.log", lines(new.clone()));
        let summary = world.load(&["a.log"]);
        assert_eq!(summary.logs[0].state, LogState::New);
        world.assert_has(0..new.end);
    }
}

#[test]
fn a_log_that_was_cut_off_holds_nothing_new() {
    let world = Fixture::new();
    world.write("a.log", lines(0..10));
    world.load(&["a.log"]);
    for left in [1, 3, 9] {
        world.write("a.log", lines(0..left));
        let summary = world.load(&["a.log"]);
        assert_eq!(summary.logs[0].state, LogState::AlreadyLoaded);
        assert_eq!(summary.total.lines, 0);
    }
    world.assert_has(0..10);
}

#[test]
fn an_empty_log_and_one_of_half_a_line_wait() {
    let world = Fixture::new();
    world.write("a.log", "");
    let empty = world.load(&["a.log"]);
    assert_eq!(
        (empty.logs[0].state, empty.logs[0].has_half_line),
        (LogState::Empty, false)
    );
    let first = line(0);
    world.write("a.log", &first[..20]);
    let half = world.load(&["a.log"]);
    assert_eq!(
        (half.logs[0].state, half.logs[0].has_half_line),
        (LogState::Empty, true)
    );
    world.append("a.log", &first[20..]);
    world.load(&["a.log"]);
    world.assert_has(0..1);
}

#[test]
fn two_identical_lines_in_one_log_are_two_tracks() {
    let world = Fixture::new();
    world.write("a.log", line(1).repeat(3));
    world.load(&["a.log"]);
    world.append("a.log", line(1).repeat(2));
    world.load(&["a.log"]);
    world.assert_has([1; 5]);
}

#[test]
fn a_gzip_that_is_cut_off_keeps_the_lines_before_and_continues_when_it_is_whole() {
    let world = Fixture::new();
    // Enough that something of it comes before the cut.
    let packed = gzip(lines(0..5000).as_bytes());
    world.write("a.gz", &packed[..packed.len() / 2]);
    let mut cut = world
        .loader()
        .load(&world.sources(&["a.gz"]), &mut ())
        .unwrap();
    let error = cut.take_error().unwrap();
    assert!(matches!(error, SourceError::Read { .. }), "{error:?}");
    let before = cut.total.tracks;
    assert!(0 < before && before < 5000, "{before}");
    world.assert_has(0..before);
    world.write("a.gz", packed);
    assert_eq!(world.load(&["a.gz"]).logs[0].lines_before, before);
    world.assert_has(0..5000);
}

#[test]
fn a_large_log_is_known_by_its_end_and_by_its_start() {
    let world = Fixture::new();
    world.write("a.log", lines(0..20_000));
    world.load(&["a.log"]);
    world.append("a.log", lines(20_000..20_100));
    world.copy("a.log", "b.log");
    world.write("short.log", lines(0..12_345));
    // Longer than what is kept of what can be read only once.
    assert!(fs::metadata(world.path("a.log")).unwrap().len() > 1_500_000);
    let summary = world.load(&["short.log", "b.log", "a.log"]);
    assert_eq!(summary.total.tracks, 100);
    world.assert_has(0..20_100);
}
