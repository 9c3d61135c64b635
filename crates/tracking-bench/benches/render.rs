//! The cost of a row of a table, as text and as HTML.

#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on has nothing to measure"
)]
#![allow(missing_docs, reason = "a program")]

mod shared;

use std::io;

use divan::Bencher;
use divan::counter::ItemsCount;
use shared::loaded;
use tracking_core::{Query, Track, TrackingStorageExt};
use tracking_views::{TextOptions, TrackList, html, text};

fn main() {
    divan::main();
}

const ROWS: u32 = 10_000;

fn tracks() -> Vec<Track> {
    let tracks = loaded().store().query(&Query::all().limit(ROWS as usize));
    tracks.expect("it can be asked for")
}

#[divan::bench]
fn as_text(bencher: Bencher<'_, '_>) {
    let (tracks, list) = (tracks(), TrackList::new("Tracks"));
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        text::track_list(&mut io::sink(), &list, &tracks, TextOptions::new())
            .expect("nothing is refused");
    });
}

#[divan::bench]
fn as_html(bencher: Bencher<'_, '_>) {
    let (tracks, list) = (tracks(), TrackList::new("Tracks"));
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        html::track_list_page(&mut io::sink(), &list, &tracks).expect("nothing is refused");
    });
}
