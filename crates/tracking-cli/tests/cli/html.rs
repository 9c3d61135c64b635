//! `--html`: a page in addition to the text.

use std::fs;

use crate::tool::{LOG, Place};

#[test]
fn the_page_is_written_with_the_text() {
    let place = Place::with_log();
    let plain = place.run(&["report", "access.log"]);
    let with_page = place.run(&["report", "--html", "page.html", "access.log"]);
    assert_eq!((with_page.status, &with_page.out), (Some(0), &plain.out));
    let page = place.read("page.html");
    assert!(
        page.trim_start()
            .to_ascii_lowercase()
            .starts_with("<!doctype html>"),
        "{page}"
    );
    for word in [
        "access.log",
        "/lesson",
        "192.0.2.1",
        "anna",
        "2026-11-24",
        "this is no log line",
    ] {
        assert!(page.contains(word), "{word} is missing in: {page}");
    }
    assert_eq!(fs::read_dir(place.path("")).unwrap().count(), 2);
}

#[test]
fn what_a_log_holds_is_text_on_the_page() {
    let place = Place::with_log();
    place.run(&["report", "--html", "page.html", "access.log"]);
    let page = place.read("page.html");
    assert!(!page.contains("<script>alert(1)"), "{page}");
    assert!(
        page.contains("script&gt;alert(1)") || page.contains("script&#62;alert(1)"),
        "{page}"
    );
    assert!(!page.contains("/<b>"), "{page}");
}

#[test]
fn a_page_that_was_there_is_replaced() {
    let place = Place::with_log();
    place.write("page.html", "old ".repeat(100_000));
    assert_eq!(
        place
            .run(&["report", "--html", "page.html", "access.log"])
            .status,
        Some(0)
    );
    assert!(!place.read("page.html").contains("old old"));
}

#[test]
fn the_page_stays_as_it_was_where_the_logs_cannot_be_read() {
    let place = Place::new();
    place.write("page.html", "old");
    let ran = place.run(&["report", "--html", "page.html", "missing.log"]);
    assert_eq!(ran.status, Some(1));
    assert_eq!(place.read("page.html"), "old");
}

#[test]
fn page_and_json_go_together() {
    let place = Place::with_log();
    let report = place.json(&["--html", "page.html", "access.log"]);
    assert_eq!(report["lines"], LOG.lines().count());
    assert!(place.path("page.html").is_file());
}
