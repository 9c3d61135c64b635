//! What people may put into a field to break a page or a terminal.

use chrono::NaiveDate;
use serde_json::json;
use tracking_core::{
    Data, FieldValue, Group, GroupBy, GroupKey, Query, Run, RunId, RunQuery, TaskId, Timestamp,
    Track, TrackId, UserName,
};
use tracking_views::{
    Breakdown, Column, Context, Histogram, HtmlRenderer, Links, MenuItem, Overview, Problem,
    Problems, Ranking, RankingRow, RunList, RunView, Series, TaskView, Terms, TextOptions,
    TextRenderer, Timeline, Titles, Total, TrackList, TrackView, UserView, View,
};
use unicode_width::UnicodeWidthStr;

const MEGABYTE: usize = 1_000_000;

pub(crate) fn hostile() -> Vec<String> {
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
        .with_figure(
            Total::new(value, 1_u64)
                .with_link("a.html".to_owned())
                .with_previous(0),
        )
        .with_second_series(Series::new(value).with_days([(NaiveDate::MAX, 1)]))
        .with_previous_days([(NaiveDate::MIN, u64::MAX)])
        .with_histogram(
            Histogram::new(value, value, value)
                .with_range(value)
                .with_bar(value, u64::MAX),
        )
        .with_days([(NaiveDate::MIN, 1), (NaiveDate::MAX, u64::MAX)])
        .with_ranking(
            Ranking::new(value, value)
                .with_row(value, u64::MAX)
                .with_columns([value])
                .with_ranking_row(
                    RankingRow::new(value, 1)
                        .with_cells([value])
                        .with_link("a.html".to_owned()),
                )
                .with_link_to_all(value, "a.html")
                .with_total(1),
        )
        .with_problems(Problems::new(value).with_row(problem))
        .with_note(value)
}

pub(crate) fn track_of(value: &str) -> Track {
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

/// A program that puts names into its links and titles as they are.
struct Careless;

impl Links for Careless {
    fn home(&self) -> Option<String> {
        Some("\"><script>".into())
    }

    fn task(&self, task: &str) -> Option<String> {
        Some(format!("/{task}"))
    }

    fn user(&self, user: &str) -> Option<String> {
        Some(user.to_owned())
    }

    fn tracks(&self, _: &Query) -> Option<String> {
        Some("javascript:alert(1)".into())
    }
}

impl Titles for Careless {
    fn task(&self, task: &str) -> Option<String> {
        Some(format!("{task}!"))
    }

    fn user(&self, user: &str) -> Option<String> {
        Some(user.to_owned())
    }
}

fn column_of(value: &str) -> Column {
    let cell = value.to_owned();
    Column::new(value, move |_| cell.clone())
}

fn query_of(value: &str) -> Query {
    let query = Query::all().task(value).user(value).field(value, value);
    query.user_prefix(value)
}

fn breakdown_of(value: &str) -> Breakdown {
    let by = GroupBy::User.and(GroupBy::Field(value.into()));
    let user = GroupKey::User(UserName::new(value).unwrap());
    let field = GroupKey::Field(FieldValue::new(value));
    Breakdown::new(by, vec![Group::new(user, Some(field), u64::MAX)]).with_query(query_of(value))
}

/// Views with the value in every place.
fn views_of(value: &str) -> Vec<Box<dyn View>> {
    let track = track_of(value);
    let run = run_of(value);
    let ranking = || {
        let key = GroupKey::Task(TaskId::new(value).unwrap());
        Ranking::new(value, value).with_key(key, 1)
    };
    let mut timeline = Timeline::of_run(run.run());
    timeline.add(&track.as_ref());
    vec![
        Box::new(overview_of(value).with_newest(vec![track.clone()])),
        Box::new(
            TrackView::new(track.clone())
                .with_title(value)
                .with_field(value, value),
        ),
        Box::new(
            TaskView::new(track.task().clone())
                .with_query(query_of(value))
                .with_ranking(ranking())
                .with_runs([run.run().clone()], None)
                .with_newest(vec![track.clone()]),
        ),
        Box::new(
            UserView::new(track.user().clone())
                .with_ranking(ranking())
                .with_note(value),
        ),
        Box::new(
            RunList::new(value)
                .with_query(RunQuery::all().task(value))
                .with_runs([run.run().clone()]),
        ),
        Box::new(run.with_timeline(timeline)),
        Box::new(breakdown_of(value).with_title(value)),
    ]
}

fn terms_of(value: &str) -> Terms {
    let terms = Terms::new()
        .with_track(value, value)
        .with_task(value, value);
    terms.with_user(value, value).with_run(value, value)
}

fn all_text(value: &str, options: TextOptions) -> String {
    let mut out = Vec::new();
    let columns = [column_of(value)];
    let context = Context::new().with_titles(&Careless).with_columns(&columns);
    let context = context.with_terms(terms_of(value));
    for context in [Context::new(), context.with_zone_name(value)] {
        let text = TextRenderer::new()
            .with_context(context)
            .with_options(options);
        for view in views_of(value) {
            text.view(&mut out, &*view).unwrap();
        }
        let list = TrackList::new(value)
            .with_note(value)
            .with_query(query_of(value));
        text.track_list(&mut out, &list, [&track_of(value)])
            .unwrap();
    }
    String::from_utf8(out).unwrap()
}

fn all_html(value: &str, context: Context<'_>) -> String {
    let mut out = Vec::new();
    let menu = [MenuItem::new(value, "a.html")];
    let context = context.with_menu(&menu, Some(value));
    let context = context.with_terms(terms_of(value));
    let html = HtmlRenderer::new().with_context(context);
    for view in views_of(value) {
        html.page(&mut out, &*view).unwrap();
    }
    let list = TrackList::new(value)
        .with_note(value)
        .with_query(query_of(value));
    html.track_list_page(&mut out, &list, [&track_of(value)])
        .unwrap();
    String::from_utf8(out).unwrap()
}

pub(crate) fn is_harmless(c: char) -> bool {
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
        for width in [20, 80] {
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
    let calm = tags(&all_html("calm", Context::new()));
    for value in hostile() {
        let shown = all_html(&value, Context::new());
        assert_eq!(tags(&shown), calm, "of {value:.40?}");
        let bad = shown.chars().find(|c| !is_harmless(*c));
        assert_eq!(bad, None, "in {value:.40?}");
    }
}

/// Unsafe links of a program are escaped or omitted; all other tags are the same.
#[test]
fn no_link_adds_markup_or_a_script() {
    let shown = |value: &str| {
        let columns = [column_of(value)];
        let context = Context::new().with_titles(&Careless).with_columns(&columns);
        all_html(value, context.with_links(&Careless).with_zone_name(value))
    };
    let calm: Vec<String> = without_links(&shown("calm"));
    for value in hostile()
        .iter()
        .map(String::as_str)
        .chain(["javascript:alert(1)"])
    {
        let shown = shown(value);
        assert_eq!(without_links(&shown), calm, "of {value:.40?}");
        assert!(!shown.contains("href=\"javascript:"));
        let bad = shown.chars().find(|c| !is_harmless(*c) && *c != '\u{feff}');
        assert!(bad.is_none_or(|bad| value.contains(bad)), "in {value:.40?}");
    }
}

fn without_links(html: &str) -> Vec<String> {
    let is_link = |tag: &String| tag.starts_with("a href") || tag.starts_with("/a");
    tags(html).into_iter().filter(|tag| !is_link(tag)).collect()
}

/// The tags with the names of their attributes, but without the values of these.
fn tags(html: &str) -> Vec<String> {
    let html = html.replace(tracking_views::html::STYLE, "");
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
    let shown = all_html(&"x".repeat(MEGABYTE), Context::new().with_links(&Careless));
    assert!(shown.len() < MEGABYTE, "{}", shown.len());
}
