//! A consumer that keeps a copy of a store by its change feed alone.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tracking_core::{Change, ChangeCursor, ChangeFeed, ChangeKind, Removal};

use super::super::dice::{Dice, repetitions};
use super::super::prelude::*;

const WRITERS: u64 = 8;

/// How many calls each writer makes; `TRACKING_FEED_CALLS` asks for more.
fn calls() -> u64 {
    repetitions("TRACKING_FEED_CALLS", 40)
}

/// Makes a change of some kind.
fn write(s: &Store, dice: &mut Dice, n: u64) {
    let (who, what) = (format!("u{}", dice.roll(6)), format!("a{}", dice.roll(4)));
    let last = s
        .counters()
        .unwrap()
        .last_track()
        .map_or(1, TrackId::number);
    let some = id(1 + dice.roll(last));
    match dice.roll(15) {
        0..5 => {
            save(s, &what, &who, json!({"n": n}));
        }
        5 => {
            merge(s, &what, &who, json!({"m": n}));
        }
        6 => {
            let batch = Batch::new()
                .start_run(NewRun::of(task(&what)))
                .save(new(&what, &who, json!({"n": n})).in_run(RunChoice::Started(0)))
                .remove(some)
                .save(new(&what, &who, json!({"o": n})));
            s.apply(&batch).unwrap();
        }
        7 => {
            let _may_be_gone = s.update(TrackUpdate::merge(some, object(json!({"u": n}))));
        }
        8 => {
            s.remove(some).unwrap();
        }
        9 => {
            stop(s, task(&what));
        }
        10 => {
            s.rename_user(&user(&who), &user("renamed")).unwrap();
        }
        11 => {
            s.erase_user(&user(&who)).unwrap();
        }
        12 => {
            let old = Removal::old_tracks(Retention::none().keep_last(3));
            s.remove_by(&old.with_empty_runs()).unwrap();
        }
        13 => {
            let runs = RunQuery::all().task(what.as_str()).limit(1);
            s.remove_by(&Removal::runs(runs)).unwrap();
        }
        _ => {
            let query = Query::all().task(what.as_str()).limit(2);
            s.remove_matching(&query).unwrap();
        }
    }
}

/// What the consumer has written down: after a crash, this is all that it has.
#[derive(Clone, Default)]
struct Copy {
    tracks: BTreeMap<TrackId, Track>,
    runs: BTreeMap<RunId, Run>,
    after: Option<ChangeCursor>,
    entries: u64,
}

impl Copy {
    /// Takes over what one entry is about, and its cursor with it.
    fn handle(&mut self, s: &Store, change: &Change) {
        let mut touched: Vec<RunId> = change.runs().collect();
        for id in change.tracks() {
            match s.track(id).unwrap() {
                Some(track) => {
                    touched.push(track.run());
                    self.tracks.insert(id, track);
                }
                // It was removed meanwhile, maybe after it had moved the end of its run.
                None => touched.extend(self.tracks.remove(&id).map(|track| track.run())),
            }
        }
        touched.dedup();
        for id in touched {
            self.take_run(s, id, change.kind() == ChangeKind::RunStarted);
        }
        self.after = Some(change.cursor());
        self.entries += 1;
    }

    fn take_run(&mut self, s: &Store, id: RunId, is_new: bool) {
        if let Some(run) = s.run(&id.into()).unwrap() {
            // Each run takes the place of the current one of its task.
            for other in self.runs.range_mut(..id).map(|(_, other)| other) {
                if is_new && other.task() == run.task() {
                    *other = other.clone().with_current(false);
                }
            }
            self.runs.insert(id, run);
        } else {
            self.runs.remove(&id);
            // What it has replaced as the current run of its task cannot be told any more.
            let current = self.runs.values().filter(|run| is_new && run.is_current());
            let current: Vec<RunId> = current.map(Run::id).collect();
            for id in current {
                self.take_run(s, id, false);
            }
        }
    }
}

/// Follows the feed until it is at its end and nobody writes any more. Now and then it is killed:
/// then it continues with what it had written down at some earlier moment.
fn follow(s: &Store, is_over: &AtomicBool) -> Copy {
    let mut dice = Dice::new(0);
    let (mut written, mut copy) = (Copy::default(), Copy::default());
    loop {
        // Asked first, so that what is written after it is seen once more.
        let was_over = is_over.load(Ordering::SeqCst);
        let limit = usize::try_from(1 + dice.roll(20)).unwrap();
        let page = s.changes(copy.after.as_ref(), limit).unwrap();
        for change in &page.changes {
            copy.handle(s, change);
            match dice.roll(8) {
                0 => copy = written.clone(),
                1..4 => written = copy.clone(),
                _ => continue,
            }
            if copy.after != Some(change.cursor()) {
                break;
            }
        }
        let is_at_the_end = copy.after == Some(s.last_change().unwrap());
        if is_at_the_end && was_over {
            return copy;
        }
        if let (true, Some(after)) = (is_at_the_end, &copy.after) {
            s.wait_for_changes(after, Duration::from_millis(20))
                .unwrap();
        }
    }
}

pub(super) fn follow_eight_writers(ctx: &Context<'_>) {
    let s = ctx.store();
    s.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    let begin = s.last_change().unwrap();
    let is_over = AtomicBool::new(false);
    let copy = thread::scope(|scope| {
        let consumer = scope.spawn(|| follow(s, &is_over));
        let write_all = |writer: u64| {
            let mut dice = Dice::new(writer + 1);
            (0..calls()).for_each(|n| write(s, &mut dice, n));
        };
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(move || write_all(writer)))
            .collect();
        let written: Vec<_> = writers
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        // There is an entry for the consumer to begin with, whatever the writers did.
        save(s, "a0", "u0", json!({}));
        is_over.store(true, Ordering::SeqCst);
        for written in written {
            written.unwrap();
        }
        consumer.join().unwrap()
    });
    let tracks: Vec<Track> = copy.tracks.into_values().collect();
    assert_eq!(tracks, s.query(&Query::all()).unwrap(), "tracks");
    let runs = s.runs(&RunQuery::all()).unwrap();
    let there: Vec<RunId> = copy.runs.keys().copied().collect();
    assert_eq!(there, runs.iter().map(Run::id).collect::<Vec<_>>(), "runs");
    for run in &runs {
        let mine = &copy.runs[&run.id()];
        assert_eq!(
            (mine.is_current(), mine.is_finished()),
            (run.is_current(), run.is_finished())
        );
    }
    let count = s.last_change().unwrap().position() - begin.position();
    assert_eq!(
        copy.entries, count,
        "every entry was handled once in what was written down"
    );
}
