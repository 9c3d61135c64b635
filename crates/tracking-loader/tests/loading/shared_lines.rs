//! Different logs that begin alike.

use super::fixture::{Fixture, gzip, line, lines};

const HEADER: &str = "#Software: Server 1.0\n#Version: 1.0\n#Fields: date time c-ip cs-uri-stem\n";

fn w3c(numbers: std::ops::Range<u64>) -> String {
    let line = |n| format!("2026-11-23 15:{:02}:{:02} 192.0.2.1 /{n}\n", n / 60, n % 60);
    numbers.map(line).collect()
}

#[test]
fn two_logs_with_one_header_are_two() {
    let world = Fixture::new();
    world.write("a.log", HEADER.to_owned() + &w3c(0..10));
    world.write("b.log", HEADER.to_owned() + &w3c(10..15));
    world.load(&["b.log", "a.log"]);
    world.assert_has(0..15);
    world.append("b.log", w3c(15..20));
    world.load(&["a.log", "b.log"]);
    world.assert_has(0..20);
}

#[test]
fn two_logs_with_one_first_line_are_two_also_packed_and_whichever_comes_first() {
    let one = line(0) + &lines(1..10);
    let other = line(0) + &lines(10..13);
    for (first, second) in [(&one, &other), (&other, &one)] {
        for packed in [false, true] {
            let world = Fixture::new();
            let form = |text: &String| {
                let bytes = text.clone().into_bytes();
                if packed { gzip(&bytes) } else { bytes }
            };
            world.write("a", form(first));
            world.load(&["a"]);
            world.write("b", form(second));
            world.load(&["b"]);
            world.load(&["a", "b"]);
            let expected: Vec<u64> = [0, 0].into_iter().chain(1..13).collect();
            assert_eq!(world.numbers(), expected);
            // Each continues separately.
            world.write("a", form(&(first.clone() + &line(13))));
            world.write("b", form(&(second.clone() + &line(14))));
            world.load(&["b", "a"]);
            world.load(&["a", "b"]);
            let expected: Vec<u64> = [0, 0].into_iter().chain(1..15).collect();
            assert_eq!(world.numbers(), expected);
        }
    }
}

#[test]
fn two_logs_that_part_late_are_two() {
    // The same for hundreds of kilobytes, and then not.
    let common = lines(0..5000);
    let world = Fixture::new();
    world.write("a.log", common.clone() + &lines(5000..5010));
    world.load(&["a.log"]);
    world.write("b.log", common + &lines(6000..7000));
    assert_eq!(world.load(&["b.log"]).total.tracks, 6000);
    assert_eq!(world.load(&["a.log", "b.log"]).total.lines, 0);
}

#[test]
fn a_first_line_without_end_is_one_log_of_its_own_kind() {
    let world = Fixture::new();
    let long = "x".repeat(200_000);
    world.write("a.log", format!("{}{long}\n{}", &line(0)[..50], line(1)));
    world.write("b.log", format!("{}{long}y\n{}", &line(0)[..50], line(2)));
    let loader = world.loader().line_limit(1000).any_format(true);
    let summary = world.load_with(&loader, &["a.log", "b.log"]).unwrap();
    assert_eq!((summary.total.malformed, summary.total.tracks), (2, 2));
    assert_eq!(
        world
            .load_with(&loader, &["b.log", "a.log"])
            .unwrap()
            .total
            .lines,
        0
    );
    world.assert_has(1..3);
}
