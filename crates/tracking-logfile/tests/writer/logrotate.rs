//! Real logrotate, while threads write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tracking_logfile::MessageLogger;

use super::tools::{messages, names, skipped, text};

const THREADS: usize = 4;
const ROTATIONS: usize = 8;

struct Logrotate {
    program: PathBuf,
    folder: TempDir,
}

impl Logrotate {
    /// Nothing, and said so, where there is no logrotate.
    fn with(options: &str) -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        // It often is where only the superuser looks.
        let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
        let mut programs = folders.map(|folder| folder.join("logrotate"));
        let Some(program) = programs.find(|program| program.is_file()) else {
            skipped("logrotate is not there");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let logrotate = Self { program, folder };
        let rules = format!(
            "\"{}\" {{\n rotate 1000\n {options}\n}}\n",
            logrotate.log().display()
        );
        fs::write(logrotate.folder.path().join("rules"), rules).unwrap();
        Some(logrotate)
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("test.log")
    }

    fn rotate(&self) {
        let in_folder = |name: &str| self.folder.path().join(name);
        let mut command = Command::new(&self.program);
        command
            .arg("--force")
            .arg("--state")
            .arg(in_folder("state"))
            .arg(in_folder("rules"));
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The files of the log, oldest first, the log itself last. There are no others.
    fn files(&self) -> Vec<PathBuf> {
        let number = |name: &str| {
            let rest = name.strip_prefix("test.log").unwrap();
            let rest = rest.strip_suffix(".gz").unwrap_or(rest);
            rest.strip_prefix('.')
                .map_or(0, |number| number.parse::<u32>().unwrap())
        };
        let mut names = names(self.folder.path());
        names.retain(|name| name != "rules" && name != "state");
        names.sort_by_key(|name| std::cmp::Reverse(number(name)));
        names
            .iter()
            .map(|name| self.folder.path().join(name))
            .collect()
    }

    /// Rotates while threads write `<thread> <number>`; says how many each has written.
    ///
    /// Before each rotation but the first, somebody has written since the last one. Else a thread
    /// that the system holds up within a line for the time of two rotations would write into a
    /// file that logrotate has compressed already.
    fn rotate_under_load(&self, logger: &MessageLogger) -> [u32; THREADS] {
        let end = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let writers = [0, 1, 2, 3].map(|thread| {
                let end = &end;
                scope.spawn(move || {
                    let mut n = 0;
                    while !end.load(Ordering::Relaxed) {
                        logger.log(format!("{thread} {n}")).unwrap();
                        n += 1;
                    }
                    n
                })
            });
            for _ in 0..ROTATIONS {
                self.rotate();
                while !fs::metadata(self.log()).is_ok_and(|log| log.len() > 0) {
                    std::thread::yield_now();
                }
            }
            end.store(true, Ordering::Relaxed);
            writers.map(|writer| writer.join().unwrap())
        })
    }
}

fn logger(log: &Path) -> MessageLogger {
    MessageLogger::builder("test", log).build().unwrap()
}

fn thread_and_number(message: &str) -> (usize, u32) {
    let (thread, number) = message.split_once(' ').unwrap();
    (thread.parse().unwrap(), number.parse().unwrap())
}

#[test]
fn logrotate_create_under_load_loses_doubles_and_reorders_nothing() {
    let Some(logrotate) = Logrotate::with("create\n compress\n delaycompress") else {
        return;
    };
    let logger = logger(&logrotate.log());
    let written = logrotate.rotate_under_load(&logger);
    let files = logrotate.files();
    assert_eq!(files.len(), ROTATIONS + 1, "{files:?}");
    let mut next = [0; THREADS];
    for message in files.iter().flat_map(|path| messages(path)) {
        let (thread, number) = thread_and_number(&message);
        assert_eq!(number, next[thread], "of thread {thread}");
        next[thread] += 1;
    }
    assert_eq!((next, logger.lost()), (written, 0));
}

#[test]
fn logrotate_that_only_moves_loses_nothing() {
    let Some(logrotate) = Logrotate::with("nocreate\n missingok") else {
        return;
    };
    let logger = logger(&logrotate.log());
    for n in 0..4 {
        logger.log(n.to_string()).unwrap();
        logrotate.rotate();
    }
    logger.log("4").unwrap();
    let all: Vec<_> = logrotate
        .files()
        .iter()
        .flat_map(|path| messages(path))
        .collect();
    assert_eq!(all, ["0", "1", "2", "3", "4"]);
}

#[test]
fn logrotate_copytruncate_loses_nothing_while_nobody_writes() {
    let Some(logrotate) = Logrotate::with("copytruncate\n compress") else {
        return;
    };
    let logger = logger(&logrotate.log());
    for n in 0..4 {
        logger.log(n.to_string()).unwrap();
        logrotate.rotate();
        assert_eq!(text(&logrotate.log()), "");
    }
    logger.log("4").unwrap();
    let all: Vec<_> = logrotate
        .files()
        .iter()
        .flat_map(|path| messages(path))
        .collect();
    assert_eq!(all, ["0", "1", "2", "3", "4"]);
}

/// What logrotate does not copy before it truncates is lost with any writer. What is sure, and
/// tested: each file has an unbroken run of lines as they were written, in order, with no hole
/// and nothing doubled; so at each cut only the last lines before it can be missing, and of one
/// line a half may be left at the end of the copy.
#[test]
fn logrotate_copytruncate_under_load_loses_only_what_is_between_its_copy_and_its_cut() {
    let Some(logrotate) = Logrotate::with("copytruncate") else {
        return;
    };
    let logger = logger(&logrotate.log());
    let written = logrotate.rotate_under_load(&logger);
    let files = logrotate.files();
    assert_eq!(files.len(), ROTATIONS + 1, "{files:?}");
    let (mut next, mut missing) = ([0; THREADS], 0);
    for path in &files {
        let text = text(path);
        // A half line at the end of a copy; the log itself has none.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        assert!(whole == text.len() || *path != logrotate.log());
        let mut found = [false; THREADS];
        for line in text[..whole].lines() {
            let (thread, number) = thread_and_number(line.split_once(';').unwrap().1);
            assert!(number >= next[thread], "{line:?} is doubled in {path:?}");
            let gap = number - next[thread];
            assert!(
                gap == 0 || !found[thread],
                "{gap} lines are missing in {path:?} before {line}"
            );
            (next[thread], found[thread]) = (number + 1, true);
            missing += gap;
        }
    }
    let there: u32 = files.iter().map(|path| messages_of(path)).sum();
    let unseen: u32 = written
        .iter()
        .zip(next)
        .map(|(written, next)| written - next)
        .sum();
    assert_eq!(there + missing + unseen, written.iter().sum::<u32>());
    assert_eq!(logger.lost(), 0);
}

fn messages_of(path: &Path) -> u32 {
    u32::try_from(text(path).matches('\n').count()).unwrap()
}
