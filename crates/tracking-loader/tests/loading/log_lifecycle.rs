//! The life of a log, loaded in portions on the way, against what must come of it.
//!
//! A test and a fuzz target make up what happens.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::vec::IntoIter;

use tracking_core::TrackingStorage;
use tracking_loader::{LoadObserver, LoadSummary, Loader};

use super::failing_store::{Failing, When};
use super::fixture::{Fixture, line_of, numbers, runs};

/// Something that happens to a log.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// So many lines are written, each so many minutes after the one before, perhaps by another
    /// user; and then so many bytes of the next line.
    Write(Vec<(u8, u8)>, usize),
    /// It is moved away, and a new one is created.
    Rotate,
    /// It is copied, and cut off.
    CopyAndTruncate,
    /// The rotated file of this number, modulo how many there are, is packed.
    Pack(usize),
    /// A copy of the rotated file, or of the log, is made.
    Copy(usize),
    /// All is loaded, and then the log is cut off.
    Truncate,
    /// All is loaded, and then the rotated file of this number is removed.
    Remove(usize),
    /// All that is there is loaded, as a folder or in an order that the number gives, in batches
    /// of so many lines; perhaps the loader is killed at a step.
    Load(usize, usize, Option<(u64, bool)>),
    /// While this many events happen, the log is followed, or the folder that it is in.
    Follow(usize, bool),
}

/// A log, and what was written to it.
pub(crate) struct Life {
    world: Rc<Fixture>,
    /// The user and the minute of each line.
    written: Vec<(u8, i64)>,
    /// What of the next line is in the log.
    half: usize,
    next: (u8, i64),
    rotated: Vec<String>,
    rotations: usize,
    copies: usize,
}

const LOG: &str = "a.log";

/// Lets all of this happen, and sees that each line is loaded once and into its run.
pub(crate) fn live(events: Vec<Event>) {
    let mut life = Life::new();
    let mut events = events.into_iter();
    while let Some(event) = events.next() {
        life.happens(event, &mut events);
    }
    life.load(0, 3, None);
    life.assert_all_is_loaded();
    let store = &life.world.store;
    assert_eq!(runs(store), life.expected_runs());
    // Nothing at all is left to be done.
    let before = store.counters().unwrap();
    life.load(1, 100, None);
    assert_eq!(store.counters().unwrap(), before);
}

impl Life {
    fn new() -> Self {
        let world = Rc::new(Fixture::new());
        world.write(LOG, "");
        Self {
            world,
            written: Vec::new(),
            half: 0,
            next: (0, 0),
            rotated: Vec::new(),
            rotations: 0,
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

    /// What comes after this event may happen while the log is followed.
    fn happens(&mut self, event: Event, then: &mut IntoIter<Event>) {
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
            Event::Rotate | Event::CopyAndTruncate | Event::Truncate if self.half > 0 => {}
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
            Event::Truncate => {
                self.load(0, 5, None);
                self.world.truncate(LOG);
            }
            Event::Remove(n) => {
                self.load(n, 5, None);
                if !self.rotated.is_empty() {
                    let name = self.rotated.remove(n % self.rotated.len());
                    self.world.remove(&name);
                }
            }
            Event::Load(order, batch, killed) => self.load(order, batch, killed),
            Event::Follow(count, folder) => self.follow(then.take(count).collect(), folder),
        }
    }

    fn rotated_name(&mut self) -> String {
        self.rotations += 1;
        let name = format!("a.log.{}", self.rotations);
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

    /// Whether any of the files holds something.
    fn has_content(&self) -> bool {
        let is_filled = |name: &String| !self.world.read(name).is_empty();
        self.all().iter().any(is_filled)
    }

    fn load(&self, order: usize, batch: usize, killed: Option<(u64, bool)>) {
        let mut names = self.all();
        let first = order % names.len();
        names.rotate_left(first);
        if order % 2 == 1 {
            names.reverse();
        }
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let sources = match order % 5 {
            4 if self.has_content() => self.world.sources(&["."]),
            _ => self.world.sources(&names),
        };
        let (step, after) = killed.unwrap_or((u64::MAX, false));
        let when = if after { When::After } else { When::Before };
        let store = Failing::at(&self.world.store, step, when);
        let loader = Loader::new(&store)
            .batch(batch)
            .parse_threads(2)
            .parse_block(64);
        match loader.load(&sources, &mut ()) {
            Ok(summary) => assert_is_well(&summary),
            Err(error) => assert!(killed.is_some(), "{error:?}"),
        }
    }

    /// Loads all, and then what comes to the log while events happen.
    fn follow(&mut self, events: Vec<Event>, folder: bool) {
        self.load(0, 5, None);
        let world = Rc::clone(&self.world);
        let loader = Loader::new(&world.store)
            .parse_threads(2)
            .parse_block(64)
            .follow(true);
        let mut observer = Following {
            life: self,
            events: events.into_iter(),
            looks: 3,
        };
        let followed = if folder { "." } else { LOG };
        let summary = loader
            .load(&world.sources(&[followed]), &mut observer)
            .unwrap();
        assert_is_well(&summary);
        self.assert_all_is_loaded();
    }

    fn assert_all_is_loaded(&self) {
        let all: Vec<_> = (0..self.written.len() as u64).collect();
        assert_eq!(numbers(&self.world.store), all);
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

fn assert_is_well(summary: &LoadSummary) {
    assert!(summary.first_error().is_none(), "{summary:?}");
    assert_eq!(summary.total.malformed, 0, "{:?}", summary.rejects);
}

/// Lets one event happen each time the loader waits, and ends some looks after the last.
struct Following<'l> {
    life: &'l mut Life,
    events: IntoIter<Event>,
    looks: u32,
}

impl LoadObserver for Following<'_> {
    fn wait(&mut self, _so_far: &LoadSummary) -> bool {
        match self.events.next() {
            // A second loader would get an error.
            Some(Event::Load(..) | Event::Follow(..) | Event::Truncate | Event::Remove(_)) => true,
            Some(event) => {
                self.life.happens(event, &mut Vec::new().into_iter());
                true
            }
            None => {
                self.looks -= 1;
                self.looks > 0
            }
        }
    }
}
