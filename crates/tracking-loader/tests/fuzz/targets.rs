//! What each fuzz target does with the bytes that it gets: the promises that tests with random
//! input hold to, too.

#[path = "../loading/arbitrary_bytes.rs"]
mod arbitrary_bytes;
#[path = "../loading/failing_store.rs"]
mod failing_store;
#[path = "../loading/fixture.rs"]
mod fixture;
#[path = "../formats/invariants.rs"]
mod invariants;
#[path = "../loading/log_lifecycle.rs"]
mod log_lifecycle;
#[path = "../loading/related_logs.rs"]
mod related_logs;

use arbitrary_bytes::{Form, are_loaded, are_loaded_as_they_are};
use log_lifecycle::Event;
use related_logs::Kin;

/// A log, through detection, explanation and every reader.
pub(crate) fn readers(content: &[u8]) {
    let lines: Vec<&[u8]> = content.split(|byte| *byte == b'\n').collect();
    invariants::lines_are_read(&lines);
    invariants::lines_are_explained(&lines);
}

/// A field map, a pattern, a format of times or a time, and then lines that are read with it.
pub(crate) fn options(content: &[u8]) {
    let mut lines = content.split(|byte| *byte == b'\n');
    let option = String::from_utf8_lossy(lines.next().unwrap_or_default());
    invariants::an_option_is_read(&option, &lines.collect::<Vec<_>>());
    invariants::a_time_is_read(&option);
}

/// Four bytes that say how to load, and the content of a file: text, or a gzip that may be
/// damaged.
pub(crate) fn files(content: &[u8]) {
    let Some(([how, cut, batch, limit], content)) = content.split_first_chunk() else {
        return;
    };
    let form = match how % 4 {
        0 => return are_loaded_as_they_are(content),
        1 => Form::Packed,
        _ => Form::Plain,
    };
    let cut = usize::from(*cut) * (content.len() + 1) / 256;
    let (batch, limit) = (usize::from(batch % 20) + 1, usize::from(*limit) * 2 + 1);
    are_loaded(content, form, cut, batch, limit);
}

/// The life of a log, four bytes for each thing that happens to it; or that of a family of logs,
/// where a first byte says so.
pub(crate) fn loader(content: &[u8]) {
    match content.split_first() {
        Some((0xfe, steps)) => {
            return related_logs::check_family(Kin::Shared, &related_logs::steps(steps));
        }
        Some((0xff, steps)) => {
            return related_logs::check_family(Kin::Concatenated, &related_logs::steps(steps));
        }
        _ => {}
    }
    let (events, _) = content.as_chunks();
    log_lifecycle::live(events.iter().take(60).map(|bytes| event(*bytes)).collect());
}

fn event([kind, first, second, third]: [u8; 4]) -> Event {
    let [a, b, c] = [first, second, third].map(usize::from);
    match kind % 20 {
        0..=4 => {
            // Now and then a pause that is longer than a session may have.
            let pause = if third & 0x80 == 0 {
                third % 5
            } else {
                25 + third % 20
            };
            let line = |n| ((second.wrapping_add(n)) % 3, pause);
            Event::Write((0..first % 6).map(line).collect(), 0)
        }
        5 | 6 => Event::Write(Vec::new(), a),
        7 | 8 => Event::Rotate,
        9 => Event::CopyAndTruncate,
        10 => Event::Pack(a),
        11 => Event::Copy(a),
        12 => Event::Truncate,
        13 => Event::Remove(a),
        14 | 15 => Event::Follow(a % 8, kind % 2 == 0),
        _ => {
            let killed = (c > 0).then(|| (u64::from(third & 0x3f) + 1, third & 0x80 == 0));
            Event::Load(a, b % 8 + 1, killed)
        }
    }
}
