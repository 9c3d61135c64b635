//! The cost of a line of a web server's log: parsed, and as the record that becomes a track.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on has nothing to measure"
)]
#![allow(missing_docs, reason = "a program")]

use std::fmt::Write as _;
use std::fs;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use tracking_bench::work::Random;
use tracking_btree::BTreeStorage;
use tracking_loader::{AccessLine, FormatOptions, Loader, Source, detect};

fn main() {
    divan::main();
}

const LINES: u32 = 10_000;

/// A log with lines of the Combined format.
fn log() -> String {
    let (mut random, mut log) = (Random::new(1), String::new());
    for line in 0..LINES {
        let (user, page) = (random.below(500), random.below(1_000));
        let (second, bytes) = (line % 60, random.below(90_000));
        // Writing to a string does not fail.
        let _ = writeln!(
            log,
            "192.0.2.{} - user{user} [23/Nov/2026:15:47:{second:02} +0100] \
             \"GET /courses/{page}?page={user} HTTP/1.1\" 200 {bytes} \
             \"https://example.org/courses\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0\"",
            user % 250,
        );
    }
    log
}

#[divan::bench]
fn lines(bencher: Bencher<'_, '_>) {
    let log = log();
    bencher
        .counter(ItemsCount::new(LINES))
        .counter(BytesCount::of_str(&log))
        .bench(|| {
            let parsed = log.lines().map(|line| AccessLine::parse(line.as_bytes()));
            parsed.filter(|line| divan::black_box(line).is_ok()).count()
        });
}

#[divan::bench]
fn records(bencher: Bencher<'_, '_>) {
    let log = log();
    bencher
        .counter(ItemsCount::new(LINES))
        .counter(BytesCount::of_str(&log))
        .bench(|| {
            let mut format = detect(&[], &FormatOptions::new()).format;
            let read = log.lines().map(|line| format.read(line.as_bytes()));
            read.filter(|record| divan::black_box(record).is_ok())
                .count()
        });
}

#[divan::bench]
fn a_file_into_a_store(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("access.log");
    let log = log();
    fs::write(&path, &log).expect("the log can be written");
    let sources = [Source::from(path)];
    bencher
        .counter(ItemsCount::new(LINES))
        .counter(BytesCount::of_str(&log))
        .bench(|| {
            let store = BTreeStorage::new();
            let loaded = Loader::new(&store).load(&sources, &mut ());
            loaded.expect("the log can be loaded")
        });
}
