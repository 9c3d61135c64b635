//! Whatever is in a line, no reader panics, and what is wrong is within the line.
//!
//! `PROPTEST_CASES=1000000` tries more; `cargo fuzz` looks further, see `fuzz`.

use proptest::prelude::*;

use super::invariants::{
    REAL, a_time_is_read, an_option_is_read, lines_are_explained, lines_are_read, readers,
};

fn bytes(lines: &[Vec<u8>]) -> Vec<&[u8]> {
    lines.iter().map(AsRef::as_ref).collect()
}

/// A real line with some pieces replaced, by noise or by pieces of other lines.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..6),
        prop::sample::select(vec![
            "\"",
            "\\",
            "[",
            "]",
            " ",
            "-",
            "{",
            "}",
            ":",
            ",",
            ";",
            "\0",
            "é",
            "null",
            "\\u0000",
            "99999999999999999999",
            "-1",
            "1e999",
            "\t",
            "#",
            "\u{2028}",
            "2026-02-30",
            "+2400",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        (prop::sample::select(REAL), any::<(u16, u8)>()).prop_map(|(line, (from, length))| {
            let from = usize::from(from) % line.len();
            line.bytes().skip(from).take(length.into()).collect()
        }),
    ];
    let change = (any::<u16>(), 0..12_usize, piece);
    (
        prop::sample::select(REAL),
        prop::collection::vec(change, 1..5),
    )
        .prop_map(|(line, changes)| {
            let mut line = line.as_bytes().to_vec();
            for (at, length, piece) in changes {
                let at = usize::from(at) % (line.len() + 1);
                let end = (at + length).min(line.len());
                line.splice(at..end, piece);
            }
            line
        })
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(line in prop::collection::vec(any::<u8>(), 0..300)) {
        lines_are_read(&[&line]);
    }

    #[test]
    fn no_damage_to_a_real_line_makes_a_reader_panic(lines in prop::collection::vec(mutated(), 1..4)) {
        lines_are_read(&bytes(&lines));
    }

    #[test]
    fn no_lines_make_detection_or_explanation_panic(lines in prop::collection::vec(mutated(), 0..6)) {
        lines_are_explained(&bytes(&lines));
    }

    #[test]
    fn no_text_makes_an_option_panic(text in ".{0,40}", odd in "(task|time|data|,|=|\\[|\\]|\"|\\.|\\\\|%[a-zA-Z]|[0-9]|é){0,20}") {
        an_option_is_read(&text, &[odd.as_bytes()]);
        an_option_is_read(&odd, &[text.as_bytes()]);
    }

    #[test]
    fn no_text_makes_a_time_format_panic(text in "[-+0-9TZ:./, a-zA-Z\\[\\]é]{0,40}") {
        a_time_is_read(&text);
    }
}

#[test]
fn the_lines_that_are_damaged_are_whole() {
    let mut readers = readers();
    for line in REAL {
        assert!(
            readers
                .iter_mut()
                .any(|format| format.read(line.as_bytes()).is_ok()),
            "{line}"
        );
    }
}
