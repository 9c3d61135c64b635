//! Where it goes, and in which colours.

use std::fs;

use crate::tool::{LOG, Place};

#[test]
fn a_file_is_written_instead_of_standard_output() {
    let place = Place::with_log();
    for format in ["text", "html", "csv", "json", "jsonl"] {
        place.write("out", "old ".repeat(100_000));
        let plain = place.shown(&["list", "--format", format]);
        assert_eq!(
            place.shown(&["list", "--format", format, "--output", "out"]),
            ""
        );
        assert_eq!(place.read("out"), plain);
    }
    assert_eq!(fs::read_dir(place.path("")).unwrap().count(), 2);
}

#[test]
fn a_file_stays_as_it_was_where_something_fails() {
    let place = Place::with_log();
    place.write("out", "old");
    assert_eq!(
        place.run(&["show", "99", "-o", "out", "access.log"]).status,
        Some(1)
    );
    assert_eq!(
        place.run(&["list", "-o", "out", "missing.log"]).status,
        Some(1)
    );
    assert_eq!(place.read("out"), "old");
    let ran = place.run(&["list", "-o", "./access.log", "access.log"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("would change a log"), "{}", ran.err);
    assert_eq!(place.read("access.log"), LOG);
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let place = Place::with_log();
    let shown = |color: &[&str], unwanted: &str| {
        let mut command = place.command(&[&["overview", "access.log"], color].concat());
        let ran = command.env("NO_COLOR", unwanted).output().unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    for (color, unwanted, coloured) in [
        (&[][..], "", false),
        (&["--color", "auto"], "", false),
        (&["--color", "never"], "", false),
        (&["--color", "always"], "", true),
        // Whoever asks for it now is heard before what was asked once for all.
        (&["--color", "always"], "1", true),
    ] {
        assert_eq!(
            shown(color, unwanted).contains('\x1b'),
            coloured,
            "{color:?}"
        );
    }
    let report = place.shown(&["report", "--color", "always"]);
    assert!(report.contains('\x1b'), "{report}");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let place = Place::with_log();
    place.write("access.log", LOG.repeat(50));
    for format in ["text", "html", "csv", "json", "jsonl"] {
        for command in [
            &["list"][..],
            &["overview"],
            &["runs"],
            &["count", "--by", "task"],
        ] {
            let full = fs::File::options().write(true).open("/dev/full").unwrap();
            let all = [command, &["--format", format, "access.log"]].concat();
            let ran = place.command(&all).stdout(full).output().unwrap();
            let output = String::from_utf8(ran.stderr).unwrap();
            assert_eq!(ran.status.code(), Some(1), "{all:?}");
            let end = "tracking: cannot write to standard output: No space left on device (os error 28)\n";
            assert!(output.ends_with(end), "{all:?}: {output}");
        }
    }
    let ran = place.run(&["list", "-o", "/dev/full", "access.log"]);
    let end = "tracking: cannot write /dev/full: No space left on device (os error 28)\n";
    assert!(ran.err.ends_with(end), "{}", ran.err);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    use std::process::Stdio;

    let place = Place::with_log();
    place.write("access.log", LOG.repeat(1000));
    for format in ["text", "html", "csv", "json", "jsonl"] {
        let options = ["list", "--format", format, "--limit", "all", "access.log"];
        let mut command = place.command(&options);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let ran = child.wait_with_output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{format}");
        let output = String::from_utf8(ran.stderr).unwrap();
        assert!(!output.contains("cannot"), "{format}: {output}");
    }
}
