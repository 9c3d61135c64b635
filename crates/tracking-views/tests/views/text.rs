//! Text.

use tracking_core::GroupKey;
use tracking_views::{
    Granularity, Overview, RunView, TextOptions, TextRenderer, TrackList, TrackView, View, text,
};

use crate::samples;

fn rendered(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
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
    insta::assert_snapshot!(rendered(|out| text::overview(
        out,
        &samples::overview(),
        plain()
    )));
}

#[test]
fn an_overview_fits_a_narrow_terminal() {
    insta::assert_snapshot!(rendered(|out| text::overview(
        out,
        &samples::overview(),
        narrow(40)
    )));
}

#[test]
fn an_overview_in_colour() {
    let options = narrow(60).with_color(true);
    let shown = rendered(|out| text::overview(out, &samples::overview(), options));
    insta::assert_snapshot!(shown.replace('\u{1b}', "<ESC>"));
}

#[test]
fn an_overview_of_nothing_is_its_title() {
    let shown = rendered(|out| text::overview(out, &Overview::new("nothing"), plain()));
    assert_eq!(shown, "nothing\n");
}

#[test]
fn a_list_of_tracks_as_text() {
    let list = TrackList::new("Tracks").with_note("task lesson-1, newest first");
    insta::assert_snapshot!(rendered(|out| text::track_list(
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
    insta::assert_snapshot!(rendered(|out| text::track_list(
        out,
        &list,
        samples::tracks(),
        options
    )));
}

#[test]
fn a_list_without_tracks_says_so() {
    let none = Vec::<tracking_core::Track>::new();
    let shown = rendered(|out| text::track_list(out, &TrackList::new("Tracks"), none, plain()));
    assert_eq!(shown, "Tracks\n\nNo tracks.\n");
}

#[test]
fn a_track_as_text() {
    let view = TrackView::new(samples::deep_track());
    insta::assert_snapshot!(rendered(|out| text::track(out, &view, plain())));
}

#[test]
fn a_track_with_long_values_fits_a_narrow_terminal() {
    let track = samples::track(
        1,
        "/a/rather/long/path/that/goes/on/and/on.html",
        "u1",
        r#"{"agent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)","deep":{"text":"a\nb 日本語日本語日本語日本語日本語日本語"}}"#,
    );
    insta::assert_snapshot!(view(&TrackView::new(track), narrow(40)));
}

#[test]
fn a_run_as_text() {
    let view = RunView::new(samples::run()).with_count(3);
    insta::assert_snapshot!(rendered(|out| text::run(
        out,
        &view,
        samples::tracks(),
        plain()
    )));
}

/// Any view as one sees it who lives in Berlin, with titles and columns.
fn view(view: &dyn View, options: TextOptions) -> String {
    let columns = samples::columns();
    let text = TextRenderer::new().with_context(samples::context(&columns));
    rendered(|out| text.with_options(options).view(out, view))
}

#[test]
fn a_task_as_text() {
    insta::assert_snapshot!(view(&samples::task_view(), plain()));
}

#[test]
fn a_user_as_text() {
    insta::assert_snapshot!(view(&samples::user_view(), narrow(80)));
}

#[test]
fn runs_as_text() {
    insta::assert_snapshot!(view(&samples::run_list(), plain()));
}

#[test]
fn a_breakdown_as_text() {
    insta::assert_snapshot!(view(&samples::breakdown(), plain()));
}

#[test]
fn a_breakdown_fits_a_narrow_terminal() {
    insta::assert_snapshot!(view(&samples::breakdown(), narrow(40)));
}

#[test]
fn counts_of_a_field_as_text() {
    insta::assert_snapshot!(view(&samples::count(), plain()));
}

#[test]
fn a_dashboard_as_text() {
    insta::assert_snapshot!(view(&samples::dashboard(), plain()));
    let context = tracking_views::Context::new().with_terms(tracking_views::Terms::web());
    let text = TextRenderer::new().with_context(context);
    let mut out = Vec::new();
    text.view(&mut out, &samples::Names).unwrap();
    insta::assert_snapshot!("names", String::from_utf8(out).unwrap());
}

#[test]
fn an_overview_per_month_with_what_is_new_as_text() {
    let overview = samples::overview()
        .with_granularity(Granularity::Month)
        .with_newest(samples::tracks());
    insta::assert_snapshot!(view(&overview, plain()));
}

#[test]
fn a_track_with_own_columns_and_fields_as_text() {
    let track = TrackView::new(samples::deep_track()).with_field("Key", "a-1");
    insta::assert_snapshot!(view(&track, plain()));
}

#[test]
fn a_page_of_a_list_tells_what_it_answers_and_where_to_continue() {
    let columns = samples::columns();
    let text = TextRenderer::new().with_context(samples::context(&columns));
    insta::assert_snapshot!(rendered(|out| text.track_list(
        out,
        &samples::list(),
        samples::tracks()
    )));
}

#[test]
fn a_run_with_its_timeline_as_text() {
    let columns = samples::columns();
    let context =
        samples::context(&columns).with_relative_times(samples::time("2026-11-23T18:00:00Z"));
    let text = TextRenderer::new()
        .with_context(context)
        .with_options(narrow(90));
    insta::assert_snapshot!(rendered(|out| text.run(
        out,
        &samples::run_view(),
        samples::tracks()
    )));
}

#[test]
fn a_day_of_25_hours_is_one_bar() {
    let zone = samples::berlin();
    let hours = (0..30).map(|hour| {
        samples::time("2026-10-24T20:00:00Z").saturating_add(chrono::TimeDelta::hours(hour))
    });
    let mut counts = std::collections::BTreeMap::new();
    for hour in hours {
        *counts.entry(zone.day_of(hour)).or_insert(0) += 1;
    }
    let groups = counts
        .into_iter()
        .map(|(day, count)| tracking_core::Group::new(GroupKey::Day(day), None, count));
    let overview = Overview::new("x").with_day_groups(&groups.collect::<Vec<_>>());
    let shown = view(&overview, plain());
    assert!(shown.contains("2026-10-25 Sun  25  █"), "{shown}");
}
