//! Another process that writes; its standard input has a command per line.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tracking_core::Zone;
use tracking_logfile::{MessageLogger, WriterError};

const LOG: &str = "TRACKING_TEST_LOG";
/// A prefix that distinguishes it from the output of the test harness.
const ANSWER: &str = "answer: ";

/// The program that other tests of this file start; by itself, without a log, it does nothing.
#[test]
fn child() {
    let Some(log) = std::env::var_os(LOG) else {
        return;
    };
    let builder = MessageLogger::builder("child", &log).zone(Zone::utc());
    let logger = builder.rotate_at(2000).gzip().build();
    let Ok(logger) = logger.map_err(|error| say(&report(Err(error)))) else {
        return;
    };
    say("open");
    for line in io::stdin().lines() {
        let line = line.unwrap();
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("log", message) => say(&report(logger.log(message))),
            ("stream", from) => stream(&logger, from.parse().unwrap()),
            ("rotate", _) => say(&report(logger.rotate())),
            ("flush", _) => say(&report(logger.flush())),
            ("lost", _) => say(&logger.lost().to_string()),
            other => panic!("{other:?} is no command"),
        }
    }
}

/// Writes numbers for ever, and says each once it is written.
fn stream(logger: &MessageLogger, from: u32) {
    for n in from.. {
        logger.log(n.to_string()).unwrap();
        say(&n.to_string());
    }
}

fn say(answer: &str) {
    let mut out = io::stdout().lock();
    out.write_all(format!("{ANSWER}{answer}\n").as_bytes())
        .unwrap();
    out.flush().unwrap();
}

fn report(result: Result<(), WriterError>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(error) => {
            let debug = format!("{error:?}");
            format!("{}: {error}", debug.split(' ').next().unwrap())
        }
    }
}

/// The other process, as its test has it. It ends with this value.
pub(crate) struct Other {
    process: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Other {
    /// Starts it, with this log; the first answer is `open` or an error.
    pub(crate) fn start(log: &Path) -> Self {
        Self::start_by(&mut Command::new(std::env::current_exe().unwrap()), log)
    }

    /// The same by a command to which what the program needs is added.
    pub(crate) fn start_by(command: &mut Command, log: &Path) -> Self {
        let mut process = command
            .args(["--exact", "child::child", "--nocapture"])
            .env(LOG, log)
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

    /// The next answer; nothing once it has ended.
    pub(crate) fn answer(&mut self) -> Option<String> {
        let mut line = String::new();
        while self.answers.read_line(&mut line).unwrap() > 0 {
            // The harness writes the test's name and no line break before the first one.
            if let Some((_, answer)) = line.split_once(ANSWER) {
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

    /// Ends it at once, whatever it does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
    }

    /// Lets it come to its end.
    pub(crate) fn end(mut self) {
        self.orders = None;
        assert_eq!(self.answer(), None);
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
