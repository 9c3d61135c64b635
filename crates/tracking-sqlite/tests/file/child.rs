//! Another process that uses a file, told line by line what to do.

use std::fs::{self, Permissions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tracking_core::{Query, TrackingStorage, TrackingStorageExt};
use tracking_sqlite::{Durability, SqliteStorage};

const FILE: &str = "TRACKING_TEST_FILE";
/// So that what the test harness prints is told apart.
const ANSWER: &str = "answer: ";
/// Somebody whom rights bind; they do not bind the superuser.
const NOBODY: u32 = 65534;

/// The program that other tests of this file start; by itself, without a file, it does nothing.
#[test]
fn child() {
    let Some(file) = std::env::var_os(FILE) else {
        return;
    };
    let mut store: Option<SqliteStorage> = None;
    for line in io::stdin().lines() {
        let line = line.unwrap();
        let (order, rest) = line.split_once(' ').unwrap_or((&line, ""));
        if order == "open" {
            store = None;
            let builder = SqliteStorage::builder(&file).busy_timeout(Duration::from_secs(20));
            let opened = match rest {
                "read" => builder.read_only().open(),
                "power" => builder.durability(Durability::Power).open(),
                _ => builder.open(),
            };
            say(&told(opened.map(|opened| store = Some(opened))));
            continue;
        }
        let store = store.as_ref().unwrap();
        match order {
            "save" => say(&told(
                store.save_data("a", "child", json!({"n": rest})).map(drop),
            )),
            "many" => {
                let count = rest.parse().unwrap();
                let saved = (0..count)
                    .try_for_each(|n| store.save_data("a", "child", json!({"n": n})).map(drop));
                say(&told(saved));
            }
            "stream" => stream(store),
            "count" => say(&store.count(&Query::all()).unwrap().to_string()),
            other => panic!("{other:?} is no command"),
        }
    }
}

/// Saves numbers for ever, and says each once it is saved.
fn stream(store: &SqliteStorage) {
    for n in 1_u64.. {
        let id = store.save_data("a", "child", json!({"n": n})).unwrap();
        say(&id.number().to_string());
    }
}

fn say(answer: &str) {
    let mut out = io::stdout().lock();
    out.write_all(format!("{ANSWER}{answer}\n").as_bytes())
        .unwrap();
    out.flush().unwrap();
}

fn told(result: tracking_core::Result<()>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(error) => {
            let debug = format!("{error:?}");
            format!(
                "{}: {}",
                debug.split(' ').next().unwrap(),
                crate::tools::told(&error)
            )
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
    /// Starts it; it has to be told to open the file.
    pub(crate) fn start(file: &Path) -> Self {
        Self::start_by(&mut Command::new(std::env::current_exe().unwrap()), file)
    }

    fn start_by(command: &mut Command, file: &Path) -> Self {
        command
            .args(["--exact", "child::child", "--nocapture"])
            .env(FILE, file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = loop {
            // A copy of the program counts as being written while another test forks.
            match command.spawn() {
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                    std::thread::yield_now();
                }
                spawned => break spawned.unwrap(),
            }
        };
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
            // The harness writes the test's name and no line break before the first one. A line
            // that was cut off was not said.
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
}

impl Drop for Other {
    fn drop(&mut self) {
        // Without orders it ends by itself; one that streams does not.
        drop(self.orders.take());
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

/// Uses a file as somebody whom rights bind: those of the folder, and of the file.
pub(crate) fn as_nobody(
    folder: &Path,
    file: &Path,
    rights: [u32; 2],
    use_it: impl FnOnce(&mut Other),
) {
    // A copy, since the program may lie where nobody else may go.
    let away = tempfile::tempdir().unwrap();
    let program = away.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(program);
    if fs::metadata(folder).unwrap().uid() == 0 {
        for path in [away.path(), folder, file] {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        command.uid(NOBODY).gid(NOBODY);
    }
    let allow =
        |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    allow(file, rights[1]);
    allow(folder, rights[0]);
    let mut other = Other::start_by(command.current_dir(away.path()), file);
    use_it(&mut other);
    drop(other);
    allow(folder, 0o755);
}
