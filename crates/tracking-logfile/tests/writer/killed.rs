//! A real process, killed while it writes, rotates and compresses.

use super::child::Other;
use super::tools::{all_messages, names, numbers};

#[test]
fn killed_over_and_over_no_line_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("test.log");
    let mut next = 0;
    for round in 0..12 {
        let mut other = Other::start(&log);
        assert_eq!(other.answer().unwrap(), "open");
        other.order(&format!("stream {next}"));
        // A file takes about 65 lines: the kill comes at another point of each.
        let wanted = next + 200 + 17 * round;
        let mut written = next;
        while let Some(answer) = other.answer() {
            written = answer.parse::<u32>().unwrap() + 1;
            if written == wanted {
                other.kill();
            }
        }
        drop(other);
        let there = all_messages(&log);
        // The last write may exist without having been acknowledged.
        next = u32::try_from(there.len()).unwrap();
        assert!(
            (written..=written + 1).contains(&next),
            "{next} are there of {written}"
        );
        assert_eq!(there, numbers(0..next), "round {round}");
    }
    // The next rotation leaves no trace of any of the kills.
    let mut other = Other::start(&log);
    assert_eq!(other.answer().unwrap(), "open");
    assert_eq!(other.ask("rotate"), "ok");
    other.end();
    assert_eq!(all_messages(&log), numbers(0..next));
    let names = names(folder.path());
    let odd = names
        .iter()
        .find(|name| !name.ends_with(".log.gz") && *name != "test.log");
    assert_eq!(odd, None, "{names:?}");
}
