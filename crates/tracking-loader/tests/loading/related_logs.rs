//! Families of logs: they share their starts or are concatenated, are cut, packed, copied, piped and
//! go on, and loaders are killed. In the end each line of each log was loaded once.
//!
//! A test and a fuzz target make up what happens.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use tracking_loader::{IfUnsure, LoadSummary, Loader, LogNote, Source, SourceError};

use super::failing_store::{Failing, When};
use super::fixture::{Fixture, gzip, line, numbers};

/// In which form a source is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The file that belongs to the log or to these logs, always the same one.
    Same,
    /// A file of its own.
    Copy,
    Gzip,
    Pipe,
}

/// Something that happens to a family of logs.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A log comes that begins with so many lines of another one.
    Begin(usize, usize),
    /// So many lines are written to a log.
    Write(usize, usize),
    /// The start of a log is loaded, up to a byte in so many 255ths of it; all of it with 255.
    Load(usize, u8, Shape, How),
    /// Logs are loaded one after the other, as one source.
    Concatenate(Vec<usize>, Shape, How),
    /// Several logs are loaded as files, and all of them concatenated, in one load.
    Together(Vec<usize>, How),
}

/// How it is loaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub(crate) batch: usize,
    pub(crate) killed: Option<(u64, bool)>,
}

/// Whether logs share their starts, or are concatenated. With both, it would be ambiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kin {
    Shared,
    Concatenated,
}

struct Family {
    world: Rc<Fixture>,
    kin: Kin,
    logs: Vec<Log>,
    next: u64,
    sources: usize,
    /// How many lines may be there twice, since the loader said so.
    said: u64,
}

#[derive(Clone, Default)]
struct Log {
    lines: Vec<u64>,
    /// Whether nothing more is written to it.
    is_closed: bool,
    /// Whether it was loaded as the start of a source.
    is_known: bool,
    /// Whether it was loaded within a source, and never as the start of one before.
    is_within: bool,
}

/// Lets all of this happen, and sees that each line of each log is loaded once.
pub(crate) fn check_family(kin: Kin, steps: &[Step]) {
    let mut family = Family {
        world: Rc::new(Fixture::new()),
        kin,
        logs: Vec::new(),
        next: 0,
        sources: 0,
        said: 0,
    };
    for step in steps {
        family.perform(step);
    }
    family.end();
}

impl Family {
    fn perform(&mut self, step: &Step) {
        match step {
            Step::Begin(other, lines) if self.kin == Kin::Shared && !self.logs.is_empty() => {
                let other = &self.logs[other % self.logs.len()].lines;
                let shared = other[..lines % (other.len() + 1)].to_vec();
                self.begin(shared);
            }
            Step::Begin(..) => self.begin(Vec::new()),
            _ if self.logs.is_empty() => {}
            Step::Write(log, lines) => {
                let log = log % self.logs.len();
                if !self.logs[log].is_closed {
                    self.write(log, *lines);
                }
            }
            Step::Load(log, part, shape, how) => {
                let log = log % self.logs.len();
                let text = text(&self.logs[log].lines);
                let length = text.len() * usize::from(*part) / 255;
                let name = format!("log{log}");
                let source = self.source(&name, &text[..length], *shape);
                self.load(&[source], *how);
                let has_line = text[..length].contains(&b'\n');
                let log = &mut self.logs[log];
                log.is_known |= how.killed.is_none() && has_line && !log.is_within;
            }
            Step::Concatenate(logs, shape, how) => {
                let logs = self.choose(logs);
                if self.is_hidden(&logs) {
                    return;
                }
                let text = self.concatenated(&logs);
                let source = self.source(&format!("all{logs:?}"), &text, *shape);
                self.load(&[source], *how);
                self.are_known(&logs, 1, *how);
            }
            Step::Together(logs, how) => {
                let logs = self.choose(logs);
                if self.is_hidden(&logs) {
                    return;
                }
                let mut sources = Vec::new();
                for log in &logs {
                    let text = text(&self.logs[*log].lines);
                    sources.push(self.source(&format!("log{log}"), &text, Shape::Same));
                }
                if self.kin == Kin::Concatenated {
                    let text = self.concatenated(&logs);
                    sources.insert(0, self.source(&format!("all{logs:?}"), &text, Shape::Copy));
                }
                self.load(&sources, *how);
                self.are_known(&logs, logs.len(), *how);
            }
        }
    }

    /// Whether one of these logs would come after others, and was loaded only after others before:
    /// in the middle of a source it is recognised by its start alone.
    fn is_hidden(&self, logs: &[usize]) -> bool {
        let mut inner = logs.iter().skip(1);
        inner.any(|log| self.logs[*log].is_within)
    }

    /// Logs were loaded, so many of them as the start of a source.
    fn are_known(&mut self, logs: &[usize], starts: usize, how: How) {
        for (n, log) in logs.iter().enumerate() {
            let log = &mut self.logs[*log];
            if n < starts && how.killed.is_none() {
                log.is_known |= !log.is_within;
            } else {
                log.is_within |= !log.is_known;
            }
        }
    }

    fn begin(&mut self, lines: Vec<u64>) {
        self.logs.push(Log {
            lines,
            ..Log::default()
        });
        self.write(self.logs.len() - 1, 1);
    }

    fn write(&mut self, log: usize, lines: usize) {
        for _ in 0..lines {
            self.logs[log].lines.push(self.next);
            self.next += 1;
        }
    }

    /// Different logs; only one where they are not concatenated.
    fn choose(&self, wanted: &[usize]) -> Vec<usize> {
        let mut logs: Vec<usize> = Vec::new();
        for log in wanted {
            let log = log % self.logs.len();
            if !logs.contains(&log) {
                logs.push(log);
            }
        }
        if self.kin == Kin::Shared {
            logs.truncate(1);
        }
        logs
    }

    /// The text of several logs. As the end of a log that was never loaded alone is unknown,
    /// nothing more is written to them, but for the last.
    fn concatenated(&mut self, logs: &[usize]) -> Vec<u8> {
        let but_last = logs.len().saturating_sub(1);
        for log in &logs[..but_last] {
            self.logs[*log].is_closed = true;
        }
        let texts = logs.iter().map(|log| text(&self.logs[*log].lines));
        texts.flatten().collect()
    }

    fn source(&mut self, name: &str, text: &[u8], shape: Shape) -> Given {
        self.sources += 1;
        let fresh = format!("{}-{name}", self.sources);
        let (name, content) = match shape {
            Shape::Same => (name.to_owned(), text.to_vec()),
            Shape::Copy => (fresh, text.to_vec()),
            Shape::Gzip => (fresh, gzip(text)),
            Shape::Pipe => return Given::Pipe(text.to_vec()),
        };
        self.world.write(&name, content);
        Given::File(self.world.path(&name))
    }

    fn load(&mut self, given: &[Given], how: How) {
        if let Some((step, after)) = how.killed {
            // A loader that is killed says nothing, so it is asked before.
            let world = Rc::clone(&self.world);
            let trial = Loader::new(&world.store)
                .batch(how.batch)
                .parse_threads(2)
                .parse_block(64)
                .dry_run(true);
            let tried = load(&trial, given, IfUnsure::Refuse).unwrap();
            self.look_at(&tried);
            let when = if after { When::After } else { When::Before };
            let store = Failing::at(&self.world.store, step, when);
            let loader = Loader::new(&store)
                .batch(how.batch)
                .parse_threads(2)
                .parse_block(64);
            let result = load(&loader, given, IfUnsure::Refuse);
            if let Ok(summary) = result {
                self.look_at(&summary);
            }
            return;
        }
        let world = Rc::clone(&self.world);
        let loader = Loader::new(&world.store)
            .batch(how.batch)
            .parse_threads(2)
            .parse_block(64);
        let summary = load(&loader, given, IfUnsure::Refuse).unwrap();
        if !self.look_at(&summary) {
            return;
        }
        // Somebody who knows decides.
        let decision = match self.kin {
            Kin::Shared => IfUnsure::Load,
            Kin::Concatenated => IfUnsure::Skip,
        };
        let summary = load(&loader, given, decision).unwrap();
        assert!(!self.look_at(&summary), "{summary:?}");
    }

    /// Observes the loader, and records whether it was unsure of a log.
    fn look_at(&mut self, summary: &LoadSummary) -> bool {
        assert_eq!(summary.total.malformed, 0, "{:?}", summary.rejects);
        let mut is_unsure = false;
        for log in &summary.logs {
            match &log.error {
                None => {}
                Some(SourceError::Unsure { .. }) => is_unsure = true,
                Some(error) => panic!("{error:?}"),
            }
            for note in &log.notes {
                match note {
                    LogNote::BeginsAlike { lines, .. } | LogNote::Alike { lines, .. } => {
                        self.said += lines;
                    }
                    _ => {}
                }
            }
        }
        is_unsure
    }

    /// All logs come to their end, and are loaded as a whole.
    fn end(mut self) {
        for log in 0..self.logs.len() {
            // So that none is the start of another one.
            if self.kin == Kin::Shared {
                self.write(log, 1);
            }
        }
        for log in 0..self.logs.len() {
            let text = text(&self.logs[log].lines);
            let source = self.source(&format!("log{log}"), &text, Shape::Same);
            let how = How {
                batch: 1000,
                killed: None,
            };
            self.load(&[source], how);
        }
        let mut expected: BTreeMap<u64, u64> = BTreeMap::new();
        for line in self.logs.iter().flat_map(|log| &log.lines) {
            *expected.entry(*line).or_default() += 1;
        }
        let mut found: BTreeMap<u64, u64> = BTreeMap::new();
        for line in numbers(&self.world.store) {
            *found.entry(line).or_default() += 1;
        }
        if found == expected {
            return;
        }
        let count = |lines: &BTreeMap<u64, u64>, line| lines.get(line).copied().unwrap_or_default();
        let lost: Vec<_> = expected
            .iter()
            .filter(|(line, times)| count(&found, line) < **times)
            .collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let doubled: Vec<_> = found
            .iter()
            .filter(|(line, times)| count(&expected, line) < **times)
            .collect();
        let is_said = self.kin == Kin::Concatenated && doubled.len() as u64 <= self.said;
        assert!(is_said, "doubled, and {} were said: {doubled:?}", self.said);
    }
}

fn text(lines: &[u64]) -> Vec<u8> {
    lines
        .iter()
        .map(|n| line(*n))
        .collect::<String>()
        .into_bytes()
}

/// What is given to a loader.
enum Given {
    File(PathBuf),
    Pipe(Vec<u8>),
}

fn load(
    loader: &Loader<'_>,
    given: &[Given],
    if_unsure: IfUnsure,
) -> Result<LoadSummary, tracking_loader::LoadError> {
    let loader = loader.clone().if_unsure(if_unsure);
    let mut sources = Vec::new();
    let mut pipes = Vec::new();
    for source in given {
        match source {
            Given::File(path) => sources.push(Source::from(path.clone())),
            Given::Pipe(text) => {
                let (source, pipe) = pipe(text.clone());
                sources.push(source);
                pipes.push(pipe);
            }
        }
    }
    let result = loader.load(&sources, &mut ());
    // Read to the end: in the fuzz target, whose main function is not Rust's, a writer to a closed
    // pipe would end the process with SIGPIPE.
    for mut pipe in pipes {
        std::io::copy(&mut pipe, &mut std::io::sink()).unwrap();
    }
    result
}

/// A pipe that a thread writes to, as a source.
#[cfg(target_os = "linux")]
fn pipe(text: Vec<u8>) -> (Source, std::io::PipeReader) {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    let (reader, mut writer) = std::io::pipe().unwrap();
    // The loader may end before it has read all.
    std::thread::spawn(move || drop(writer.write_all(&text)));
    let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
    (Source::from(PathBuf::from(path)), reader)
}

/// Elsewhere a packed file has to do, which can be read only from its start.
#[cfg(not(target_os = "linux"))]
fn pipe(text: Vec<u8>) -> (Source, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), gzip(&text)).unwrap();
    (Source::from(file.path()), file)
}

/// The actions that bytes encode, four bytes each.
pub(crate) fn steps(content: &[u8]) -> Vec<Step> {
    let (chunks, _) = content.as_chunks::<4>();
    chunks.iter().take(40).map(|bytes| step(*bytes)).collect()
}

fn step([kind, first, second, third]: [u8; 4]) -> Step {
    let (a, b) = (usize::from(first), usize::from(second));
    let shape = match third & 3 {
        0 => Shape::Same,
        1 => Shape::Copy,
        2 => Shape::Gzip,
        _ => Shape::Pipe,
    };
    let killed = (third & 0x40 != 0).then(|| (u64::from(third >> 2 & 15) + 1, third & 0x80 != 0));
    let batch = match third >> 2 & 7 {
        0 => 1000,
        n => usize::from(n),
    };
    let how = How { batch, killed };
    match kind % 16 {
        0 | 1 => Step::Begin(a, b),
        2..=4 => Step::Write(a, b % 6 + 1),
        5 | 6 => Step::Write(a, b % 30 + 8),
        7 => Step::Write(a, if b == 255 { 2500 } else { 1 }),
        8 | 9 => Step::Load(a, second, shape, how),
        10 | 11 => Step::Load(a, 255, shape, how),
        12..=14 => Step::Concatenate(vec![a & 15, a >> 4, b][..2 + b % 2].to_vec(), shape, how),
        _ => Step::Together(vec![a & 15, a >> 4, b], how),
    }
}
