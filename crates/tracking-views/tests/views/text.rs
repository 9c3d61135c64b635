//! Text.

use tracking_views::{Overview, RunView, TextOptions, TrackList, TrackView, text};

use crate::samples;

fn shown(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain() -> TextOptions {
    TextOptions::new()
}

fn narrow(width: usize) -> TextOptions {
    plain().with_width(Some(width))
}

#[test]
fn an_overview_as_text() {
    insta::assert_snapshot!(shown(|out| text::overview(
        out,
        &samples::overview(),
        plain()
    )));
}

#[test]
fn an_overview_fits_a_narrow_terminal() {
    insta::assert_snapshot!(shown(|out| text::overview(
        out,
        &samples::overview(),
        narrow(40)
    )));
}

#[test]
fn an_overview_in_colour() {
    let options = narrow(60).with_color(true);
    let shown = shown(|out| text::overview(out, &samples::overview(), options));
    insta::assert_snapshot!(shown.replace('\u{1b}', "<ESC>"));
}

#[test]
fn an_overview_of_nothing_is_its_title() {
    let shown = shown(|out| text::overview(out, &Overview::new("nothing"), plain()));
    assert_eq!(shown, "nothing\n");
}

#[test]
fn a_list_of_tracks_as_text() {
    let list = TrackList::new("Tracks").with_note("task lesson-1, newest first");
    insta::assert_snapshot!(shown(|out| text::track_list(
        out,
        &list,
        samples::tracks(),
        plain()
    )));
}

#[test]
fn a_list_of_tracks_fits_a_terminal() {
    let list = TrackList::new("Tracks");
    let options = narrow(72);
    insta::assert_snapshot!(shown(|out| text::track_list(
        out,
        &list,
        samples::tracks(),
        options
    )));
}

#[test]
fn a_list_without_tracks_says_so() {
    let none = Vec::<tracking_core::Track>::new();
    let shown = shown(|out| text::track_list(out, &TrackList::new("Tracks"), none, plain()));
    assert_eq!(shown, "Tracks\n\nNo tracks.\n");
}

#[test]
fn a_track_as_text() {
    let view = TrackView::new(samples::deep_track());
    insta::assert_snapshot!(shown(|out| text::track(out, &view, plain())));
}

#[test]
fn a_run_as_text() {
    let view = RunView::new(samples::run()).with_count(3);
    insta::assert_snapshot!(shown(|out| text::run(
        out,
        &view,
        samples::tracks(),
        plain()
    )));
}
