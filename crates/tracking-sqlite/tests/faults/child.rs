//! Another process that has the file open; its standard input has a command per line.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use tracking_core::{Batch, NewTrack, Query, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::{Durability, SqliteStorage};

use super::tools::{full_message, try_contents};
use super::{delayed, steps};

const FILE: &str = "TRACKING_TEST_FILE";
const OPTIONS: &str = "TRACKING_TEST_OPTIONS";
/// A prefix that distinguishes it from the output of the test harness.
const ANSWER: &str = "answer: ";

/// The program that other tests of this file start; by itself, without a file, it does nothing.
#[test]
fn child() {
    let Some(file) = std::env::var_os(FILE) else {
        return;
    };
    let options = std::env::var(OPTIONS).unwrap();
    let store = match open(Path::new(&file), &options) {
        Ok(store) => store,
        Err(error) => return say(&format!("error: {}", full_message(&error))),
    };
    say("open");
    for line in io::stdin().lines() {
        let line = line.unwrap();
        let (order, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match order {
            "steps" => return endless(store, Path::new(&file), &options, rest.parse().unwrap()),
            "step" => say(&report(steps::step(&store, rest.parse().unwrap()))),
            "save" => say(&report(store.save_data(
                "lesson",
                rest,
                serde_json::json!({}),
            ))),
            "many" => many(&store, rest),
            "delayed" => delayed(&store),
            "delayed-silent" => {
                for n in delayed::loaded(&store).. {
                    store.apply_delayed(&delayed::batch(n)).unwrap();
                }
            }
            "count" => say(&report(store.count(&Query::all()))),
            "held" => say(&try_contents(&store)
                .map_or_else(|e| full_message(&*e), |contents| digest(&contents))),
            "go" => say(&report(std::env::set_current_dir(rest))),
            other => panic!("{other:?} is no order"),
        }
    }
}

fn open(file: &Path, options: &str) -> tracking_core::Result<SqliteStorage> {
    let mut builder = if options.contains("read-only") {
        SqliteStorage::builder(file).read_only()
    } else if options.contains("real-clock") {
        SqliteStorage::builder(file)
    } else {
        steps::builder(file)
    };
    builder = builder.busy_timeout(Duration::from_secs(5));
    if options.contains("power") {
        builder = builder.durability(Durability::Power);
    }
    builder.open()
}

/// Does steps for ever, and says the number of each once it is done. Now and then it opens the
/// file again, since the last one that closes it has work to do.
fn endless(mut store: SqliteStorage, file: &Path, options: &str, from: u64) {
    for n in from.. {
        steps::step(&store, n).unwrap();
        say(&n.to_string());
        if n % 50 == 49 {
            drop(store);
            store = open(file, options).unwrap();
        }
    }
}

/// Saves so many pairs of tracks for a user, and says the ids of each.
fn many(store: &SqliteStorage, order: &str) {
    let (count, user) = order.split_once(' ').unwrap();
    for n in 0..count.parse().unwrap() {
        let track = |of| NewTrack::new("lesson", user, serde_json::json!({"n": n, "of": of}));
        let batch = Batch::new().save(track(1).unwrap()).save(track(2).unwrap());
        let outcomes = store.apply(&batch).unwrap();
        let ids: Vec<String> = outcomes
            .into_iter()
            .map(|outcome| outcome.track().unwrap().number().to_string())
            .collect();
        say(&ids.join(" "));
    }
    say("done");
}

/// Loads for ever from where the checkpoint is, with delayed commits, as a loader of a log does. It
/// says the number of each batch, and after a flush that all before are stored.
fn delayed(store: &SqliteStorage) {
    for n in delayed::loaded(store).. {
        store.apply_delayed(&delayed::batch(n)).unwrap();
        say(&n.to_string());
        if n % 7 == 6 {
            store.flush().unwrap();
            say(&format!("stored {}", n + 1));
        }
    }
}

/// Short enough for a line, long enough not to be the same by chance.
pub(crate) fn digest(text: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x} of {} bytes", hasher.finish(), text.len())
}

fn report<T: std::fmt::Debug, E: std::error::Error>(result: Result<T, E>) -> String {
    match result {
        Ok(answer) => format!("ok {answer:?}"),
        Err(error) => format!("error: {}", full_message(&error)),
    }
}

fn say(answer: &str) {
    let mut out = io::stdout().lock();
    out.write_all(format!("{ANSWER}{answer}\n").as_bytes())
        .unwrap();
    out.flush().unwrap();
}

/// The other process, as its test has it. It ends with this value.
pub(crate) struct Other {
    process: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Other {
    /// Starts it on this file; the first answer is `open` or an error.
    pub(crate) fn start(file: &Path, options: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        Self::start_by(&mut command, file, options)
    }

    /// The same by a command to which what the program needs is added.
    pub(crate) fn start_by(command: &mut Command, file: &Path, options: &str) -> Self {
        let mut process = command
            .args(["--exact", "child::child", "--nocapture"])
            .env(FILE, file)
            .env(OPTIONS, options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            orders: process.stdin.take(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    /// Starts it, and fails where it cannot open the file.
    pub(crate) fn opened(file: &Path, options: &str) -> Self {
        let mut other = Self::start(file, options);
        assert_eq!(other.answer().unwrap(), "open");
        other
    }

    /// The next answer; nothing once it has ended.
    pub(crate) fn answer(&mut self) -> Option<String> {
        let mut line = String::new();
        while self.answers.read_line(&mut line).unwrap() > 0 {
            // The harness writes the test's name and no line break before the first one.
            if let Some((_, answer)) = line.split_once(ANSWER) {
                // One that was cut off by a kill was not given.
                return answer.strip_suffix('\n').map(str::to_owned);
            }
            line.clear();
        }
        None
    }

    pub(crate) fn order(&mut self, order: &str) {
        let orders = self.orders.as_mut().unwrap();
        orders.write_all(format!("{order}\n").as_bytes()).unwrap();
    }

    /// Gives an order and waits for the answer.
    pub(crate) fn ask(&mut self, order: &str) -> String {
        self.order(order);
        self.answer().unwrap()
    }

    /// Ends it at once, whatever it does, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
