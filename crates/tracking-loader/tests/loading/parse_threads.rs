//! Lines that other threads parse give what they give on one thread.

use std::fmt::Write as _;

use tracking_btree::BTreeStorage;
use tracking_core::{Query, Track, TrackingStorageExt as _};
use tracking_loader::{LineCounts, Loader};

use super::fixture::{Fixture, gzip};

/// What a load gives.
#[derive(Debug, PartialEq)]
struct Loaded {
    tracks: Vec<Track>,
    total: LineCounts,
    /// The line, the column and what was found there.
    rejects: Vec<(u64, usize, String)>,
}

/// Some hundred kilobytes, with lines of every kind.
fn mixed_log() -> Vec<u8> {
    let mut text = String::new();
    for n in 0..4000 {
        let (minute, second) = (n / 60 % 60, n % 60);
        let end = if n % 7 == 0 { "\r\n" } else { "\n" };
        let line = format!(
            "10.0.{}.{} - - [23/Nov/2026:{:02}:{minute:02}:{second:02} +0000] \
             \"GET /page/{} HTTP/1.1\" 200 {n} \"-\" \"agent {}\"{end}",
            n % 5,
            n % 50,
            n / 3600,
            n % 40,
            "x".repeat(n % 300),
        );
        text += &line;
        match n % 101 {
            1 => text += "\n",
            2 => text += "no line of any log\n",
            3 => text += "\u{feff}",
            4 => text += "\0\0\0",
            5 => writeln!(text, "{}", "long ".repeat(9000)).unwrap(),
            _ => {}
        }
    }
    text.into_bytes()
}

fn loaded(text: &[u8], threads: usize, block: usize) -> Loaded {
    let world = Fixture::new();
    world.write("a.log", text);
    let store = BTreeStorage::new();
    let loader = Loader::new(&store).line_limit(40_000).batch(999);
    let loader = loader.parse_threads(threads).parse_block(block);
    let summary = loader.load(&world.sources(&["a.log"]), &mut ()).unwrap();
    let rejects = summary.rejects.iter();
    let rejects = rejects.map(|reject| (reject.line(), reject.column(), reject.found().to_owned()));
    Loaded {
        tracks: store.query(&Query::all()).unwrap(),
        total: summary.total,
        rejects: rejects.collect(),
    }
}

#[test]
fn threads_that_parse_lines_change_nothing_of_what_is_loaded() {
    let text = mixed_log();
    let (packed, expected) = (gzip(&text), loaded(&text, 0, 1));
    assert_eq!(expected.total.valid, 4000);
    for block in [1, 100, 5000, 32 * 1024] {
        for form in [&text, &packed] {
            assert!(loaded(form, 3, block) == expected, "{block}");
        }
    }
}
