//! The loss of power, as far as it can be had without one: files as a disk may be left with.

use std::fs;
use std::path::Path;

use tracking_sqlite::{Durability, SqliteStorage};

use super::dice::Dice;
use super::steps::{self, step};
use super::tools::{assert_sound, contents, contents_of, folder, sibling};

const FRAME: usize = 24 + 4096;
const HEADER: usize = 32;

/// A file and its log, as they were while a store had them open.
struct Recorded {
    file: Vec<u8>,
    log: Vec<u8>,
    /// How long the log was when a change had returned, and what the store held then.
    states: Vec<(usize, String)>,
}

impl Recorded {
    /// A store that does some steps, all of which go to the log.
    fn new(durability: Durability) -> Self {
        let folder = folder();
        let path = folder.path().join("test.db");
        drop(steps::file_after(&path, 120, durability));
        let file = fs::read(&path).unwrap();
        let store = steps::builder(&path).durability(durability);
        let store = store.open().unwrap();
        let log = || fs::read(sibling(&path, "-wal")).unwrap_or_default();
        let mut states = vec![(log().len(), contents(&store))];
        for n in 120..150 {
            step(&store, n).unwrap();
            states.push((log().len(), contents(&store)));
        }
        assert_eq!(fs::read(&path).unwrap(), file, "not all is in the log");
        let log = log();
        Self { file, log, states }
    }

    /// What must be there of a log of which only so much is.
    fn state_at(&self, length: usize) -> &str {
        let full_message = self.states.iter().rev().find(|state| state.0 <= length);
        &full_message.unwrap_or(&self.states[0]).1
    }

    fn frames(&self) -> usize {
        (self.log.len() - HEADER) / FRAME
    }
}

/// What a store finds that opens these two files.
fn opened(file: &[u8], log: &[u8]) -> String {
    let folder = folder();
    let path = folder.path().join("test.db");
    fs::write(&path, file).unwrap();
    fs::write(sibling(&path, "-wal"), log).unwrap();
    let there = contents_of(&path);
    // The last one that closed it has brought the log into the file.
    assert!(!sibling(&path, "-wal").exists());
    assert_sound(&path);
    there
}

/// With the durable setting, a save has returned only when all of its log is on the disk; so
/// wherever the log ends after a loss of power, what was acknowledged up to there is there, each
/// change as a whole, and nothing else.
#[test]
fn a_log_that_is_cut_off_anywhere_gives_what_was_acknowledged_up_to_there() {
    let recorded = Recorded::new(Durability::Power);
    let mut dice = Dice::new(7);
    let boundaries = (0..=recorded.frames()).map(|frame| HEADER + frame * FRAME);
    let anywhere = (0..60).map(|_| dice.place(recorded.log.len()));
    let header = [0, 1, 16, 31];
    let mut seen = 0;
    for length in boundaries.chain(anywhere).chain(header) {
        let there = opened(&recorded.file, &recorded.log[..length]);
        let expected = recorded.state_at(length);
        assert!(
            there == expected,
            "cut at {length} of {}",
            recorded.log.len()
        );
        seen += usize::from(there != recorded.states[0].1);
    }
    assert!(seen > recorded.frames() / 2);
}

/// Without the durable setting, the disk may have written later parts of the log and not an
/// earlier one: then the changes before that one are there, and nothing is half there.
#[test]
fn a_log_with_a_hole_gives_the_changes_before_the_hole() {
    let recorded = Recorded::new(Durability::Process);
    let mut dice = Dice::new(8);
    for round in 0..60 {
        let frame = dice.place(recorded.frames());
        let start = HEADER + frame * FRAME;
        let mut log = recorded.log.clone();
        match round % 3 {
            0 => log[start..start + FRAME].fill(0),
            1 => log[start..start + FRAME].copy_from_slice(&dice.bytes(FRAME)),
            _ => log[start + dice.place(FRAME)] ^= 1 << dice.roll(8),
        }
        let there = opened(&recorded.file, &log);
        let expected = recorded.state_at(start);
        assert!(there == expected, "round {round}, frame {frame}");
    }
}

/// While the log is brought into the file, pages of the file are old or new in any mixture; the
/// log stays until all are new, and so nothing is lost.
#[test]
fn a_file_with_old_and_new_pages_is_mended_from_the_log() {
    let recorded = Recorded::new(Durability::Process);
    let new = checkpointed(&recorded);
    let last = &recorded.states.last().unwrap().1;
    let mut dice = Dice::new(9);
    for round in 0..30 {
        let mut mixed = recorded.file.clone();
        mixed.resize(new.len().max(mixed.len()), 0);
        for (page, fresh) in mixed.chunks_mut(4096).zip(new.chunks(4096)) {
            if dice.roll(2) == 0 {
                page[..fresh.len()].copy_from_slice(fresh);
            }
        }
        // A page that was being written when the power went, half old and half new.
        let torn = dice.place(new.len() / 4096) * 4096;
        mixed[torn..torn + 512].copy_from_slice(&new[torn..torn + 512]);
        let there = opened(&mixed, &recorded.log);
        assert!(there == *last, "round {round}");
    }
}

/// The file once the log has been brought into it.
fn checkpointed(recorded: &Recorded) -> Vec<u8> {
    let folder = folder();
    let path = folder.path().join("test.db");
    fs::write(&path, &recorded.file).unwrap();
    fs::write(sibling(&path, "-wal"), &recorded.log).unwrap();
    drop(SqliteStorage::open(&path).unwrap());
    fs::read(&path).unwrap()
}

/// A file to be made whose first page alone was on the disk is no obstacle.
#[test]
fn a_file_that_was_about_to_be_made_is_made() {
    let folder = folder();
    let path = folder.path().join("test.db");
    drop(SqliteStorage::open(&path).unwrap());
    let content = fs::read(&path).unwrap();
    for length in [0, 1, 100, 512, 4095] {
        look_at_a_beginning(&content[..length], &path);
    }
}

fn look_at_a_beginning(begin: &[u8], path: &Path) {
    fs::write(path, begin).unwrap();
    match SqliteStorage::open(path) {
        Ok(store) => assert!(contents(&store).lines().count() == 2, "{}", begin.len()),
        Err(error) => super::tools::assert_reported(&error, path, ""),
    }
}
