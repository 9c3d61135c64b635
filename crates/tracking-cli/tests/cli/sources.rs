//! How logs are opened and their formats detected: the same for all commands that read logs.

use std::fs;

use serde_json::{Value, json};

use crate::tool::{LOG, Place, Ran, STORE, gzip};

const LINE: &str = "192.0.2.1 - anna [23/Nov/2026:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5\n";

/// What a command says of one file: its format and how many lines were read, or why not.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Format(String),
    Unknown,
    Error(String),
}

fn error_of(ran: &Ran) -> Said {
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let last = ran.err.lines().last().unwrap();
    if ran.err.contains("nrecognised format") || ran.err.contains("can be read as") {
        return Said::Unknown;
    }
    Said::Error(last.to_owned())
}

/// What `load` says.
fn load(place: &Place, name: &str) -> Said {
    let _gone = fs::remove_file(place.path("t.db"));
    let ran = place.run_on_store(&["load", "--final", "--json", name]);
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    let log = &output["logs"][0];
    match (ran.status, log["format"].as_str()) {
        (Some(0), Some(format)) => Said::Format(format.to_owned()),
        (Some(0), None) => {
            assert_eq!(log["state"], "empty", "{output}");
            Said::Format(String::new())
        }
        _ => error_of(&ran),
    }
}

/// What `report` says: how many lines it has read, or why it has not.
fn report(place: &Place, name: &str) -> Result<u64, Said> {
    let ran = place.run(&["report", "--json", name]);
    if ran.status == Some(0) {
        let output: Value = serde_json::from_str(&ran.out).unwrap();
        return Ok(output["lines"].as_u64().unwrap());
    }
    Err(error_of(&ran))
}

fn check_format(place: &Place, name: &str) -> Said {
    let ran = place.run(&["check-format", "--json", name]);
    if ran.status != Some(0) {
        return error_of(&ran);
    }
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    if output[0]["is_sure"] == true {
        return Said::Format(output[0]["format"].as_str().unwrap().to_owned());
    }
    assert_eq!(output[0]["looked_at"], 0, "{output}");
    Said::Format(String::new())
}

/// Files of all kinds, and what is said of them; nothing where it is some other error.
fn zoo() -> Vec<(&'static str, Vec<u8>, Option<Said>)> {
    let junk = "no line at all\n";
    let format = |name: &str| Some(Said::Format(name.to_owned()));
    let access = || format("access");
    let utf_16: Vec<u8> = LINE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let packed = gzip(LINE.as_bytes());
    let w3c = "\u{feff}#Fields: date time cs-uri-stem\r\n2026-11-23 10:00:00 /a\r\n";
    let long = "x".repeat(3 << 20) + "\n" + LINE;
    vec![
        ("empty", Vec::new(), format("")),
        ("a line", LINE.into(), access()),
        ("late", (junk.repeat(500) + LINE).into(), access()),
        (
            "hole",
            [&vec![0; 3 << 20], LINE.as_bytes()].concat(),
            access(),
        ),
        ("mark", ("\u{feff}".to_owned() + LINE).into(), access()),
        ("w3c", w3c.into(), format("w3c")),
        ("long", long.into(), access()),
        ("junk", junk.repeat(3).into(), Some(Said::Unknown)),
        ("half", "no li".into(), Some(Said::Unknown)),
        ("utf-16", [b"\xff\xfe", &utf_16[..]].concat(), None),
        ("gzip", packed.clone(), access()),
        ("padded", [&packed[..], &[0; 512]].concat(), access()),
        ("and more", [&packed[..], b"more"].concat(), access()),
        ("cut", packed[..packed.len() / 2].to_vec(), None),
    ]
}

#[test]
fn load_report_and_check_format_agree_on_every_file() {
    let place = Place::new();
    for (name, content, expected) in zoo() {
        place.write(name, &content);
        let output = load(&place, name);
        match &expected {
            Some(expected) => assert_eq!(output, *expected, "{name}"),
            None => assert!(matches!(output, Said::Error(_)), "{name}: {output:?}"),
        }
        assert_eq!(check_format(&place, name), output, "{name}");
        match (report(&place, name), &output) {
            (Ok(lines), Said::Format(format)) => assert!(lines > 0 || format.is_empty(), "{name}"),
            (reported, _) => assert_eq!(reported.unwrap_err(), output, "{name}"),
        }
        // Standard input is the same log.
        for command in [
            &["load", "-", "--final", "--store", "sqlite:u.db"][..],
            &["report", "-"],
            &["check-format", "-"],
        ] {
            let _gone = fs::remove_file(place.path("u.db"));
            let ran = place.run_with_input(command, &content);
            let is_read = matches!(output, Said::Format(_));
            let status = Some(i32::from(!is_read));
            assert_eq!(ran.status, status, "{name}: {command:?} {ran:?}");
        }
    }
}

#[test]
fn a_folder_with_an_error_log_in_it_is_no_error_for_any_command() {
    let place = Place::new();
    fs::create_dir(place.path("logs")).unwrap();
    place.write("logs/access.log", LINE);
    place.write("logs/error.log", "no line at all\n");
    for _ in 0..2 {
        let output = place.stdout_on_store(&["load", "logs"]);
        let skipped = "logs/error.log: skipped, as it seems to be no log: no known format fits";
        assert!(output.contains(skipped), "{output}");
    }
    for command in ["report", "overview", "list"] {
        let ran = place.run(&[command, "logs"]);
        assert_eq!(ran.status, Some(0), "{ran:?}");
        assert!(ran.err.contains("logs/error.log was skipped"), "{ran:?}");
    }
    assert_eq!(place.run(&["check-format", "logs"]).status, Some(0));
    // Named, it is an error; and so is a folder with nothing else in it.
    for log in ["logs/error.log", "none"] {
        if log == "none" {
            fs::create_dir(place.path("none")).unwrap();
            place.write("none/error.log", "no line at all\n");
        }
        for command in [
            &["load", log, "--store", STORE][..],
            &["report", log],
            &["check-format", log],
        ] {
            let ran = place.run(command);
            assert_eq!(ran.status, Some(1), "{ran:?}");
            assert!(ran.err.contains("error.log"), "{ran:?}");
        }
    }
}

#[test]
fn rejected_lines_are_written_with_their_place_and_without_loss() {
    let place = Place::new();
    let odd = b"a \xff\xfe line";
    let long = "x".repeat(2 << 20);
    let lines = [
        LINE.as_bytes(),
        b"\"a\" \x1b[2J \xe2\x80\xae\n",
        odd,
        b"\n",
        long.as_bytes(),
        b"\n",
    ];
    place.write("a.log", lines.concat());
    place.stdout_on_store(&["load", "a.log", "--rejects", "bad.jsonl"]);
    let bad: Vec<Value> = place
        .read("bad.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(bad.len(), 3);
    let places: Vec<_> = bad
        .iter()
        .map(|bad| (&bad["file"], &bad["line"], &bad["reason"], &bad["cut"]))
        .collect();
    assert_eq!(
        places[0],
        (
            &json!("a.log"),
            &json!(2),
            &json!("authuser"),
            &json!(false)
        )
    );
    assert_eq!(bad[0]["raw"], "\"a\" \u{1b}[2J \u{202e}");
    assert!(!place.read("bad.jsonl").contains(['\u{1b}', '\u{202e}']));
    assert_eq!(
        (&bad[1]["line"], &bad[1]["raw_base64"]),
        (&json!(3), &json!("YSD//iBsaW5l"))
    );
    assert_eq!((&bad[2]["line"], &bad[2]["cut"]), (&json!(4), &json!(true)));
    assert_eq!(bad[2]["raw"].as_str().unwrap().len(), 1 << 20);
}

#[test]
fn what_was_found_has_no_quotes_of_ours_in_json_and_one_pair_in_text() {
    let place = Place::new();
    place.write("a.log", "{\"task\": \"\", \"user\": \"u\", \"time\": \"2026-11-23T15:47:01Z\"}\n{\"task\": \"a\", \"user\": \"u\", \"time\": \"soon\"}\n");
    let ran = place.run_on_store(&["load", "a.log", "--format", "tracking", "--json"]);
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(output["malformed_lines"][1]["found"], "soon");
    let ran = place.run(&["check-format", "a.log", "--format", "tracking"]);
    assert!(ran.out.contains("found \"soon\"\n"), "{}", ran.out);
    let ran = place.run(&["check-format", "a.log", "--format", "tracking", "--json"]);
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(output[0]["lines"][1]["error"]["found"], "soon");
}

#[test]
fn json_says_how_many_malformed_lines_it_does_not_list() {
    let place = Place::new();
    place.write("a.log", LINE.to_owned() + &"no line\n".repeat(1003));
    let output = place.json_on_store(&["load", "a.log"]);
    assert_eq!(output["malformed_lines"].as_array().unwrap().len(), 1000);
    assert_eq!(output["malformed_lines_left_out"], 3);
    assert_eq!(place.json(&["a.log"])["malformed_lines_left_out"], 3);
}

#[test]
fn what_could_steer_a_terminal_is_escaped_by_all_commands_that_read_logs() {
    let place = Place::new();
    let odd = "\u{1b}]0;x\u{7} \u{9b}2J \u{202e}\u{2066}";
    let name = "odd\u{1b}[2J\u{202e}.log";
    let line = LINE
        .replace("/a", &format!("/{odd}").replace(' ', ""))
        .replace("anna", "\u{202e}anna");
    place.write(name, line + odd + "\n");
    place.write("other.log", LINE);
    for command in [
        &["check-format", name, "other.log"][..],
        &["check-format", "--json", name],
        &["report", name],
        &["report", "--json", name],
        &["load", name, "--store", STORE],
        &["load", name, "--json", "--store", "sqlite:u.db"],
        &["load", name, "--strict", "--store", "sqlite:v.db"],
    ] {
        let ran = place.run(command);
        let loud = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        for output in [&ran.out, &ran.err] {
            assert_eq!(output.find(loud), None, "{command:?}: {output:?}");
        }
        assert!(!ran.out.is_empty() || !ran.err.is_empty());
    }
}

#[test]
fn an_export_may_have_a_byte_order_mark_and_no_endless_line() {
    let place = Place::with_store();
    let export = "\u{feff}".to_owned() + &place.exported();
    for content in [export.clone().into_bytes(), gzip(export.as_bytes())] {
        place.write("export", &content);
        let _gone = fs::remove_file(place.path("u.db"));
        let ran = place.run(&["import", "export", "--store", "sqlite:u.db"]);
        assert_eq!(ran.status, Some(0), "{ran:?}");
    }
    let utf_16: Vec<u8> = export.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ran = place.run_with_input(&["import", "--store", "sqlite:v.db"], &utf_16);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("is in UTF-16"), "{}", ran.err);
    let header = export
        .lines()
        .next()
        .unwrap()
        .trim_start_matches('\u{feff}');
    let long = format!("{header}\n\n{}", "x".repeat(70 << 20));
    place.write("long", long);
    let ran = place.run(&["import", "long", "--store", "sqlite:v.db"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err.contains("line 3 has more than 67108864 bytes"),
        "{}",
        ran.err
    );
}

#[test]
fn numbers_beyond_all_measure_are_no_panic() {
    let place = Place::with_store();
    place.write("access.log", LOG);
    for length in ["25d", "1000000y", "18446744073709551615s", "0s", "1ns"] {
        for arguments in [
            &["save", "a", "--wait", length, "--store", STORE][..],
            &["load", "access.log", "--wait", length, "--store", STORE],
            &[
                "load",
                "access.log",
                "--session-gap",
                length,
                "--store",
                "sqlite:u.db",
            ],
            &[
                "prune",
                "--older-than",
                length,
                "--dry-run",
                "--store",
                STORE,
            ],
            &["run", "expire", "--untouched", length, "--store", STORE],
            &["shrink", "--wait", length, "--store", STORE],
            &["reindex", "--wait", length, "--store", STORE],
        ] {
            let ran = place.run(arguments);
            assert!(
                ran.status.is_some_and(|status| status < 3),
                "{arguments:?}: {ran:?}"
            );
            assert!(!ran.err.contains("panicked"), "{arguments:?}: {ran:?}");
        }
    }
    for number in [
        "0",
        "1",
        "4294967296",
        "18446744073709551615",
        "99999999999999999999",
    ] {
        for arguments in [
            &["list", "--limit", number, "--store", STORE][..],
            &["report", "--top", number, "access.log"],
            &["check-format", "--lines", number, "access.log"],
            &[
                "load",
                "access.log",
                "--batch",
                number,
                "--store",
                "sqlite:v.db",
            ],
            &["overview", "--top", number, "access.log"],
            &[
                "prune",
                "--keep-last",
                number,
                "--dry-run",
                "--store",
                STORE,
            ],
            &["show", number, "--store", STORE],
            &["run", "show", number, "--store", STORE],
            &["runs", "--limit", number, "--store", STORE],
        ] {
            let ran = place.run(arguments);
            assert!(
                ran.status.is_some_and(|status| status < 3),
                "{arguments:?}: {ran:?}"
            );
            assert!(!ran.err.contains("panicked"), "{arguments:?}: {ran:?}");
        }
    }
    for poll in ["0s", "1ms"] {
        let ran = place.run_on_store(&["load", "access.log", "--follow", "--poll", poll]);
        assert_eq!(ran.status, Some(2));
        assert!(ran.err.contains("at least 10ms"), "{}", ran.err);
    }
}
