//! `tracking logs`, and what `load` does where it is not certain which log it is.

use serde_json::{Value, json};

use crate::tool::{Place, STORE};

fn lines(numbers: std::ops::Range<u32>) -> String {
    let line = |n| {
        format!("192.0.2.1 - anna [23/Nov/2026:00:00:{n:02} +0000] \"GET /{n} HTTP/1.1\" 200 5\n")
    };
    numbers.map(line).collect()
}

fn tracks(place: &Place) -> Value {
    place.json_on_store(&["count", "--by", "task"])["tracks"].clone()
}

#[test]
fn the_logs_that_were_loaded_are_listed_and_can_be_forgotten() {
    let place = Place::new();
    place.write("a.log", lines(0..9) + "no line\n");
    place.stdout_on_store(&["load", "a.log"]);
    let listed = place.json_on_store(&["logs", "list"]);
    let checkpoint = listed["logs"][0]["checkpoint"].as_str().unwrap();
    assert_eq!(
        listed,
        json!({"logs": [{
            "checkpoint": checkpoint, "name": "a.log", "format": "access", "lines": 10,
            "bytes": 638, "rejected": 1, "damaged": false,
        }]})
    );
    assert_eq!(
        place.stdout_on_store(&["logs", "list"]),
        format!("a.log: 10 lines, 638 bytes, access, 1 rejected\n    {checkpoint}\n")
    );
    let unasked = place.run_on_store(&["logs", "forget", checkpoint]);
    assert_ne!(unasked.status, Some(0));
    assert!(unasked.err.contains("--yes"), "{}", unasked.err);
    assert_eq!(place.json_on_store(&["load", "a.log"])["lines"], 0);
    assert_eq!(
        place.json_on_store(&["logs", "forget", checkpoint, "--yes"]),
        json!({"forgotten": checkpoint})
    );
    assert_eq!(
        place.stdout_on_store(&["logs", "list"]),
        "no log was loaded\n"
    );
    let again = place.run_on_store(&["logs", "forget", checkpoint, "--yes"]);
    assert_eq!(again.status, Some(1));
    assert!(again.err.contains("logs list"), "{}", again.err);
    assert_eq!(place.json_on_store(&["load", "a.log"])["tracks"], 9);
    assert_eq!(tracks(&place), 18);
}

#[test]
fn what_is_undecided_is_an_error_until_an_option_decides() {
    for (decision, count) in [("load", 28), ("skip", 24)] {
        let place = Place::new();
        place.write("small.log", lines(20..24));
        place.stdout_on_store(&["load", "small.log"]);
        place.write("all.log", lines(0..24));
        let ran = place.run_on_store(&["load", "all.log"]);
        assert_eq!(ran.status, Some(1));
        assert!(ran.err.contains("from line 21 on"), "{}", ran.err);
        assert!(ran.err.contains("--if-unsure"), "{}", ran.err);
        assert_eq!(tracks(&place), 24);
        place.stdout_on_store(&["load", "all.log", "--if-unsure", decision]);
        assert_eq!(tracks(&place), count);
    }
}

#[test]
fn concatenated_logs_are_loaded_once_and_it_is_said_which_lines_were_skipped() {
    let place = Place::new();
    place.write("a.log", lines(0..20));
    place.write("b.log", lines(20..40));
    place.stdout_on_store(&["load", "a.log", "b.log"]);
    let all = lines(20..40) + &lines(0..20);
    let ran = place.run_with_input(&["load", "-", "--store", STORE], all.as_bytes());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!(
        ran.out,
        "standard input: nothing new; 40 lines were loaded before\n    \
         20 lines from line 21 on were loaded before as part of a.log, and were skipped\n"
    );
    assert_eq!(tracks(&place), 40);
}

#[test]
fn a_damaged_checkpoint_is_named_with_what_to_do() {
    let place = Place::new();
    place.write("a.log", lines(0..9));
    place.stdout_on_store(&["load", "a.log"]);
    let listed = place.json_on_store(&["logs", "list"]);
    let checkpoint = listed["logs"][0]["checkpoint"].as_str().unwrap();
    let damaged =
        format!("{{\"checkpoint\":{{\"name\":\"{checkpoint}\",\"position\":{{\"line\":7}}}}}}\n");
    let export = place.exported();
    let rest = export
        .lines()
        .filter(|line| !line.contains("\"checkpoint\""));
    let export = rest.collect::<Vec<_>>().join("\n") + "\n";
    let (head, counters) = export.split_at(export.rfind("{\"counters\"").unwrap());
    let export = [head, &damaged, counters].concat();
    let other = "sqlite:other.db";
    let ran = place.run_with_input(&["import", "--store", other], export.as_bytes());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let ran = place.run(&["load", "a.log", "--store", other]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err
            .contains(&format!("tracking logs forget {checkpoint}")),
        "{}",
        ran.err
    );
    let listed = place.run(&["logs", "list", "--store", other]).out;
    assert_eq!(listed, format!("damaged checkpoint\n    {checkpoint}\n"));
    let ran = place.run(&["logs", "forget", "-y", checkpoint, "--store", other]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert_eq!(
        place.run(&["load", "a.log", "--store", other]).status,
        Some(0)
    );
}
