//! Following logs as they grow and are rotated, step by step.

use std::collections::VecDeque;

use tracking_loader::{LoadObserver, LoadSummary, LogState, Source, SourceError};

use super::fixture::{Fixture, line, lines};

type Act<'w> = Box<dyn FnMut(&Fixture) + 'w>;

/// Does something to the logs each time the loader waits, and ends when it has nothing to do.
pub(super) struct Script<'w> {
    world: &'w Fixture,
    acts: VecDeque<Act<'w>>,
    waits: usize,
    /// The sources that the loader reported as unreadable, with the errors.
    unreadable: Vec<String>,
}

impl<'w> Script<'w> {
    pub(super) fn new(world: &'w Fixture) -> Self {
        let acts = VecDeque::new();
        Self {
            world,
            acts,
            waits: 0,
            unreadable: Vec::new(),
        }
    }

    pub(super) fn then(mut self, act: impl FnMut(&Fixture) + 'w) -> Self {
        self.acts.push_back(Box::new(act));
        self
    }

    pub(super) fn follow(self, names: &[&str]) -> LoadSummary {
        self.follow_and_report(names).0
    }

    /// Follows logs, and also returns the sources that were reported as unreadable.
    pub(super) fn follow_and_report(mut self, names: &[&str]) -> (LoadSummary, Vec<String>) {
        let logs = self.world.sources(names);
        let loader = self.world.loader().follow(true);
        let summary = loader.load(&logs, &mut self).unwrap();
        assert!(self.acts.is_empty());
        (summary, self.unreadable)
    }
}

impl LoadObserver for Script<'_> {
    fn unreadable(&mut self, source: &Source, error: &SourceError) {
        assert!(error.to_string().contains(&source.to_string()), "{error}");
        let name = source.to_string();
        let name = name.rsplit_once('/').map_or("", |(_, name)| name);
        self.unreadable.push(name.to_owned());
    }

    fn wait(&mut self, _so_far: &LoadSummary) -> bool {
        self.waits += 1;
        match self.acts.pop_front() {
            Some(mut act) => {
                act(self.world);
                true
            }
            None => false,
        }
    }
}

#[test]
fn what_is_written_later_is_loaded_and_half_lines_wait() {
    let world = Fixture::new();
    world.write("a.log", lines(0..3));
    let last = line(4);
    let summary = Script::new(&world)
        .then(|world| world.append("a.log", line(3) + &last[..30]))
        .then(|world| {
            world.assert_has(0..4);
            world.append("a.log", &last[30..]);
        })
        .then(|world| world.assert_has(0..5))
        .then(|world| world.append("a.log", lines(5..7)))
        .follow(&["a.log"]);
    assert_eq!((summary.logs.len(), summary.total.tracks), (1, 7));
    world.assert_has(0..7);
}

#[test]
fn a_log_that_is_not_there_yet_or_empty_is_loaded_once_it_is() {
    let world = Fixture::new();
    world.write("b.log", "");
    let summary = Script::new(&world)
        .then(|_| {})
        .then(|world| world.write("a.log", line(0)))
        .then(|world| world.append("b.log", line(1)))
        .then(|world| world.append("a.log", line(2)))
        .follow(&["a.log", "b.log"]);
    let states: Vec<_> = summary.logs.iter().map(|log| log.state).collect();
    assert_eq!(states, [LogState::New, LogState::New]);
    assert!(summary.first_error().is_none());
    world.assert_has(0..3);
}

#[test]
fn a_rotation_loses_nothing_of_what_comes_before_and_after() {
    let world = Fixture::new();
    world.write("a.log", lines(0..3));
    Script::new(&world)
        .then(|world| {
            // Written after the loader looked, before the rotation.
            world.append("a.log", line(3));
            world.rename("a.log", "a.log.1");
            world.write("a.log", line(4));
        })
        // The server still has the old file open.
        .then(|world| world.append("a.log.1", line(5)))
        .then(|world| world.append("a.log", line(6)))
        .follow(&["a.log"]);
    world.assert_has(0..7);
    world.load(&["a.log", "a.log.1"]);
    world.assert_has(0..7);
}

#[test]
fn a_log_that_was_empty_or_not_there_may_be_rotated_before_it_is_looked_at_again() {
    let world = Fixture::new();
    world.write("a.log", "");
    Script::new(&world)
        .then(|world| {
            world.append("a.log", lines(0..3));
            world.append("b.log", lines(10..12));
            for name in ["a.log", "b.log"] {
                world.rename(name, &format!("{name}.1"));
                world.write(name, "");
            }
        })
        .then(|world| world.append("a.log", lines(3..5)))
        .follow(&["a.log", "b.log"]);
    world.assert_has((0..5).chain(10..12));
}

#[test]
fn two_rotations_between_two_looks_lose_nothing() {
    let world = Fixture::new();
    // Older ones, which nobody asked for.
    world.write("a.log.2", lines(100..103));
    let past = std::time::SystemTime::UNIX_EPOCH;
    let old = std::fs::File::options()
        .write(true)
        .open(world.path("a.log.2"));
    old.unwrap().set_modified(past).unwrap();
    world.write("a.log", lines(0..3));
    Script::new(&world)
        .then(|world| {
            world.append("a.log", line(3));
            world.rename("a.log.2", "a.log.4");
            world.rename("a.log", "a.log.3");
            world.write("a.log.2", lines(4..8));
            world.pack("a.log.2");
            world.write("a.log.1", lines(8..10));
            world.write("a.log", lines(10..12));
        })
        .then(|world| world.append("a.log", line(12)))
        .follow(&["a.log"]);
    world.assert_has(0..13);
}

#[test]
fn copytruncate_loses_nothing_of_what_is_in_the_copy() {
    let world = Fixture::new();
    world.write("a.log", lines(0..3));
    Script::new(&world)
        .then(|world| {
            world.append("a.log", line(3));
            world.copy("a.log", "a.log.1");
            world.truncate("a.log");
        })
        .then(|world| world.append("a.log", lines(4..6)))
        .then(|world| {
            // Now more comes than there was, before the loader looks.
            world.append("a.log", line(6));
            world.copy("a.log", "a.log.2");
            world.truncate("a.log");
            world.append("a.log", lines(7..30));
        })
        .then(|world| world.append("a.log", line(30)))
        .follow(&["a.log"]);
    world.assert_has(0..31);
}

#[test]
fn many_rotations_are_followed_and_old_files_are_closed() {
    let world = Fixture::new();
    world.write("a.log", line(0));
    let mut script = Script::new(&world);
    for n in 1..20 {
        script = script.then(move |world| {
            world.rename("a.log", &format!("a.log.{n}"));
            world.write("a.log", line(n));
        });
    }
    for _ in 0..70 {
        script = script.then(|_| {});
    }
    script.follow(&["a.log"]);
    world.assert_has(0..20);
}

#[test]
fn a_log_and_its_copy_are_followed_with_each_line_once() {
    let world = Fixture::new();
    world.write("a.log", lines(0..3));
    world.copy("a.log", "b.log");
    Script::new(&world)
        .then(|world| world.append("a.log", line(3)))
        .then(|world| world.append("b.log", lines(3..5)))
        .then(|world| world.append("a.log", lines(4..6)))
        .then(|_| {})
        .then(|_| {})
        .follow(&["a.log", "b.log"]);
    world.assert_has(0..6);
}
