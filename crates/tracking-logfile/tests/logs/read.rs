use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tracking_logfile::{LogReader, NO_PATH, ReadError, Reason, Source, SourceError};

use super::data;

fn mixed() -> [Source; 1] {
    [Source::from(data("mixed.log"))]
}

#[test]
fn every_line_is_counted_once() {
    let (records, summary) = LogReader::new().read(&mixed(), |_| {}).unwrap();
    assert_eq!(records.len(), 7);
    assert_eq!((summary.lines, summary.blank), (12, 2));
    assert_eq!((summary.valid, summary.malformed), (7, 3));
    assert_eq!((summary.combined, summary.without_path), (3, 1));
    assert_eq!(
        records
            .iter()
            .filter(|record| *record.task() == *NO_PATH)
            .count(),
        1
    );
}

#[test]
fn a_reject_tells_where_and_why() {
    let (_, summary) = LogReader::new().read(&mixed(), |_| {}).unwrap();
    let shown: Vec<String> = summary.rejects.iter().map(ToString::to_string).collect();
    let log = data("mixed.log").display().to_string();
    assert_eq!(
        shown,
        [
            format!(
                "{log}: line 8, column 12: expected a time like [23/Nov/2026:15:47:01 +0100], found \"log line\""
            ),
            format!(
                "{log}: line 9, column 16: expected a date and time that there are in the calendar, found \"31/Nov/2026:10:00:00 +01…\""
            ),
            format!(
                "{log}: line 10, column 85: expected the closing quote, found the end of the line"
            ),
        ]
    );
    assert_eq!(summary.rejects[0].text(), "this is no log line");
    let counts: Vec<_> = summary.by_reason.into_iter().collect();
    assert_eq!(counts, [(Reason::Time, 2), (Reason::Agent, 1)]);
}

#[test]
fn only_so_many_rejects_are_kept_but_all_are_counted() {
    let (_, summary) = LogReader::new()
        .keep_rejects(1)
        .read(&mixed(), |_| {})
        .unwrap();
    assert_eq!((summary.malformed, summary.rejects.len()), (3, 1));
}

#[test]
fn the_gzip_of_a_log_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // The name does not tell.
    let path = folder.path().join("mixed.log");
    let mut encoder = GzEncoder::new(fs::File::create(&path).unwrap(), Compression::best());
    encoder
        .write_all(&fs::read(data("mixed.log")).unwrap())
        .unwrap();
    encoder.finish().unwrap();
    let (plain, _) = LogReader::new().read(&mixed(), |_| {}).unwrap();
    let (unpacked, _) = LogReader::new()
        .read(&[Source::from(path)], |_| {})
        .unwrap();
    assert_eq!(plain, unpacked);
}

#[test]
fn what_is_no_text_loses_nothing_of_the_rest() {
    let good = r#"h - - [23/Nov/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 5"#.as_bytes();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.log");
    let mut content = Vec::new();
    for line in [
        good,
        b"h \xff\xfe",
        good,
        b"\0\0\0",
        b"",
        &[b'x'; 3000],
        good,
    ] {
        content.extend(line);
        content.push(b'\n');
    }
    fs::write(&path, content).unwrap();
    let (records, summary) = LogReader::new()
        .line_limit(2000)
        .read(&[Source::from(path)], |_| {})
        .unwrap();
    assert_eq!(records.len(), 3);
    assert_eq!((summary.lines, summary.blank, summary.malformed), (7, 1, 3));
    let found: Vec<_> = summary
        .rejects
        .iter()
        .map(|r| (r.line(), r.column(), r.reason()))
        .collect();
    let expected = [
        (2, 3, Reason::InvalidUtf8),
        (4, 1, Reason::Nul),
        (6, 2001, Reason::TooLong),
    ];
    assert_eq!(found, expected);
    assert_eq!(summary.rejects[2].found(), "more than 2000 bytes");
}

#[test]
fn an_empty_log_has_no_lines() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (records, summary) = LogReader::new()
        .read(&[Source::from(file.path())], |_| {})
        .unwrap();
    assert!(records.is_empty());
    assert_eq!((summary.lines, summary.malformed), (0, 0));
}

#[test]
fn a_log_that_is_not_there_is_an_error_that_names_it() {
    let missing = Source::from(data("missing.log"));
    let error = LogReader::new()
        .read(std::slice::from_ref(&missing), |_| {})
        .unwrap_err();
    assert!(
        matches!(error, ReadError::Source(SourceError::Open { .. })),
        "{error:?}"
    );
    assert_eq!(error.to_string(), format!("cannot open {missing}"));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        !source.is_empty() && !source.contains("missing.log"),
        "{source}"
    );
}

#[test]
fn progress_ends_at_the_size_of_each_log() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long.log");
    fs::write(&long, "\n".repeat(10_000)).unwrap();
    let mut seen = Vec::new();
    let sources = [Source::from(long), mixed()[0].clone()];
    LogReader::new()
        .read(&sources, |progress| {
            seen.push((progress.lines, progress.bytes_read, progress.size));
        })
        .unwrap();
    let lines: Vec<u64> = seen.iter().map(|(lines, ..)| *lines).collect();
    assert_eq!(lines, [4096, 8192, 10_000, 12]);
    assert_eq!(seen[2], (10_000, 10_000, Some(10_000)));
    assert_eq!(Some(seen[3].1), seen[3].2);
}
