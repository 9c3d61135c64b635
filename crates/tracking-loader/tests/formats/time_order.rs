//! Several logs in the order of their first time stamps.

use std::fs;

use tracking_loader::{FormatOptions, Source, in_order_of_time};

fn line(second: u32) -> String {
    format!("h - - [23/Nov/2026:15:47:{second:02} +0100] \"GET /a HTTP/1.1\" 200 5\n")
}

#[test]
fn logs_come_in_order_of_their_first_time() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, content: String| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        Source::from(path)
    };
    let late = put("a", line(30) + &line(1));
    let empty = put("b", String::new());
    let early = put("c", "noise\n".repeat(50) + &line(10));
    let same = put("d", line(30));
    let other = put("e", "2026-11-23 14:47:20,000;001;u;n;t;v;p\n".to_owned());
    let sources = [
        Source::Stdin,
        late.clone(),
        empty.clone(),
        early.clone(),
        same.clone(),
        other.clone(),
    ];
    let ordered = in_order_of_time(&sources, &FormatOptions::new()).unwrap();
    let names: Vec<_> = ordered.iter().map(|log| log.source.clone()).collect();
    assert_eq!(names, [early, other, late, same, empty, Source::Stdin]);
    let first = ordered[0].first.unwrap();
    assert_eq!(first.to_string(), "2026-11-23T14:47:10Z");
    assert_eq!((ordered[4].first, ordered[5].first), (None, None));
}

#[test]
fn a_log_that_is_not_there_is_an_error_that_names_it() {
    let missing = Source::from(std::path::Path::new("missing.log"));
    let error = in_order_of_time(&[missing], &FormatOptions::new()).unwrap_err();
    assert_eq!(error.to_string(), "cannot open missing.log");
}
