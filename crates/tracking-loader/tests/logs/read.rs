use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tracking_btree::BTreeStorage;
use tracking_core::{Query, Track, TrackingStorageExt};
use tracking_loader::{LoadSummary, Loader, NO_PATH, Progress, Reason, Source, SourceError};

use super::data;

fn mixed() -> [Source; 1] {
    [Source::from(data("mixed.log"))]
}

fn load(sources: &[Source]) -> (Vec<Track>, LoadSummary) {
    let store = BTreeStorage::new();
    let summary = Loader::new(&store).load(sources, &mut ()).unwrap();
    (store.query(&Query::all()).unwrap(), summary)
}

#[test]
fn every_line_is_counted_once() {
    let (tracks, summary) = load(&mixed());
    assert_eq!(tracks.len(), 7);
    let counts = summary.total;
    assert_eq!((counts.lines, counts.blank), (12, 2));
    assert_eq!((counts.valid, counts.malformed), (7, 3));
    assert_eq!((counts.combined, counts.without_path), (3, 1));
    let without_path = tracks.iter().filter(|track| *track.task() == *NO_PATH);
    assert_eq!(without_path.count(), 1);
}

#[test]
fn a_reject_tells_where_and_why() {
    let (_, summary) = load(&mixed());
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
    let counts: Vec<_> = summary.total.by_reason.into_iter().collect();
    assert_eq!(counts, [(Reason::Time, 2), (Reason::Agent, 1)]);
}

#[test]
fn only_so_many_rejects_are_kept_but_all_are_counted() {
    let store = BTreeStorage::new();
    let loader = Loader::new(&store).keep_rejects(1);
    let summary = loader.load(&mixed(), &mut ()).unwrap();
    assert_eq!((summary.total.malformed, summary.rejects.len()), (3, 1));
}

#[test]
fn the_gzip_of_a_log_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // The name does not say it.
    let path = folder.path().join("mixed.log");
    let mut encoder = GzEncoder::new(fs::File::create(&path).unwrap(), Compression::best());
    encoder
        .write_all(&fs::read(data("mixed.log")).unwrap())
        .unwrap();
    encoder.finish().unwrap();
    assert_eq!(load(&mixed()).0, load(&[Source::from(path)]).0);
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
    let store = BTreeStorage::new();
    let loader = Loader::new(&store).line_limit(2000);
    let summary = loader.load(&[Source::from(path)], &mut ()).unwrap();
    let counts = &summary.total;
    // NUL bytes in front of a line belong to none.
    assert_eq!((counts.lines, counts.blank, counts.nul_bytes), (7, 2, 3));
    assert_eq!((counts.tracks, counts.malformed), (3, 2));
    let found: Vec<_> = summary
        .rejects
        .iter()
        .map(|r| (r.line(), r.column(), r.reason()))
        .collect();
    let expected = [(2, 3, Reason::InvalidUtf8), (6, 2001, Reason::TooLong)];
    assert_eq!(found, expected);
    assert_eq!(summary.rejects[1].found(), "more than 2000 bytes");
}

#[test]
fn an_empty_log_has_no_lines() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (tracks, summary) = load(&[Source::from(file.path())]);
    assert!(tracks.is_empty());
    assert_eq!((summary.total.lines, summary.total.malformed), (0, 0));
    assert!(!summary.logs[0].has_half_line);
}

#[test]
fn a_log_that_is_not_there_is_named_and_keeps_the_others_from_nothing() {
    let missing = Source::from(data("missing.log"));
    let [there] = mixed();
    let (tracks, mut summary) = load(&[missing.clone(), there]);
    assert_eq!(tracks.len(), 7);
    let error = summary.take_error().unwrap();
    assert!(matches!(error, SourceError::Open { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("cannot open {missing}"));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        !source.is_empty() && !source.contains("missing.log"),
        "{source}"
    );
    assert!(summary.take_error().is_none());
}

#[test]
fn progress_ends_at_the_size_of_all_logs() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("long.log");
    let line = "192.0.2.1 - - [23/Nov/2025:10:00:00 +0100] \"GET / HTTP/1.1\" 200 5\n";
    fs::write(&long, line.repeat(10_000)).unwrap();
    let mut seen = Vec::new();
    let sources = [Source::from(long), mixed()[0].clone()];
    let mut see = |progress: Progress<'_>| {
        seen.push((progress.lines, progress.bytes_read, progress.size));
    };
    let store = BTreeStorage::new();
    Loader::new(&store).load(&sources, &mut see).unwrap();
    let lines: Vec<u64> = seen.iter().map(|(lines, ..)| *lines).collect();
    assert_eq!(lines, [4096, 8192, 10_000, 10_012]);
    let size = 10_000 * line.len() as u64 + fs::metadata(data("mixed.log")).unwrap().len();
    assert!(seen.iter().all(|seen| seen.2 == Some(size)), "{seen:?}");
    assert_eq!(seen[2].1, 10_000 * line.len() as u64);
    assert_eq!(seen[3].1, size);
}
