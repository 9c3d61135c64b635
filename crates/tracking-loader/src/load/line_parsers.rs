//! Threads that parse lines before they are read.

use std::cell::OnceCell;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tracking_core::Batch;

use crate::position::LineDigest;
use crate::{LineContent, LineError, LineFormat};

/// Threads that parse blocks of lines. They start with the first block.
#[derive(Debug)]
pub(super) struct LineParsers {
    threads: usize,
    block: usize,
    /// Nothing where no thread could be started.
    jobs: OnceCell<Option<Sender<Job>>>,
}

/// What a thread is to do.
#[derive(Debug)]
enum Job {
    /// Parses a block.
    Parse {
        text: Vec<u8>,
        format: Box<dyn LineFormat>,
        parsed: SyncSender<ParsedBlock>,
    },
    /// Frees the memory of a batch.
    Free(Batch),
}

/// A block of lines, and what they say.
#[derive(Debug)]
pub(super) struct ParsedBlock {
    text: Vec<u8>,
    /// The last of them first.
    lines: Vec<ParsedLine>,
    pub(super) format: Box<dyn LineFormat>,
}

/// What a line says.
#[derive(Debug)]
pub(super) struct ParsedLine {
    /// Where it begins in its block.
    start: usize,
    end: usize,
    pub(super) digest: LineDigest,
    pub(super) content: Result<LineContent, LineError>,
}

impl LineParsers {
    /// So many threads, perhaps none, for blocks of so many bytes.
    pub(super) fn new(threads: usize, block: usize) -> Self {
        Self {
            threads,
            block,
            jobs: OnceCell::new(),
        }
    }

    /// How many bytes a block has, up to the end of its last line.
    pub(super) fn block(&self) -> usize {
        self.block
    }

    /// Whether there are threads to parse blocks.
    pub(super) fn are_there(&self) -> bool {
        self.threads > 0 && self.jobs.get().is_none_or(Option::is_some)
    }

    /// Has whole lines parsed; nothing where there is no thread to do it.
    pub(super) fn parse(
        &self,
        text: Vec<u8>,
        format: Box<dyn LineFormat>,
    ) -> Option<Receiver<ParsedBlock>> {
        let jobs = self.jobs.get_or_init(|| start(self.threads)).as_ref()?;
        let (parsed, receiver) = mpsc::sync_channel(1);
        let job = Job::Parse {
            text,
            format,
            parsed,
        };
        jobs.send(job).ok().map(|()| receiver)
    }

    /// Frees the memory of a batch where its records were made. If another thread did so, it and the
    /// parsers would wait for each other's lock on that memory again and again.
    pub(super) fn free(&self, batch: Batch) {
        if let Some(Some(jobs)) = self.jobs.get() {
            // Where nobody takes it, it is freed here.
            let _is_taken = jobs.send(Job::Free(batch));
        }
    }
}

/// Starts threads, which end when nobody can give them jobs any more. Fewer threads than asked for
/// do.
fn start(threads: usize) -> Option<Sender<Job>> {
    let (sender, jobs) = mpsc::channel();
    let jobs = Arc::new(Mutex::new(jobs));
    let start_one = || {
        let jobs = Arc::clone(&jobs);
        let named = thread::Builder::new().name("tracking-line-parser".to_owned());
        named.spawn(move || run(&jobs)).is_ok()
    };
    let started = (0..threads).filter(|_| start_one()).count();
    (started > 0).then_some(sender)
}

fn run(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(Job::Parse {
                text,
                format,
                parsed,
            }) => {
                // Who has gone to another place needs them no more.
                let _is_needed = parsed.send(ParsedBlock::of(text, format));
            }
            Ok(Job::Free(batch)) => drop(batch),
            Err(_) => return,
        }
    }
}

impl ParsedBlock {
    pub(super) fn of(text: Vec<u8>, mut format: Box<dyn LineFormat>) -> Self {
        let mut lines = Vec::with_capacity(text.len() / 128);
        let mut start = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let end = start + line.len();
            lines.push(ParsedLine {
                start,
                end,
                digest: LineDigest::of(line),
                content: format.read(crate::source::text_of_line(line, true)),
            });
            start = end;
        }
        lines.reverse();
        Self {
            text,
            lines,
            format,
        }
    }

    /// Takes the line that begins at a place of the block, if it is these bytes. Lines before it
    /// are dropped.
    pub(super) fn take(&mut self, at: usize, line: &[u8]) -> Option<ParsedLine> {
        while self.lines.last()?.start < at {
            self.lines.pop();
        }
        let is_it = |next: &mut ParsedLine| {
            next.start == at && self.text.get(next.start..next.end) == Some(line)
        };
        self.lines.pop_if(is_it)
    }
}
