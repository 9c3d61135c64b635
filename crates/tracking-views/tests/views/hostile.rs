//! What people may put into a field to break a page or a terminal.

use chrono::NaiveDate;
use serde_json::json;
use tracking_core::{Data, Run, RunId, TaskId, Timestamp, Track, TrackId, UserName};
use tracking_views::{
    Overview, Problem, Problems, Ranking, RunView, TextOptions, TrackList, TrackView, html, text,
};
use unicode_width::UnicodeWidthStr;

const MEGABYTE: usize = 1_000_000;

fn hostile() -> Vec<String> {
    let mut values: Vec<String> = [
        "<script>alert(1)</script>",
        "</style></title></svg><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)\" x='y' `",
        "{{ 7*7 }}{% raw %}&amp;&#60;",
        "\u{1b}[31m\u{1b}]0;title\u{7}\u{9b}2J\u{8}\u{7f}",
        "\u{202e}gnp.exe\u{2066}\u{200f}\u{feff}",
        "a\nb\r\nc\td\u{b}\u{c}\u{85}\u{2028}\u{2029}",
        "-->]]><!--",
        "%s%n$(reboot)`id`",
        "\u{301}\u{301}\u{301}",
    ]
    .map(String::from)
    .to_vec();
    values.push("x".repeat(MEGABYTE));
    values.push("<\u{1b}\u{301}".repeat(MEGABYTE / 40));
    values
}

fn overview_of(value: &str) -> Overview {
    let problem = Problem::new(value, value).with_text(value);
    Overview::new(value)
        .with_counted(value)
        .with_total(value, value)
        .with_days([(NaiveDate::MIN, 1), (NaiveDate::MAX, u64::MAX)])
        .with_ranking(
            Ranking::new(value, value)
                .with_row(value, u64::MAX)
                .with_whole(1),
        )
        .with_problems(Problems::new(value).with_row(problem))
        .with_note(value)
}

fn track_of(value: &str) -> Track {
    Track::new(
        TrackId::FIRST,
        TaskId::new(value).unwrap(),
        RunId::FIRST,
        UserName::new(value).unwrap(),
        Timestamp::MIN,
        Data::try_from(json!({value: value, "\u{10ffff}": {value: [value, {value: [value]}]}}))
            .unwrap(),
    )
}

fn run_of(value: &str) -> RunView {
    let task = TaskId::new(value).unwrap();
    let run = Run::new(RunId::FIRST, Some(task), Timestamp::MAX, Timestamp::MIN);
    RunView::new(run).with_title(value).with_count(u64::MAX)
}

fn all_text(value: &str, options: TextOptions) -> String {
    let mut out = Vec::new();
    let list = TrackList::new(value).with_note(value);
    let (track, run) = (track_of(value), run_of(value));
    text::overview(&mut out, &overview_of(value), options).unwrap();
    text::track_list(&mut out, &list, [&track], options).unwrap();
    text::run(&mut out, &run, [&track], options).unwrap();
    let view = TrackView::new(track).with_title(value);
    text::track(&mut out, &view, options).unwrap();
    String::from_utf8(out).unwrap()
}

fn all_html(value: &str) -> String {
    let mut out = Vec::new();
    let list = TrackList::new(value).with_note(value);
    let (track, run) = (track_of(value), run_of(value));
    html::overview_page(&mut out, &overview_of(value)).unwrap();
    html::track_list_page(&mut out, &list, [&track]).unwrap();
    html::run_page(&mut out, &run, [&track]).unwrap();
    let view = TrackView::new(track).with_title(value);
    html::track_page(&mut out, &view).unwrap();
    String::from_utf8(out).unwrap()
}

fn is_harmless(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !turns && c != '\u{feff}' && (c == '\n' || !c.is_control())
}

#[test]
fn no_value_breaks_a_line_or_steers_a_terminal() {
    let calm = all_text("calm", TextOptions::new()).lines().count();
    for value in hostile() {
        let shown = all_text(&value, TextOptions::new());
        let bad = shown.chars().find(|c| !is_harmless(*c));
        assert_eq!(bad, None, "in {value:.40?}");
        assert_eq!(shown.lines().count(), calm, "lines of {value:.40?}");
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for value in hostile() {
        for width in [20, 33, 80, 200] {
            let shown = all_text(&value, TextOptions::new().with_width(Some(width)));
            for line in shown.lines() {
                assert!(line.width() <= width, "{width}: {line:?} of {value:.40?}");
            }
        }
    }
}

#[test]
fn in_colour_the_only_escapes_are_those_of_colour() {
    for value in hostile() {
        let shown = all_text(&value, TextOptions::new().with_color(true));
        for sequence in shown.split('\u{1b}').skip(1) {
            let parameters = sequence.split_once('m').unwrap().0;
            assert!(["[0", "[1", "[1;34", "[2", "[36", "[33"].contains(&parameters));
        }
    }
}

/// Whatever the value, the tags of the page are the same: those that the templates hold.
#[test]
fn no_value_adds_markup_to_a_page() {
    let calm = tags(&all_html("calm"));
    for value in hostile() {
        let shown = all_html(&value);
        assert_eq!(tags(&shown), calm, "of {value:.40?}");
        let bad = shown.chars().find(|c| !is_harmless(*c));
        assert_eq!(bad, None, "in {value:.40?}");
    }
}

/// The tags with the names of their attributes, but without the values of these.
fn tags(html: &str) -> Vec<String> {
    let html = html.replace(html::STYLE, "");
    let mut tags = Vec::new();
    for tag in html.split('<').skip(1) {
        let mut quoted = false;
        let mut shape = String::new();
        for c in tag.chars() {
            match c {
                '"' => quoted = !quoted,
                '>' if !quoted => break,
                c if !quoted => shape.push(c),
                _ => {}
            }
        }
        tags.push(shape);
    }
    tags
}

#[test]
fn a_page_stays_small_where_a_value_is_long() {
    assert!(all_html(&"x".repeat(MEGABYTE)).len() < MEGABYTE / 2);
}
