//! HTML.

use sha2::{Digest, Sha256};
use tracking_views::{
    Context, Granularity, HtmlRenderer, MenuItem, Overview, RunView, Terms, TrackList, TrackView,
    View, html,
};

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

/// Any view as one sees it who lives in Berlin, with links, titles and columns.
fn assert_page(name: &str, view: &dyn View) {
    let columns = samples::columns();
    let html = HtmlRenderer::new().with_context(samples::context(&columns));
    assert_golden(name, &page(|out| html.page(out, view)));
}

#[test]
fn a_task_is_a_page() {
    assert_page("task.html", &samples::task_view());
}

#[test]
fn a_user_is_a_page() {
    assert_page("user.html", &samples::user_view());
}

#[test]
fn runs_are_a_page() {
    assert_page("runs.html", &samples::run_list());
}

#[test]
fn a_breakdown_is_a_page() {
    assert_page("breakdown.html", &samples::breakdown());
    assert_page("count.html", &samples::count());
}

#[test]
fn an_overview_per_month_with_what_is_new_is_a_page() {
    let overview = samples::overview().with_granularity(Granularity::Month);
    assert_page(
        "overview-months.html",
        &overview.with_newest(samples::tracks()),
    );
}

#[test]
fn a_chart_and_the_table_behind_it_count_per_the_same() {
    let start = samples::day("2026-01-01");
    for (days, per, rows) in [(100, "day", 100), (300, "week", 44), (1500, "month", 50)] {
        let counts = start.iter_days().take(days).map(|day| (day, 1));
        let view = Overview::new("x")
            .with_counted("Requests")
            .with_days(counts);
        let mut page = Vec::new();
        HtmlRenderer::new().page(&mut page, &view).unwrap();
        let page = String::from_utf8(page).unwrap();
        for expected in [
            format!("<h2><bdi>Requests per {per}</bdi></h2>"),
            format!("<summary>Show each {per} in a table</summary>"),
            format!("aria-label=\"Requests per {per}, as a table\""),
        ] {
            assert!(page.contains(&expected), "{days} days: {expected}");
        }
        assert_eq!(
            page.matches("<tr><th scope=\"row\">").count(),
            rows,
            "{days} days"
        );
    }
}

#[test]
fn a_dashboard_compares_with_the_period_before() {
    let menu = [
        MenuItem::new("Overview", "index.html"),
        MenuItem::new("Pages", "pages.html"),
        MenuItem::new("Never shown", "javascript:alert(1)"),
    ];
    let context = Context::new()
        .with_terms(Terms::web())
        .with_menu(&menu, Some("index.html"));
    let html = HtmlRenderer::new().with_context(context);
    let shown = page(|out| html.page(out, &samples::dashboard()));
    assert_golden("dashboard.html", &shown);
    let text = String::from_utf8(shown).unwrap();
    assert!(text.contains("aria-current=\"page\""));
    assert!(!text.contains("javascript:"));
}

#[test]
fn a_page_of_a_list_leads_to_the_next_ones() {
    let html = HtmlRenderer::new();
    let shown = page(|out| html.page(out, &samples::Names));
    assert_golden("names.html", &shown);
}

#[test]
fn a_track_with_own_columns_and_links_is_a_page() {
    let track = TrackView::new(samples::deep_track()).with_field("Key", "a-1");
    assert_page("track-linked.html", &track);
}

#[test]
fn a_page_of_a_list_has_links_to_orders_and_other_pages() {
    let columns = samples::columns();
    let html = HtmlRenderer::new().with_context(samples::context(&columns));
    let shown = page(|out| html.track_list_page(out, &samples::list(), samples::tracks()));
    assert_golden("tracks-linked.html", &shown);
}

#[test]
fn a_run_with_its_timeline_is_a_page() {
    let columns = samples::columns();
    let now = samples::time("2026-11-23T18:00:00Z");
    let context = samples::context(&columns).with_relative_times(now);
    let html = HtmlRenderer::new().with_context(context);
    let shown = page(|out| html.run_page(out, &samples::run_view(), samples::tracks()));
    assert_golden("run-timeline.html", &shown);
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
