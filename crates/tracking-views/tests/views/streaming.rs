//! Rows are written as they come.

use std::cell::Cell;
use std::io::{self, Write};

use tracking_core::Track;
use tracking_views::{Export, Format, TextOptions, TrackList, html, text};

use crate::samples::track;

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
                "rows are held back"
            );
        }
    });
    text::track_list(&mut &sink, &TrackList::new("t"), rows, TextOptions::new()).unwrap();
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
