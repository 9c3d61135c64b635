//! What people read.

use crate::tool::{LOG, Place};

fn standard_output(place: &Place, arguments: &[&str]) -> String {
    let ran = place.run(&[&["report"], arguments].concat());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    ran.out
}

#[test]
fn a_log_is_summed_up() {
    insta::assert_snapshot!(standard_output(&Place::with_log(), &["access.log"]));
}

#[test]
fn a_part_of_several_logs_is_summed_up() {
    let place = Place::with_log();
    place.write("more.log", LOG.replace("anna", "ben"));
    let options = [
        "--from",
        "2026-11-23 09:30",
        "--top",
        "1",
        "--session-gap",
        "1h 30m",
    ];
    insta::assert_snapshot!(standard_output(
        &place,
        &[&options[..], &["access.log", "more.log"]].concat()
    ));
}

#[test]
fn an_empty_log_says_so() {
    let place = Place::new();
    place.write("empty.log", "");
    let text = standard_output(&place, &["empty.log"]);
    assert!(text.contains("There are no requests to show."), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn what_a_log_holds_does_not_reach_the_terminal_raw() {
    let place = Place::new();
    let agent = "\x1b]0;owned\x07";
    let line = format!("h{agent} - - [23/Nov/2026:10:00:00 +0100] \"GET /{agent} HTTP/1.1\" 200 5");
    place.write("evil.log", format!("{line}\n{agent}\n"));
    let text = standard_output(&place, &["evil.log"]);
    assert!(!text.contains(['\x1b', '\x07']), "{text:?}");
    assert!(text.contains("owned"), "{text:?}");
}
