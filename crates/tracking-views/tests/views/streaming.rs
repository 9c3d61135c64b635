//! Rows are written as they come.

use std::cell::Cell;
use std::io::{self, Write};

use tracking_core::Track;
use tracking_views::{
    Export, Format, HtmlRenderer, RunList, RunRow, TextOptions, TextRenderer, TrackList, html, text,
};

use crate::samples::{self, track};

const ROWS: u64 = 100_000;

/// Counts what it is given, and forgets it.
#[derive(Default)]
struct Sink {
    bytes: Cell<usize>,
    lines: Cell<usize>,
}

impl Write for &Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
        self.lines.set(self.lines.get() + lines);
        self.bytes.set(self.bytes.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn rows() -> impl Iterator<Item = Track> {
    (1..=ROWS).map(|id| track(id, "lesson-1", "u1", r#"{"page":3}"#))
}

#[test]
fn a_hundred_thousand_rows_go_through_as_text() {
    let sink = Sink::default();
    text::track_list(&mut &sink, &TrackList::new("t"), rows(), TextOptions::new()).unwrap();
    // Title, blank, heading, rule; blank, count.
    assert_eq!(sink.lines.get(), usize::try_from(ROWS).unwrap() + 6);
}

#[test]
fn a_hundred_thousand_rows_go_through_as_html() {
    let sink = Sink::default();
    html::track_list(&mut &sink, &TrackList::new("t"), rows()).unwrap();
    assert!(sink.lines.get() > usize::try_from(ROWS).unwrap());
}

#[test]
fn a_hundred_thousand_rows_go_through_as_data() {
    let rows_and = |more: usize| usize::try_from(ROWS).unwrap() + more;
    for (format, lines) in [
        (Format::Csv, rows_and(1)),
        (Format::Json, rows_and(2)),
        (Format::JsonLines, rows_and(0)),
    ] {
        let sink = Sink::default();
        Export::new(format).tracks(&mut &sink, rows()).unwrap();
        assert_eq!(sink.lines.get(), lines, "{format:?}");
    }
}

/// A renderer that collected its rows would ask for all of them before it writes any.
#[test]
fn rows_are_not_held_back() {
    let sink = Sink::default();
    let seen = Cell::new(0_usize);
    let rows = rows().take(5000).inspect(|_| {
        seen.set(seen.get() + 1);
        if seen.get() > 200 {
            assert!(
                sink.bytes.get() > (seen.get() - 200) * 20,
                "rows are buffered"
            );
        }
    });
    text::track_list(&mut &sink, &TrackList::new("t"), rows, TextOptions::new()).unwrap();
}

fn many_runs() -> impl Iterator<Item = RunRow> {
    let runs = samples::runs();
    runs.into_iter().cycle().take(5000)
}

#[test]
fn runs_are_not_held_back() {
    let (sink, list) = (Sink::default(), RunList::new("t"));
    let mut out = &sink;
    let mut table = TextRenderer::new().run_table(&mut out, &list).unwrap();
    for (seen, row) in many_runs().enumerate() {
        table.row(&row).unwrap();
        assert!(seen < 200 || sink.bytes.get() > (seen - 200) * 20);
    }
    table.finish().unwrap();
    let sink = Sink::default();
    let mut out = &sink;
    let mut table = HtmlRenderer::new().run_table(&mut out, &list).unwrap();
    for (seen, row) in many_runs().enumerate() {
        table.row(&row).unwrap();
        assert!(sink.bytes.get() > seen * 100);
    }
    table.finish().unwrap();
}

#[test]
fn runs_that_are_passed_one_by_one_look_as_those_of_a_list() {
    let list = samples::run_list();
    let alone = RunList::new("Runs")
        .with_query(list.query().unwrap().clone())
        .with_total(17);
    let (mut whole, mut rows) = (Vec::new(), Vec::new());
    TextRenderer::new().view(&mut whole, &list).unwrap();
    let mut table = TextRenderer::new().run_table(&mut rows, &alone).unwrap();
    for row in &samples::runs() {
        table.row(row).unwrap();
    }
    table.finish().unwrap();
    assert_eq!(
        String::from_utf8(rows).unwrap(),
        String::from_utf8(whole).unwrap()
    );

    let (mut whole, mut rows) = (Vec::new(), Vec::new());
    HtmlRenderer::new().page(&mut whole, &list).unwrap();
    let mut table = HtmlRenderer::new()
        .run_table_page(&mut rows, &alone)
        .unwrap();
    for row in &samples::runs() {
        table.row(row).unwrap();
    }
    table.finish().unwrap();
    assert_eq!(
        String::from_utf8(rows).unwrap(),
        String::from_utf8(whole).unwrap()
    );
}

#[test]
fn an_error_of_the_writer_is_handed_on() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let list = TrackList::new("t");
    let text = text::track_list(&mut Full, &list, rows(), TextOptions::new()).unwrap_err();
    let html = html::track_list_page(&mut Full, &list, rows()).unwrap_err();
    assert_eq!(text.kind(), io::ErrorKind::StorageFull);
    assert_eq!(html.kind(), io::ErrorKind::StorageFull);
}
