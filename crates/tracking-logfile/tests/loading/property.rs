//! Random lives of a log, loaded in random portions, against what must come of it.
//!
//! `PROPTEST_CASES` raises how many there are.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tracking_core::TrackingStorage;
use tracking_logfile::{Loader, Progress};

use super::failing::{Failing, When};
use super::world::{World, gzip, line_of, lines, numbers, runs};

/// Something that happens to a log.
#[derive(Clone, Debug)]
enum Event {
    /// So many lines are written, each so many minutes after the one before, perhaps by another
    /// user; and then so many bytes of the next line.
    Write(Vec<(u8, u8)>, usize),
    /// It is moved away, and a fresh one is begun.
    Rotate,
    /// It is copied, and cut off.
    CopyAndTruncate,
    /// The rotated file of this number, modulo how many there are, is packed.
    Pack(usize),
    /// A copy of the rotated file, or of the log, is made.
    Copy(usize),
    /// All that is there is loaded, in an order that the number gives, in batches of so many
    /// lines; perhaps the loader is killed at a step.
    Load(usize, usize, Option<(u64, bool)>),
}

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
        4 => (any::<usize>(), 1_usize..8, killed)
            .prop_map(|(order, batch, killed)| Event::Load(order, batch, killed)),
    ]
}

/// A log, and what was written to it.
struct Life {
    world: World,
    /// The user and the minute of each line.
    written: Vec<(u8, i64)>,
    /// What of the next line is in the log.
    half: usize,
    next: (u8, i64),
    rotated: Vec<String>,
    copies: usize,
}

const LOG: &str = "a.log";

impl Life {
    fn new() -> Self {
        let world = World::new();
        world.write(LOG, "");
        Self {
            world,
            written: Vec::new(),
            half: 0,
            next: (0, 0),
            rotated: Vec::new(),
            copies: 0,
        }
    }

    /// The line that is written next.
    fn next_line(&self) -> String {
        let n = self.written.len() as u64;
        line_of(&format!("user{}", self.next.0), n, self.next.1 * 60)
    }

    fn write_line(&mut self, (user, pause): (u8, u8)) {
        let line = self.next_line();
        self.world.append(LOG, &line[self.half..]);
        self.written.push(self.next);
        self.half = 0;
        self.next = (user, self.next.1 + i64::from(pause));
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Write(lines, half) => {
                for line in lines {
                    self.write_line(line);
                }
                let line = self.next_line();
                let half = half.min(line.len() - 1).max(self.half);
                self.world.append(LOG, &line[self.half..half]);
                self.half = half;
            }
            // Nobody rotates within a line.
            Event::Rotate | Event::CopyAndTruncate if self.half > 0 => {}
            Event::Rotate => {
                let name = self.rotated_name();
                self.world.rename(LOG, &name);
                self.world.write(LOG, "");
            }
            Event::CopyAndTruncate => {
                let name = self.rotated_name();
                self.world.copy(LOG, &name);
                self.world.truncate(LOG);
            }
            Event::Pack(n) => {
                let count = self.rotated.len().max(1);
                if let Some(name) = self.rotated.get_mut(n % count)
                    && !name.contains(".gz")
                {
                    self.world.pack(name);
                    name.push_str(".gz");
                }
            }
            Event::Copy(n) => {
                let all = self.all();
                let from = &all[n % all.len()];
                self.copies += 1;
                let name = format!("copy{}.gz", self.copies);
                self.world.copy(from, &name);
            }
            Event::Load(order, batch, killed) => self.load(order, batch, killed),
        }
    }

    fn rotated_name(&mut self) -> String {
        let name = format!("a.log.{}", self.rotated.len() + 1);
        self.rotated.push(name.clone());
        name
    }

    fn all(&self) -> Vec<String> {
        let copies = (1..=self.copies).map(|n| format!("copy{n}.gz"));
        let log = [LOG.to_owned()];
        self.rotated
            .iter()
            .cloned()
            .chain(copies)
            .chain(log)
            .collect()
    }

    fn load(&self, order: usize, batch: usize, killed: Option<(u64, bool)>) {
        let mut names = self.all();
        let first = order % names.len();
        names.rotate_left(first);
        if order % 2 == 1 {
            names.reverse();
        }
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let sources = self.world.sources(&names);
        let (step, after) = killed.unwrap_or((u64::MAX, false));
        let when = if after { When::After } else { When::Before };
        let store = Failing::at(&self.world.store, step, when);
        let loader = Loader::new(&store).batch(batch);
        match loader.load(&sources, &mut ()) {
            Ok(summary) => {
                assert!(summary.first_error().is_none(), "{summary:?}");
                assert_eq!(summary.total.malformed, 0, "{:?}", summary.rejects);
            }
            Err(error) => assert!(killed.is_some(), "{error:?}"),
        }
    }

    /// Which lines belong together: those of a user without a pause of more than 30 minutes.
    fn expected_runs(&self) -> BTreeSet<Vec<u64>> {
        let mut runs = BTreeSet::new();
        let mut open: BTreeMap<u8, (i64, Vec<u64>)> = BTreeMap::new();
        for ((user, minute), n) in self.written.iter().zip(0..) {
            let (last, run) = open.entry(*user).or_insert((*minute, Vec::new()));
            if minute - *last > 30 {
                runs.insert(std::mem::take(run));
            }
            *last = *minute;
            run.push(n);
        }
        runs.extend(open.into_values().map(|(_, run)| run));
        runs
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2000, ..ProptestConfig::with_cases(
        std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60),
    )})]

    #[test]
    fn whatever_happens_to_a_log_each_line_is_loaded_once_and_into_its_run(
        events in prop::collection::vec(event(), 1..25),
    ) {
        let mut life = Life::new();
        for event in events {
            life.happens(event);
        }
        life.load(0, 3, None);
        let store = &life.world.store;
        prop_assert_eq!(numbers(store), (0..life.written.len() as u64).collect::<Vec<_>>());
        let found = runs(store);
        prop_assert_eq!(found, life.expected_runs());
        // Nothing at all is left to be done.
        let before = store.counters().unwrap();
        life.load(1, 100, None);
        prop_assert_eq!(store.counters().unwrap(), before);
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
        let world = World::new();
        let loader = world.loader().batch(batch).line_limit(limit).any_format(true).last_lines(true);
        let form = |text: &[u8]| if packed { gzip(text) } else { text.to_vec() };
        // The start first, up to some line's end, and then all of it.
        let cut = cut.index(whole.len() + 1);
        let cut = whole[..cut].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        world.write("a.log", form(&whole[..cut]));
        let first = loader.load(&world.sources(&["a.log"]), &mut ()).unwrap();
        world.write("a.log", form(&whole));
        let mut told = 0;
        let mut see = |progress: Progress<'_>| told = progress.lines;
        let second = loader.load(&world.sources(&["a.log"]), &mut see).unwrap();
        let counted = first.total.lines + second.total.lines;
        let expected = whole.split_inclusive(|byte| *byte == b'\n').count() as u64;
        prop_assert_eq!(counted, expected);
        for total in [&first.total, &second.total] {
            prop_assert_eq!(
                total.lines,
                total.blank + total.comments + total.rests + total.valid + total.malformed
            );
            prop_assert_eq!(total.valid, total.tracks);
        }
        let again = loader.load(&world.sources(&["a.log"]), &mut ()).unwrap();
        prop_assert_eq!(again.total.lines, 0);
    }
}
