//! Random lives of a log, loaded in random portions, and random bytes.
//!
//! `PROPTEST_CASES` raises how many there are; `cargo fuzz` looks further, see `fuzz`.

use proptest::prelude::*;

use super::arbitrary_bytes::{Form, are_loaded, are_loaded_as_they_are};
use super::fixture::{gzip, lines};
use super::log_lifecycle::{Event, live};
use super::related_logs::{Kin, check_family, steps};

fn event() -> impl Strategy<Value = Event> {
    let line = (0_u8..3, prop_oneof![4 => 0_u8..5, 1 => 25_u8..45]);
    let written = prop::collection::vec(line, 0..6);
    let killed = prop::option::of((1_u64..40, any::<bool>()));
    prop_oneof![
        5 => (written, 0_usize..200).prop_map(|(lines, half)| Event::Write(lines, half)),
        2 => Just(Event::Rotate),
        1 => Just(Event::CopyAndTruncate),
        1 => any::<usize>().prop_map(Event::Pack),
        1 => any::<usize>().prop_map(Event::Copy),
        1 => Just(Event::Truncate),
        1 => any::<usize>().prop_map(Event::Remove),
        1 => (0_usize..6, any::<bool>()).prop_map(|(count, folder)| Event::Follow(count, folder)),
        4 => (any::<usize>(), 1_usize..8, killed)
            .prop_map(|(order, batch, killed)| Event::Load(order, batch, killed)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2000, ..ProptestConfig::with_cases(
        std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60),
    )})]

    #[test]
    fn whatever_happens_to_a_log_each_line_is_loaded_once_and_into_its_run(
        events in prop::collection::vec(event(), 1..25),
    ) {
        live(events);
    }

    #[test]
    fn of_logs_that_share_their_starts_each_line_is_loaded_once(
        content in prop::collection::vec(any::<[u8; 4]>(), 1..40),
    ) {
        check_family(Kin::Shared, &steps(content.as_flattened()));
    }

    #[test]
    fn of_logs_that_are_concatenated_each_line_is_loaded_once(
        content in prop::collection::vec(any::<[u8; 4]>(), 1..40),
    ) {
        check_family(Kin::Concatenated, &steps(content.as_flattened()));
    }

    #[test]
    fn any_bytes_are_loaded_without_a_panic_and_each_line_is_counted_once(
        content in prop::collection::vec(
            prop_oneof![
                3 => any::<Vec<u8>>(),
                3 => Just(b"\n".to_vec()),
                2 => (0_u64..50).prop_map(|n| lines([n]).into_bytes()),
                1 => Just(b"#Fields: date time cs-uri-stem\n".to_vec()),
                1 => (1_usize..300).prop_map(|n| vec![b'x'; n]),
            ],
            0..40,
        ),
        batch in 1_usize..20, limit in 1_usize..400, packed: bool, cut in any::<prop::sample::Index>(),
    ) {
        let whole = content.concat();
        let form = if packed { Form::Packed } else { Form::Plain };
        are_loaded(&whole, form, cut.index(whole.len() + 1), batch, limit);
    }

    #[test]
    fn a_gzip_that_is_damaged_anywhere_is_loaded_as_far_as_it_goes_and_only_once(
        count in 0_u64..200, damage in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut packed = gzip(lines(0..count).as_bytes());
        for (at, byte) in damage {
            *at.get_mut(&mut packed) = byte;
        }
        are_loaded_as_they_are(&packed);
        are_loaded_as_they_are(&packed[..cut.index(packed.len())]);
    }
}
