//! Other processes that use a store: writers, and a consumer of the change feed.
//!
//! A child says what it does in lines on its standard output, and ends when its standard input does.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::json;
use tracking_core::{Batch, BatchId, ChangeCursor, Error, NewTrack, Outcome, TrackingStorage};
use tracking_postgres::PostgresStorage;

use crate::dice::Dice;
use crate::replicas::wait_until;

const ROLE: &str = "TRACKING_TEST_ROLE";
const URL: &str = "TRACKING_TEST_URL";
const NAME: &str = "TRACKING_TEST_NAME";
const FROM: &str = "TRACKING_TEST_FROM";
/// A prefix that distinguishes it from the output of the test harness.
const SAYS: &str = "child: ";
/// How many threads of a writer write.
pub(crate) const THREADS: u64 = 2;

/// The program that other tests of this file start; by itself it does nothing.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let variable = |name| std::env::var(name).unwrap();
    let store = opened(&variable(URL));
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    thread::spawn(move || {
        let _ended = io::stdin().read_to_end(&mut Vec::new());
        over.store(true, Ordering::SeqCst);
        // Where the test was killed, there may be no server any more that ends it.
        thread::sleep(Duration::from_mins(1));
        std::process::exit(1);
    });
    match &*role {
        "writer" => thread::scope(|scope| {
            let (name, from) = (variable(NAME), variable(FROM));
            for (number, from) in (0..THREADS).zip(from.split(',')) {
                let (store, is_over) = (&store, &is_over);
                let writer = format!("{name}.{number}");
                let from = from.parse().unwrap();
                scope.spawn(move || write(store, &writer, from, is_over));
            }
        }),
        "consumer" => consume(&store, &is_over),
        other => panic!("{other:?} is no role"),
    }
}

fn opened(url: &str) -> PostgresStorage {
    loop {
        match PostgresStorage::open(url) {
            Ok(store) => return store,
            Err(error) => report("open", &error),
        }
    }
}

/// The batch of a number of a writer: always the same, so that it can be repeated.
pub(crate) fn batch(writer: &str, number: u64) -> Batch {
    let mut batch = Batch::new();
    for part in 0..=number % 3 {
        let data = json!({"n": number, "part": part});
        batch = batch.save(NewTrack::new("lesson", writer, data).unwrap());
    }
    batch.with_id(BatchId::new(format!("{writer}-{number}")).unwrap())
}

/// Applies one batch after the other, each until it is acknowledged, some of them once more.
fn write(store: &PostgresStorage, writer: &str, from: u64, is_over: &AtomicBool) {
    let mut dice = Dice::new(writer.bytes().map(u64::from).sum::<u64>() + from);
    for number in from.. {
        if is_over.load(Ordering::SeqCst) {
            return;
        }
        for _ in 0..=u64::from(dice.roll(4) == 0) {
            let ids = apply_until_done(store, writer, number);
            say(&format!("ack {writer} {number} {ids}"));
        }
        thread::sleep(Duration::from_micros(dice.roll(6000)));
    }
}

/// The ids of the tracks.
fn apply_until_done(store: &PostgresStorage, writer: &str, number: u64) -> String {
    loop {
        match store.apply(&batch(writer, number)) {
            Ok(outcomes) => return track_ids(outcomes),
            Err(error) => report(writer, &error),
        }
    }
}

/// The ids of the tracks that a batch has saved, with commas between them.
pub(crate) fn track_ids(outcomes: Vec<Outcome>) -> String {
    let ids = outcomes
        .into_iter()
        .map(|outcome| outcome.track().unwrap().number().to_string());
    ids.collect::<Vec<_>>().join(",")
}

/// Says which error it was, and waits before the next attempt.
fn report(who: &str, error: &Error) {
    if error.is_retryable() || error.may_have_changed() {
        say(&format!("error {who} {}", error.kind()));
        thread::sleep(Duration::from_millis(20));
    } else {
        say(&format!("fatal {who} {error:?}"));
        std::process::exit(1);
    }
}

/// Reads the feed from its beginning on.
fn consume(store: &PostgresStorage, is_over: &AtomicBool) {
    let mut after: Option<ChangeCursor> = None;
    loop {
        // Read before the feed, so that the last round sees everything.
        let is_last = is_over.load(Ordering::SeqCst);
        match store.changes(after.as_ref(), 200) {
            Ok(page) => {
                for change in &page.changes {
                    say(&format!("change {}", shown(change)));
                }
                if page.changes.is_empty() {
                    if is_last {
                        return;
                    }
                    thread::sleep(Duration::from_millis(5));
                }
                after = Some(page.next);
            }
            Err(Error::ChangesExpired { cursor, resume, .. }) => {
                say(&format!(
                    "expired {} {}",
                    cursor.position(),
                    resume.position()
                ));
                after = Some(resume);
            }
            Err(error) => report("consumer", &error),
        }
    }
}

/// An entry of the feed in a line: its epoch, position, kind and ids.
pub(crate) fn shown(change: &tracking_core::Change) -> String {
    let (cursor, (first, last)) = (change.cursor(), change.ids());
    let (epoch, position, kind) = (cursor.epoch(), cursor.position(), change.kind().code());
    format!("{epoch} {position} {kind} {first} {last}")
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    out.write_all(format!("{SAYS}{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// A line that a child has said, and in which part of the test.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) part: usize,
    pub(crate) text: String,
}

/// What all children have said, in the order of its arrival.
#[derive(Default)]
pub(crate) struct Log {
    lines: Mutex<Vec<Line>>,
    part: AtomicUsize,
}

impl Log {
    /// From here on it is the next part of the test.
    pub(crate) fn next_part(&self) {
        self.part.fetch_add(1, Ordering::SeqCst);
    }

    /// All lines that begin with a word and arrived after so many others.
    pub(crate) fn lines(&self, word: &str, after: usize) -> Vec<Line> {
        self.lines_of(&[word], after)
    }

    /// The same for several words.
    pub(crate) fn lines_of(&self, words: &[&str], after: usize) -> Vec<Line> {
        let lines = self.lines.lock();
        let later = lines.iter().skip(after);
        let wanted = later.filter(|line| {
            let word = line.text.split(' ').next();
            word.is_some_and(|word| words.contains(&word))
        });
        wanted.cloned().collect()
    }

    /// Waits for another line that begins like this.
    pub(crate) fn wait_for(&self, start: &str) {
        let before = self.len();
        wait_until(start, || {
            let lines = self.lines.lock();
            let mut later = lines.iter().skip(before);
            later.any(|line| line.text.starts_with(start))
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.lock().len()
    }

    fn take(&self, text: &str) {
        let part = self.part.load(Ordering::SeqCst);
        let text = text.to_owned();
        self.lines.lock().push(Line { part, text });
    }
}

/// Another process. It is killed when this value is dropped.
pub(crate) struct Other {
    process: std::process::Child,
    reader: Option<JoinHandle<()>>,
}

impl Other {
    /// Starts a writer; each of its threads begins with the batch of a number.
    pub(crate) fn writer(url: &str, name: &str, from: &[u64], log: &Arc<Log>) -> Self {
        let from: Vec<String> = from.iter().map(u64::to_string).collect();
        Self::start("writer", url, name, &from.join(","), log)
    }

    /// Starts a consumer of the change feed.
    pub(crate) fn consumer(url: &str, log: &Arc<Log>) -> Self {
        Self::start("consumer", url, "", "", log)
    }

    fn start(role: &str, url: &str, name: &str, from: &str, log: &Arc<Log>) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child::child", "--nocapture"])
            .env(ROLE, role)
            .env(URL, url)
            .env(NAME, name)
            .env(FROM, from)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        let log = Arc::clone(log);
        let reader = thread::spawn(move || {
            // A line that a kill has cut has no end, and was not said.
            for line in said.split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                if let Some((_, text)) = line.split_once(SAYS) {
                    log.take(text);
                }
            }
        });
        Self {
            process,
            reader: Some(reader),
        }
    }

    /// Lets it finish what it does, and waits for that.
    pub(crate) fn finish(mut self) {
        drop(self.process.stdin.take());
        assert!(self.process.wait().unwrap().success());
        self.reader.take().unwrap().join().unwrap();
    }

    /// Kills it, and waits until all that it has said has arrived.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
