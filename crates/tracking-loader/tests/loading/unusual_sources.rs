//! Logs that do not begin with a line, or end with something else than one.

use std::fs::File;
use std::os::unix::fs::FileExt;

use tracking_loader::{FormatOptions, FormatSurvey, LogState, Reason, SourceError};

use super::fixture::{Fixture, gzip, line, lines, numbers};
use super::follow::Script;

/// More than is looked at of a line.
const HOLE: u64 = 3 * 1024 * 1024;

/// A file that was emptied while a program went on writing where it was.
fn with_hole(world: &Fixture, name: &str, text: &str) {
    let file = File::create(world.path(name)).unwrap();
    file.write_all_at(text.as_bytes(), HOLE).unwrap();
}

#[test]
fn nul_bytes_in_front_of_a_line_are_counted_and_belong_to_none() {
    let world = Fixture::new();
    with_hole(&world, "a.log", &lines(0..3));
    world.append("a.log", b"\0\0\0");
    world.append("a.log", line(3) + "\0bad\n");
    let summary = world.load(&["a.log"]);
    assert_eq!(summary.total.nul_bytes, HOLE + 4);
    assert_eq!((summary.total.lines, summary.total.tracks), (5, 4));
    assert_eq!(summary.rejects[0].column(), 4);
    world.assert_has(0..4);
    // What was loaded is known, also without its name, and more of it is loaded.
    world.copy("a.log", "b.log");
    world.append("b.log", line(4));
    let summary = world.load(&["b.log"]);
    assert_eq!((summary.total.lines, summary.total.nul_bytes), (1, 0));
    world.assert_has(0..5);
    world.pack("b.log");
    assert_eq!(world.load(&["b.log.gz"]).total.lines, 0);
}

#[test]
fn a_file_that_is_emptied_while_it_is_written_to_is_followed() {
    let world = Fixture::new();
    world.write("a.log", lines(0..3));
    Script::new(&world)
        .then(|world| world.append("a.log", line(3)))
        .then(|world| {
            world.copy("a.log", "a.log.1");
            with_hole(world, "a.log", &line(4));
        })
        .then(|world| world.append("a.log", line(5)))
        .then(|_| {})
        .follow(&["a.log"]);
    world.assert_has(0..6);
}

#[test]
fn a_hole_that_has_no_line_yet_waits_for_it() {
    let world = Fixture::new();
    with_hole(&world, "a.log", "");
    world.append("a.log", vec![0; 70_000]);
    assert_eq!(world.load(&["a.log"]).total.lines, 0);
    world.append("a.log", line(0));
    assert_eq!(world.load(&["a.log"]).total.lines, 1);
    world.assert_has(0..1);
}

#[test]
fn a_format_is_detected_however_late_the_first_good_line_comes() {
    let world = Fixture::new();
    let junk = "this is no line\n".repeat(300);
    world.write("a.log", junk.clone() + &lines(0..2));
    world.write("b.log.gz", gzip((junk.clone() + &lines(2..30)).as_bytes()));
    world.write("long.log", "x".repeat(3 << 20) + "\n" + &lines(30..32));
    let summary = world.load(&["a.log", "b.log.gz", "long.log"]);
    let why: Vec<_> = summary.logs.iter().map(|log| log.why.as_str()).collect();
    assert_eq!(
        why,
        [
            "2 of the first 302 lines are in it (Common)",
            "20 of the first 320 lines are in it (Common)",
            "2 of the first 3 lines are in it (Common)"
        ]
    );
    world.assert_has(0..32);
}

#[test]
fn the_first_good_line_is_loaded_when_it_comes_to_a_log_that_is_followed() {
    let world = Fixture::new();
    let junk = "this is no line\n".repeat(300);
    world.write("a.log", &junk);
    let other = junk.clone();
    let summary = Script::new(&world)
        .then(move |world| world.append("a.log", &other))
        .then(|world| world.append("a.log", line(0)))
        .then(|_| {})
        .follow(&["a.log"]);
    assert!(summary.first_error().is_none());
    let log = &summary.logs[0];
    assert_eq!((log.counts.malformed, log.counts.tracks), (600, 1));
    assert_eq!(log.why, "1 of the first 601 lines is in it (Common)");
}

#[test]
fn a_log_of_bad_lines_is_in_the_format_of_its_rotated_files() {
    let world = Fixture::new();
    world.folder("logs");
    world.write("logs/a.log.1", lines(0..3));
    world.write("logs/a.log", "no line\n");
    world.write("logs/error.log", "no line either\n");
    let loader = world.loader();
    let summary = loader.load(&world.sources(&["logs"]), &mut ()).unwrap();
    let [log, old, error] = &summary.logs[..] else {
        panic!("{summary:?}");
    };
    assert_eq!((log.state, log.counts.malformed), (LogState::New, 1));
    // It does not count as loaded, so that it can be read in another way.
    let error_of_log = log.error.as_ref().unwrap();
    assert!(matches!(
        error_of_log,
        SourceError::NothingRead { lines: 1, .. }
    ));
    assert!(log.why.starts_with("the logs that belong to it are in it"));
    assert_eq!((old.state, error.state), (LogState::New, LogState::Skipped));
    assert_eq!(error.why, "no known format fits its only line");
}

#[test]
fn a_file_in_a_folder_that_has_no_line_in_the_chosen_format_is_skipped() {
    let world = Fixture::new();
    world.folder("logs");
    world.write("logs/a.log", lines(0..3));
    world.write("logs/error.log", "no line\n");
    let format = FormatOptions::new().choose(tracking_loader::Format::Common);
    let loader = world.loader().format(format);
    let summary = world.load_with(&loader, &["logs"]).unwrap();
    assert_eq!(summary.logs[1].state, LogState::Skipped);
    assert_eq!(summary.total.malformed, 0);
    // Named, it is meant.
    let summary = loader.load(&world.sources(&["logs/error.log"]), &mut ());
    assert_ne!(summary.unwrap().logs[0].state, LogState::Skipped);
}

#[test]
fn a_folder_of_files_that_are_no_logs_is_an_error() {
    let world = Fixture::new();
    world.folder("logs");
    world.write("logs/error.log", "no line\n");
    world.write("logs/old.log.xz", b"\xfd7zXZ\0\0\x04");
    let mut summary = world
        .loader()
        .last_lines(true)
        .load(&world.sources(&["logs"]), &mut ())
        .unwrap();
    let error = summary.take_error().unwrap().to_string();
    assert!(error.contains("error.log"), "{error}");
    let error = summary.take_error().unwrap().to_string();
    assert!(error.contains("compressed with xz"), "{error}");
}

#[test]
fn a_byte_order_mark_belongs_to_no_line() {
    let world = Fixture::new();
    let mark = "\u{feff}";
    world.write("a.log", mark.to_owned() + "bad\n" + &lines(0..2));
    world.write(
        "b.log.gz",
        gzip((mark.to_owned() + &lines(2..4)).as_bytes()),
    );
    let w3c = "#Fields: date time cs-uri-stem\n2026-11-23 15:47:01 /4\n";
    world.write("w3c.log", mark.to_owned() + w3c);
    world.write("cat.log", mark.to_owned() + &line(5) + mark + &line(6));
    let summary = world.load(&["a.log", "b.log.gz", "w3c.log", "cat.log"]);
    assert_eq!((summary.total.malformed, summary.total.tracks), (1, 7));
    assert_eq!(summary.rejects[0].column(), 4);
    assert_eq!(summary.rejects[0].text(), "bad");
    assert_eq!(summary.logs[2].format, Some("w3c"));
    world.assert_has(0..7);
    // Where it was left is a place in the file as it is.
    world.append("a.log", line(7));
    assert_eq!(world.load(&["a.log"]).total.lines, 1);
    world.assert_has(0..8);
}

#[test]
fn only_a_byte_order_mark_is_no_line() {
    let world = Fixture::new();
    world.write("a.log", "\u{feff}");
    let summary = world.loader().last_lines(true);
    let summary = summary.load(&world.sources(&["a.log"]), &mut ()).unwrap();
    assert_eq!((summary.total.valid, summary.total.malformed), (0, 0));
}

#[test]
fn text_that_is_no_utf_8_is_an_error_that_names_the_encoding() {
    let world = Fixture::new();
    let text = lines(0..3);
    let units = text.encode_utf16();
    let little: Vec<u8> = units.clone().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units.flat_map(u16::to_be_bytes).collect();
    for (content, encoding) in [
        ([&b"\xff\xfe"[..], &little].concat(), "UTF-16"),
        ([&b"\xfe\xff"[..], &big].concat(), "UTF-16"),
        (little, "UTF-16"),
        (big, "UTF-16"),
        (b"\xff\xfe\0\0a\0\0\0\n\0\0\0".to_vec(), "UTF-32"),
    ] {
        world.write("a.log", &content);
        world.write("a.log.gz", gzip(&content));
        for name in ["a.log", "a.log.gz"] {
            let loaded = world.loader().load(&world.sources(&[name]), &mut ());
            let error = loaded.unwrap().take_error().unwrap();
            assert!(matches!(error, SourceError::Encoding { .. }), "{error:?}");
            assert!(error.to_string().contains(encoding), "{error}");
        }
    }
    assert_eq!(numbers(&world.store), Vec::<u64>::new());
}

#[test]
fn padding_after_gzip_is_no_error_and_other_bytes_are_ignored_and_counted() {
    let world = Fixture::new();
    let packed = gzip(lines(0..3).as_bytes());
    let padding = vec![0; 10_000];
    world.write("a.gz", [&packed[..], &padding].concat());
    world.write(
        "b.gz",
        [&gzip(lines(3..6).as_bytes())[..], &padding, b"more"].concat(),
    );
    let again = gzip(line(7).as_bytes());
    world.write(
        "c.gz",
        [&gzip(line(6).as_bytes())[..], &padding, &again].concat(),
    );
    for lines in [8, 0] {
        let summary = world.load(&["a.gz", "b.gz", "c.gz"]);
        assert_eq!(summary.total.lines, lines);
        let ignored: Vec<_> = summary.logs.iter().map(|log| log.bytes_ignored).collect();
        assert!(lines == 0 || ignored == [0, 4, 0], "{ignored:?}");
    }
    world.assert_has(0..8);
}

#[test]
fn a_gzip_that_is_cut_anywhere_is_an_error() {
    let world = Fixture::new();
    let packed = gzip(lines(0..3).as_bytes());
    let one = gzip(&line(0).as_bytes()[..40]);
    for (packed, from) in [(&packed, 2), (&one, 2)] {
        for cut in from..packed.len() {
            world.write("a.gz", &packed[..cut]);
            for last_lines in [false, true] {
                let loader = world.loader().last_lines(last_lines).dry_run(true);
                let summary = loader.load(&world.sources(&["a.gz"]), &mut ()).unwrap();
                let error = summary.first_error();
                assert!(matches!(error, Some(SourceError::Read { .. })), "{cut}");
            }
        }
    }
}

#[test]
fn a_line_that_is_too_long_is_explained_as_it_is_loaded() {
    let world = Fixture::new();
    world.write("a.log", "x".repeat(2 << 20) + "\n" + &line(0));
    let explained = FormatSurvey::new(FormatOptions::new()).explain(&world.source("a.log"), 9);
    let explained = explained.unwrap();
    assert!(
        explained
            .to_string()
            .contains("found more than 1048576 bytes")
    );
    let summary = world.load(&["a.log"]);
    assert_eq!(summary.rejects[0].reason(), Reason::TooLong);
    assert_eq!(summary.logs[0].why, explained.why);
}
