//! What happens on Ctrl-C and SIGTERM: files that are not whole are removed, and the command ends.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::exit::INTERRUPTED;

static STATE: Mutex<State> = Mutex::new(State {
    is_watching: false,
    temporary: Vec::new(),
    end: None,
});

#[derive(Debug)]
struct State {
    /// Whether signals are waited for.
    is_watching: bool,
    /// The files that are not whole.
    temporary: Vec<PathBuf>,
    /// What the first signal does, where the command is to end by itself.
    end: Option<End>,
}

/// How a command is told to end.
#[derive(Debug)]
struct End {
    flag: Arc<AtomicBool>,
    /// How long it may take; nothing where it takes as long as it needs.
    limit: Option<Duration>,
}

/// Ends the command with its exit status for an interruption on the first signal.
pub(crate) fn watch() {
    state().watch();
}

/// Has the first signal set a flag. The command is ended by the next signal, or where it has not ended by
/// itself within a time limit.
pub(crate) fn set_on_signal(flag: Arc<AtomicBool>, limit: Option<Duration>) {
    let mut state = state();
    state.end = Some(End { flag, limit });
    state.watch();
}

/// Files that are removed where a signal ends the command before this is dropped.
#[derive(Debug)]
pub(crate) struct TemporaryFiles(Vec<PathBuf>);

impl TemporaryFiles {
    /// Files that are to be made, and are nobody else's.
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        let mut state = state();
        state.temporary.extend_from_slice(&paths);
        state.watch();
        Self(paths)
    }

    /// Makes a file. No signal comes between its making and its entry in the list.
    pub(crate) fn create(
        path: &Path,
        create: impl FnOnce(&Path) -> io::Result<File>,
    ) -> io::Result<(File, Self)> {
        let mut state = state();
        state.watch();
        let file = create(path)?;
        state.temporary.push(path.to_owned());
        Ok((file, Self(vec![path.to_owned()])))
    }
}

impl Drop for TemporaryFiles {
    fn drop(&mut self) {
        state().temporary.retain(|path| !self.0.contains(path));
    }
}

impl State {
    /// Waits for signals from now on, unless whoever started the command has it ignore them, as
    /// `nohup` does.
    fn watch(&mut self) {
        if !self.is_watching && !ignores_signals() {
            // Without a handler, a signal ends the command at once, as it does by default.
            let _set = ctrlc::set_handler(on_signal);
        }
        self.is_watching = true;
    }
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Called on a thread of its own.
fn on_signal() {
    let state = state();
    if let Some(end) = &state.end
        && !end.flag.swap(true, Ordering::Relaxed)
    {
        if let Some(limit) = end.limit {
            thread::spawn(move || {
                thread::sleep(limit);
                end_command(&self::state());
            });
        }
        return;
    }
    end_command(&state);
}

/// Removes the files that are not whole, and ends the command.
fn end_command(state: &State) {
    for path in &state.temporary {
        // What is not there need not be removed.
        let _removed = fs::remove_file(path);
    }
    // The list stays locked, so that no other file is made.
    process::exit(INTERRUPTED.into());
}

/// Whether this process was started with SIGHUP or SIGINT ignored, as far as the system tells.
fn ignores_signals() -> bool {
    const SIGHUP_OR_SIGINT: u64 = 0b11;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.unwrap_or_default() & SIGHUP_OR_SIGINT != 0
}
