//! Half lines, and lines that come while the loader works.

use std::fs::OpenOptions;
use std::io::Write;

use tracking_core::{Query, TrackingStorage};
use tracking_loader::{LogState, Progress};

use super::fixture::{Fixture, gzip, line, lines};

#[test]
fn a_half_line_waits_until_it_is_whole_wherever_it_is_cut() {
    let (before, last) = (lines(0..3), line(3));
    for cut in 0..=last.len() {
        let world = Fixture::new();
        world.write("a.log", before.clone() + &last[..cut]);
        let summary = world.load(&["a.log"]);
        let is_whole = cut == last.len();
        assert_eq!(summary.total.tracks, 3 + u64::from(is_whole), "{cut}");
        assert_eq!(summary.total.malformed, 0);
        assert_eq!(summary.logs[0].has_half_line, cut > 0 && !is_whole);
        world.append("a.log", last[cut..].to_owned() + &lines(4..6));
        world.load(&["a.log"]);
        world.assert_has(0..6);
    }
}

#[test]
fn a_half_line_waits_in_a_packed_log_too() {
    let world = Fixture::new();
    let text = lines(0..3);
    world.write("a.gz", gzip(&text.as_bytes()[..text.len() - 1]));
    assert!(world.load(&["a.gz"]).logs[0].has_half_line);
    world.assert_has(0..2);
    world.write("a.gz", gzip(text.as_bytes()));
    world.load(&["a.gz"]);
    world.assert_has(0..3);
}

#[test]
fn a_last_line_is_taken_on_wish_and_not_again_when_it_gets_its_end() {
    for half_head in [false, true] {
        let world = Fixture::new();
        let first = if half_head { 2 } else { 0 };
        let text = lines(first..3);
        world.write("a.log", &text[..text.len() - 1]);
        let loader = world.loader().last_lines(true);
        world.load_with(&loader, &["a.log"]).unwrap();
        world.assert_has(first..3);
        // Nothing of it waits, and it is not taken twice.
        let again = world.load_with(&loader, &["a.log"]).unwrap();
        assert_eq!((again.total.lines, again.logs[0].has_half_line), (0, false));
        world.append("a.log", "\n".to_owned() + &lines(3..5));
        let summary = world.load(&["a.log"]);
        assert_eq!((summary.total.continuations, summary.total.tracks), (0, 2));
        assert_eq!(summary.logs[0].lines_before, 3 - first);
        world.assert_has(first..5);
        assert_eq!(world.load(&["a.log"]).total.lines, 0);
    }
}

#[test]
fn what_comes_later_of_a_line_that_was_taken_is_omitted_and_counted() {
    for half_head in [false, true] {
        let world = Fixture::new();
        let first = if half_head { 2 } else { 0 };
        let text = lines(first..3);
        // The number of bytes lacks its last digits, which still is a line.
        let text = text.trim_end().to_owned();
        world.write("a.log", &text);
        let loader = world.loader().last_lines(true);
        world.load_with(&loader, &["a.log"]).unwrap();
        world.append("a.log", "345");
        // That line still has no end.
        let waiting = world.load_with(&loader, &["a.log"]).unwrap();
        assert_eq!(waiting.total.lines, 0);
        world.append("a.log", "67\n".to_owned() + &line(3));
        let summary = world.load(&["a.log"]);
        assert_eq!((summary.total.continuations, summary.total.tracks), (1, 1));
        assert_eq!((summary.total.lines, summary.total.malformed), (2, 0));
        world.assert_has(first..4);
        assert_eq!(world.load(&["a.log"]).total.lines, 0);
    }
}

#[test]
fn lines_that_are_written_while_the_loader_works_are_loaded_by_the_next_run() {
    let world = Fixture::new();
    world.write("a.log", lines(0..9000));
    let path = world.path("a.log");
    let mut next = 9000;
    let mut write = |_: Progress<'_>| {
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(line(next).as_bytes()).unwrap();
        next += 1;
    };
    let summary = world
        .loader()
        .load(&world.sources(&["a.log"]), &mut write)
        .unwrap();
    assert!(next > 9001);
    assert!(summary.total.tracks >= 9000);
    world.load(&["a.log"]);
    world.assert_has(0..next);
}

#[test]
fn a_log_that_is_cut_and_rewritten_while_it_is_read_is_never_mixed_up() {
    // More than is read ahead at a time, so that the end would come from the new content.
    let world = Fixture::new();
    world.write("a.log", lines(0..3000));
    let path = world.path("a.log");
    let mut is_cut = false;
    let mut cut = |_: Progress<'_>| {
        if !is_cut {
            std::fs::write(&path, lines(10_000..14_000)).unwrap();
            is_cut = true;
        }
    };
    // Something before it, so that the observer is called while the log is open.
    let loader = world.loader().batch(100_000);
    world.write("b.log", lines(20_000..24_100));
    let summary = loader
        .load(&world.sources(&["a.log", "b.log"]), &mut cut)
        .unwrap();
    assert!(is_cut && summary.first_error().is_none());
    assert_eq!(summary.total.malformed, 0);
    let numbers = world.numbers();
    let expected: Vec<u64> = (10_000..14_000).chain(20_000..24_100).collect();
    let expected_2: Vec<u64> = (0..3000).chain(20_000..24_100).collect();
    assert!(
        numbers == expected || numbers == expected_2,
        "{}",
        numbers.len()
    );
    world.load(&["a.log"]);
    assert!(world.numbers().ends_with(&expected));
}

#[test]
fn comments_alone_are_no_log_yet() {
    let world = Fixture::new();
    world.write("a.log", "#Version: 1.0\n\n#Fields: date time cs-uri-stem\n");
    let summary = world.load(&["a.log"]);
    assert_eq!(
        (summary.logs[0].state, summary.total.lines),
        (LogState::Empty, 0)
    );
    world.append("a.log", "2026-11-23 15:47:01 /7\n");
    let summary = world.load(&["a.log"]);
    assert_eq!((summary.total.comments, summary.total.tracks), (2, 1));
    // What the fields are is remembered.
    world.append("a.log", "2026-11-23 15:47:02 /8\n");
    let summary = world.load(&["a.log"]);
    assert_eq!((summary.total.comments, summary.total.tracks), (0, 1));
    assert_eq!(summary.logs[0].why, "it was in it before");
    world.assert_has(7..9);
    assert_eq!(world.store.count(&Query::all()).unwrap(), 2);
}
