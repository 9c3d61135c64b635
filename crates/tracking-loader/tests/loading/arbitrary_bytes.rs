//! Any bytes as a log: whatever is in it, each line is counted once.
//!
//! A test and a fuzz target make the bytes up.

use tracking_loader::{LineCounts, Progress};

use super::fixture::{Fixture, gzip};

/// How bytes are encoded in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    Packed,
}

/// Loads the start of a log up to some line's end, and then all of it.
pub(crate) fn are_loaded(whole: &[u8], form: Form, cut: usize, batch: usize, limit: usize) {
    if form == Form::Plain && whole.starts_with(&[0x1f, 0x8b]) {
        // That is how every gzip starts, so it is one that is damaged.
        return are_loaded_as_they_are(whole);
    }
    let world = Fixture::new();
    let loader = world.loader().batch(batch).line_limit(limit);
    let loader = loader.any_format(true).last_lines(true);
    let write = |text: &[u8]| match form {
        Form::Plain => world.write("a.log", text),
        Form::Packed => world.write("a.log", gzip(text)),
    };
    let start = &whole[..cut];
    let end = start.iter().rposition(|byte| *byte == b'\n');
    write(&start[..end.map_or(0, |end| end + 1)]);
    let first = loader.load(&world.sources(&["a.log"]), &mut ()).unwrap();
    write(whole);
    let mut lines = 0;
    let mut see = |progress: Progress<'_>| lines = progress.lines;
    let second = loader.load(&world.sources(&["a.log"]), &mut see).unwrap();
    let counted = first.total.lines + second.total.lines;
    let expected = whole.split_inclusive(|byte| *byte == b'\n').count() as u64;
    assert_eq!(counted, expected);
    assert_add_up(&first.total);
    assert_add_up(&second.total);
    let again = loader.load(&world.sources(&["a.log"]), &mut ()).unwrap();
    assert_eq!(again.total.lines, 0);
}

/// Loads bytes as they are, perhaps a gzip that is damaged, and does so again.
pub(crate) fn are_loaded_as_they_are(content: &[u8]) {
    let world = Fixture::new();
    world.write("a.log", content);
    let loader = world.loader().batch(3).any_format(true).last_lines(true);
    let first = loader.load(&world.sources(&["a.log"]), &mut ()).unwrap();
    assert_add_up(&first.total);
    let again = loader.load(&world.sources(&["a.log"]), &mut ()).unwrap();
    assert_eq!(again.total.lines, 0, "{:?}", again.first_error());
}

fn assert_add_up(total: &LineCounts) {
    let read = total.blank + total.comments + total.continuations + total.valid + total.malformed;
    assert_eq!(total.lines, read);
    assert_eq!(total.valid, total.tracks + total.duplicates);
}
