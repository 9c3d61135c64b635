//! Looking on while logs are loaded: the bar, the file of rejected lines, and the end.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tracking_logfile::{LoadObserver, LoadSummary, Progress, Reject};

use crate::progress::Bar;

/// How often to look whether somebody wants it to end.
const LOOK: Duration = Duration::from_millis(50);

/// What looks on.
pub(super) struct Watch {
    bar: Bar,
    rejects: Option<BufWriter<File>>,
    /// How long to wait for more, where logs are followed.
    poll: Duration,
    is_over: Arc<AtomicBool>,
}

impl Watch {
    pub(super) fn new(poll: Option<Duration>, rejects: Option<&Path>) -> Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        if poll.is_some() {
            end_on_signal(Arc::clone(&is_over))?;
        }
        let open = |path: &Path| {
            let file = File::options().append(true).create(true).open(path);
            let file = file.with_context(|| format!("cannot write {}", path.display()));
            file.map(BufWriter::new)
        };
        Ok(Self {
            bar: Bar::new(),
            rejects: rejects.map(open).transpose()?,
            poll: poll.unwrap_or_default(),
            is_over,
        })
    }
}

/// Ends after the batch that is being loaded; asked again, at once.
fn end_on_signal(is_over: Arc<AtomicBool>) -> Result<()> {
    /// As a shell says of a program that ended by Ctrl-C.
    const INTERRUPTED: i32 = 130;
    let end = move || {
        if is_over.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    };
    ctrlc::set_handler(end).context("cannot wait for Ctrl-C")
}

impl LoadObserver for Watch {
    fn progress(&mut self, progress: Progress<'_>) {
        self.bar.progress(progress);
    }

    fn rejected(&mut self, _reject: &Reject, line: &[u8]) -> io::Result<()> {
        match &mut self.rejects {
            Some(file) => file.write_all(line).and_then(|()| file.write_all(b"\n")),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.rejects {
            // Before the store says that the lines were read, they are on disk.
            Some(file) => file.flush().and_then(|()| file.get_ref().sync_data()),
            None => Ok(()),
        }
    }

    fn is_over(&mut self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    fn wait(&mut self, _so_far: &LoadSummary) -> bool {
        self.bar = Bar::new();
        let mut left = self.poll;
        while !left.is_zero() && !self.is_over() {
            let now = left.min(LOOK);
            thread::sleep(now);
            left -= now;
        }
        !self.is_over()
    }
}
