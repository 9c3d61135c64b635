//! Failures are reported on standard error with an exit status, and never panic.

use std::fs;
use std::process::Stdio;

use crate::tool::{LOG, Place, Ran, gzip};

/// A failure that says this, after `tracking: `.
fn failed(ran: &Ran, says: &str) {
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert_eq!(ran.err, format!("tracking: {says}\n"));
    assert_eq!(ran.out, "");
}

fn misunderstood(ran: &Ran, says: &str) {
    assert_eq!(ran.status, Some(2), "{ran:?}");
    assert!(ran.err.contains(says), "{says:?} is not in: {}", ran.err);
    assert_eq!(ran.out, "");
}

#[test]
fn a_missing_file_is_named() {
    let ran = Place::new().run(&["report", "missing.log"]);
    failed(
        &ran,
        "cannot open missing.log: No such file or directory (os error 2)",
    );
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::with_log();
    let path = place.path("access.log");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let mut command = place.command(&["report", "access.log"]);
    if fs::File::open(&path).is_ok() {
        // Root may read everything.
        command = place.command_as_nobody(&["report", "access.log"]);
    }
    failed(
        &Ran::from(command.output().unwrap()),
        "cannot open access.log: Permission denied (os error 13)",
    );
}

#[test]
fn gzip_that_is_cut_off_is_an_error() {
    let place = Place::new();
    let packed = gzip(LOG.as_bytes());
    place.write("cut.gz", &packed[..packed.len() - 4]);
    let ran = place.run(&["report", "cut.gz"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err
            .starts_with("tracking: cannot read cut.gz after line 10: "),
        "{}",
        ran.err
    );
}

#[test]
fn a_binary_file_is_an_error_and_with_a_good_line_its_lines_are_malformed() {
    let place = Place::new();
    let scrambled = |n: u32| n.wrapping_mul(2_654_435_761).to_be_bytes()[0];
    let bytes: Vec<u8> = (0..20_000).map(scrambled).collect();
    place.write("binary", &bytes);
    let ran = place.run(&["report", "binary"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.err.contains("format of binary"), "{}", ran.err);
    let line = LOG.lines().next().unwrap();
    place.write("binary", [&bytes, &b"\n"[..], line.as_bytes()].concat());
    let report = place.json(&["binary"]);
    assert_eq!(report["valid"], 1);
    assert_eq!(
        report["lines"].as_u64(),
        report["malformed"].as_u64().map(|n| n + 1)
    );
    let ran = place.run(&["report", "binary"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let harmless = |c: char| c == '\n' || !c.is_control();
    assert!(
        ran.out.chars().all(harmless),
        "a control character was printed"
    );
}

#[test]
fn lines_of_megabytes_and_no_utf8_lose_nothing_of_the_rest() {
    let place = Place::new();
    let mut content = vec![b'x'; 5_000_000];
    content.extend(b"\n\xff\xfe\n");
    content.extend(LOG.as_bytes());
    content.extend(vec![b'y'; 3_000_000]);
    place.write("odd.log", content);
    let report = place.json(&["odd.log"]);
    assert_eq!(
        (&report["valid"], &report["malformed"]),
        (&7.into(), &5.into())
    );
    let reasons = &report["malformed_by_reason"];
    assert_eq!(reasons[0]["reason"], "too-long");
    assert_eq!(
        (&reasons[0]["count"], &reasons[1]["reason"]),
        (&2.into(), &"invalid-utf8".into())
    );
    assert!(report["malformed_lines"][0]["text"].as_str().unwrap().len() < 1000);
}

#[test]
fn what_cannot_be_meant_is_reported_before_anything_is_read() {
    let place = Place::with_log();
    for (options, says) in [
        (vec!["report"], "<FILE>..."),
        (vec![], "Usage: tracking"),
        (vec!["report", "--top", "many", "access.log"], "--top"),
        (
            vec!["report", "--session-gap", "soon", "access.log"],
            "--session-gap",
        ),
        (
            vec!["report", "--from", "someday", "access.log"],
            "write a time like 2026-11-23",
        ),
        (
            vec![
                "report",
                "--from",
                "2026-11-24",
                "--to",
                "2026-11-23",
                "access.log",
            ],
            "lies after --to",
        ),
        (vec!["report", "-", "-"], "only once"),
        (
            vec!["report", "access.log", "--html", "./access.log"],
            "would change a log",
        ),
        (vec!["report", "--nonsense", "access.log"], "--nonsense"),
        (vec!["nonsense"], "nonsense"),
    ] {
        misunderstood(&place.run(&options), says);
    }
    assert_eq!(place.read("access.log"), LOG);
}

#[test]
fn a_page_that_cannot_be_written_is_an_error() {
    let place = Place::with_log();
    fs::create_dir(place.path("pages")).unwrap();
    let ran = place.run(&["report", "--html", "pages", "access.log"]);
    failed(&ran, "cannot write pages: it is a directory");
    let ran = place.run(&["report", "--html", "missing/page.html", "access.log"]);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.err
            .starts_with("tracking: cannot write missing/page.html: "),
        "{}",
        ran.err
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let place = Place::with_log();
    let mut command = place.command(&["report", "--json", "-"]);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Nobody reads its output any more when it starts to write.
    drop(child.stdout.take());
    drop(child.stdin.take());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let place = Place::with_log();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = place
        .command(&["report", "access.log"])
        .stdout(full)
        .output()
        .unwrap();
    let ran = Ran::from(output);
    failed(
        &ran,
        "cannot write to standard output: No space left on device (os error 28)",
    );
}
