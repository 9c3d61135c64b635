//! HTML.

use sha2::{Digest, Sha256};
use tracking_views::{Overview, RunView, TrackList, TrackView, html};

use crate::golden::assert_golden;
use crate::samples;

fn page(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    out
}

#[test]
fn an_overview_is_a_page() {
    let shown = page(|out| html::overview_page(out, &samples::overview()));
    assert_golden("overview.html", &shown);
}

#[test]
fn an_overview_of_nothing_is_a_page() {
    let shown = page(|out| html::overview_page(out, &Overview::new("nothing")));
    assert_golden("overview-empty.html", &shown);
}

#[test]
fn a_list_of_tracks_is_a_page() {
    let list = TrackList::new("Tracks").with_note("task lesson-1, newest first");
    let shown = page(|out| html::track_list_page(out, &list, samples::tracks()));
    assert_golden("tracks.html", &shown);
}

#[test]
fn a_list_without_tracks_says_so() {
    let none = Vec::<tracking_core::Track>::new();
    let shown = page(|out| html::track_list(out, &TrackList::new("Tracks"), none));
    assert_golden("tracks-none.html", &shown);
}

#[test]
fn a_track_is_a_page() {
    let view = TrackView::new(samples::deep_track());
    let shown = page(|out| html::track_page(out, &view));
    assert_golden("track.html", &shown);
}

#[test]
fn a_run_is_a_page() {
    let view = RunView::new(samples::run()).with_count(3);
    let shown = page(|out| html::run_page(out, &view, samples::tracks()));
    assert_golden("run.html", &shown);
}

#[test]
fn the_policy_names_the_style_of_the_pages() {
    let hash = base64(&Sha256::digest(html::STYLE));
    let policy = html::CONTENT_SECURITY_POLICY;
    assert!(policy.contains(&format!("'sha256-{hash}'")), "it is {hash}");
    let shown =
        String::from_utf8(page(|out| html::overview_page(out, &samples::overview()))).unwrap();
    assert!(shown.contains(&format!("<style>{}</style>", html::STYLE)));
    for word in [
        "<script", "http://", "https://", "url(", "@import", " style=", " src=",
    ] {
        assert!(!shown.contains(word), "a page holds {word}");
    }
}

fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain("+/".chars())
        .collect();
    let mut shown = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = letters[(bits >> (18 - 6 * place) & 63) as usize];
            shown.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    shown
}
