//! Order, limit and cursor.

use serde_json::{Value, json};

use crate::tool::Place;

#[test]
fn tracks_come_in_the_order_that_is_asked_for() {
    let place = Place::new();
    // Ids are given in order of time, and of equal times in that of the lines.
    place.write(
        "access.log",
        concat!(
            "h - b [23/Nov/2026:10:00:01 +0000] \"GET /2 HTTP/1.1\" 200 1\n",
            "h - a [23/Nov/2026:10:00:00 +0000] \"GET /1 HTTP/1.1\" 200 1\n",
            "h - c [23/Nov/2026:10:00:01 +0000] \"GET /3 HTTP/1.1\" 200 1\n",
        ),
    );
    for (order, ids) in [
        (&["--order", "id"][..], [1, 2, 3]),
        (&["--order", "-id"], [3, 2, 1]),
        (&["--order", "time"], [1, 2, 3]),
        (&["--order=-time"], [3, 2, 1]),
        (&[], [3, 2, 1]),
    ] {
        assert_eq!(place.ids(order), ids, "{order:?}");
    }
}

#[test]
fn pages_follow_each_other_without_gap_and_overlap() {
    let place = Place::with_log();
    for order in ["id", "-id", "time", "-time"] {
        let all = place.ids(&["--order", order]);
        let (mut paged, mut after): (Vec<u64>, Vec<String>) = Default::default();
        loop {
            let mut options = vec!["list", "--limit", "3"];
            match after.last() {
                // The cursor knows the order.
                Some(cursor) => options.extend(["--after", cursor]),
                None => options.extend(["--order", order]),
            }
            let page = place.document(&options);
            let tracks = page["tracks"].as_array().unwrap();
            paged.extend(tracks.iter().map(|track| track["id"].as_u64().unwrap()));
            match &page["next"] {
                Value::String(next) => after.push(next.clone()),
                next => break assert_eq!(*next, json!(null)),
            }
        }
        assert_eq!(paged, all, "{order}");
        assert_eq!(after.len(), 2, "{order}");
    }
}

#[test]
fn where_to_continue_is_reported_in_every_format() {
    let place = Place::with_log();
    let next = "time-desc.1795426200000000.5";
    for (format, in_out, in_err) in [
        ("text", true, false),
        ("html", false, true),
        ("json", true, false),
        ("csv", false, true),
        ("jsonl", false, true),
    ] {
        let ran = place.run(&["list", "--limit", "3", "--format", format, "access.log"]);
        assert_eq!(ran.out.contains(next), in_out, "{format}: {}", ran.out);
        assert_eq!(ran.err.contains(next), in_err, "{format}: {}", ran.err);
        let ran = place.run(&["list", "--limit", "7", "--format", format, "access.log"]);
        assert!(!(ran.out + &ran.err).contains("time-desc"), "{format}");
    }
}

#[test]
fn people_are_shown_a_hundred_rows_and_programs_all() {
    let place = Place::new();
    let line = |n: u32| {
        let (minute, second) = (n / 60, n % 60);
        let time = format!("23/Nov/2026:10:{minute:02}:{second:02} +0000");
        format!("h - - [{time}] \"GET /{n} HTTP/1.1\" 200 1\n")
    };
    place.write("access.log", (0..2500).map(line).collect::<String>());
    let rows = |options: &[&str]| {
        let shown = place.shown(&[&["list"], options].concat());
        shown
            .lines()
            .filter(|line| line.contains("HTTP/1.1"))
            .count()
    };
    assert_eq!(rows(&[]), 100);
    assert_eq!(rows(&["--format", "jsonl"]), 2500);
    assert_eq!(rows(&["--limit", "all"]), 2500);
    assert_eq!(rows(&["--limit", "2001", "--format", "csv"]), 2001);
    assert_eq!(rows(&["--limit", "0"]), 0);
}

#[test]
fn groups_come_page_by_page() {
    let place = Place::with_store();
    let walk = |command: &[&str], format: &str| {
        let (mut out, mut after, mut pages) = (String::new(), None::<String>, 0);
        loop {
            let more = after.iter().flat_map(|after| ["--after", after.as_str()]);
            let page = [command, &["--limit", "1", "--format", format]].concat();
            let ran = place.run_on_store(&page.into_iter().chain(more).collect::<Vec<_>>());
            assert_eq!(ran.status, Some(0), "{}", ran.err);
            out.push_str(&ran.out);
            pages += 1;
            match ran.err.split_once("--after ") {
                Some((_, next)) => after = Some(next.trim().to_owned()),
                None => return (out, pages),
            }
        }
    };
    for command in [&["tasks"][..], &["users"], &["count", "--by", "day"]] {
        let (listed, pages) = walk(command, "jsonl");
        let all = place.run_on_store(&[command, &["--format", "jsonl", "--limit", "99"]].concat());
        assert_eq!(listed, all.out, "{command:?}");
        assert_eq!((pages, pages > 1), (all.out.lines().count(), true));
    }
    let (text, _) = walk(&["tasks"], "text");
    assert!(!text.is_empty());

    // JSON has the cursor within it, and none on the last page.
    let first = place.json_on_store(&["tasks", "--limit", "1"]);
    let next = first["next"].as_str().unwrap();
    let second = place.json_on_store(&["tasks", "--limit", "99", "--after", next]);
    assert!(second.get("next").is_none(), "{second}");
    assert_ne!(first["groups"][0], second["groups"][0]);
    for (wrong, output) in [
        (&["tasks", "--after", next][..], "--limit N"),
        (
            &["users", "--limit", "1", "--after", next],
            "something else",
        ),
        (&["count", "--after", next], "--after needs groups"),
        (&["tasks", "--limit", "1", "--after", "x"], "no cursor"),
    ] {
        let ran = place.run_on_store(wrong);
        assert_eq!(ran.status, Some(2), "{wrong:?}");
        assert!(ran.err.contains(output), "{}", ran.err);
    }
}
