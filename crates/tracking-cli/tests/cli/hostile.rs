//! A log may hold anything: nothing of it gets through to a terminal, a page or a spreadsheet.

use crate::commands::COMMANDS;
use crate::tool::Place;

/// Values that somebody might send, without blanks and NUL, which a log line cannot hold.
pub(crate) const VALUES: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"'><img/src=x/onerror=alert(1)>",
    "{{7*7}}${x}",
    "=HYPERLINK(\"http://x.example\")",
    "@SUM(1)",
    "\u{1b}]0;owned\u{7}\u{9b}2J",
    "\u{202e}gnp.exe\u{2066}",
    "a\u{200b}b\u{feff}c",
    "']]>--><!--",
];

/// A log with each value in every place.
fn place() -> Place {
    let line = |value: &str| {
        let quoted = value.replace('"', "\\\"");
        format!(
            "{value} {value} {value} [23/Nov/2026:10:00:00 +0000] \"GET {quoted}?{quoted} HTTP/1.1\" \
             200 1 \"{quoted}\" \"{quoted}\"\n"
        )
    };
    let long = "x".repeat(100_000);
    let mut lines: String = VALUES.into_iter().map(line).collect();
    lines.push_str(&line(&long));
    let place = Place::new();
    // What the commands of `COMMANDS` look for.
    lines.push_str("h - anna [23/Nov/2026:11:00:00 +0000] \"GET /lesson HTTP/1.1\" 200 1\n");
    place.write("access.log", lines);
    place
}

/// What steers a terminal, or turns the direction of writing.
pub(crate) fn needs_escape(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r'))
        || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[test]
fn every_line_of_the_log_is_a_track() {
    let report = place().json(&["access.log"]);
    assert_eq!(report["malformed_lines"], serde_json::json!([]));
    assert_eq!(report["requests"], VALUES.len() + 2);
}

#[test]
fn text_and_json_steer_no_terminal() {
    let place = place();
    for command in COMMANDS {
        for format in ["text", "json", "jsonl"] {
            let shown = place.shown(&[command, &["--format", format]].concat());
            let loud = shown.find(needs_escape);
            assert_eq!(loud, None, "{command:?} {format}");
        }
        let colourful = place.shown(&[command, &["--color", "always"]].concat());
        assert!(!colourful.contains("\x1b]"), "{command:?}");
    }
}

#[test]
fn text_stays_short() {
    let place = place();
    for command in [
        &["list"][..],
        &["overview"],
        &["count", "--by", "task,user"],
    ] {
        let longest = place
            .shown(command)
            .lines()
            .map(|line| line.chars().count())
            .max();
        assert!(longest < Some(2000), "{command:?}: {longest:?}");
    }
}

#[test]
fn a_page_holds_no_markup_of_the_log() {
    let place = place();
    for command in COMMANDS {
        let page = place.shown(&[command, &["--format", "html"]].concat());
        for bad in ["<script", "<img", "onerror=alert(1)>", "]]>--", "\"'>"] {
            assert!(!page.contains(bad), "{command:?}: {bad}");
        }
        assert_eq!(page.find(needs_escape), None, "{command:?}");
    }
}

#[test]
fn no_cell_of_a_spreadsheet_is_a_formula() {
    let place = place();
    for command in COMMANDS {
        let csv = place.shown(&[command, &["--format", "csv"]].concat());
        for row in csv.split("\r\n") {
            for cell in row.split(',').map(|cell| cell.trim_start_matches('"')) {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t']),
                    "{command:?}: {cell:.80}"
                );
            }
        }
    }
}

#[test]
fn what_is_exported_is_what_was_sent() {
    let place = place();
    let csv = place.shown(&["list", "--format", "csv", "--order", "id"]);
    let tracks = tracking_views::Import::new(tracking_views::Format::Csv).tracks(csv.as_bytes());
    let tracks: Vec<_> = tracks.map(Result::unwrap).collect();
    for (track, value) in tracks.iter().zip(VALUES) {
        assert_eq!(track.user().as_str(), value);
        let agent = track.data().get("agent").unwrap();
        assert_eq!(agent, value.replace('"', "\\\""));
    }
    let lines = place.shown(&["list", "--format", "jsonl", "--order", "id"]);
    let read = |line| serde_json::from_str::<tracking_core::Track>(line).unwrap();
    assert_eq!(lines.lines().map(read).collect::<Vec<_>>(), tracks);
}

#[test]
fn a_hostile_name_can_be_asked_for() {
    let place = place();
    for value in VALUES {
        for format in ["text", "html", "csv", "json"] {
            let shown = place.shown(&["user", value, "--format", format]);
            if format != "csv" {
                assert_eq!(shown.find(needs_escape), None, "{value:?} {format}");
            }
        }
    }
}
