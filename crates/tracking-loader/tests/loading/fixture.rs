//! A folder with logs, and a store that they are loaded into.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use tracking_btree::BTreeStorage;
use tracking_core::{Query, Timestamp, TrackingStorage, TrackingStorageExt};
use tracking_loader::{LoadError, LoadSummary, Loader, Source};

pub(crate) struct Fixture {
    folder: TempDir,
    pub(crate) store: BTreeStorage,
}

/// The line of this number: no two are the same, and each is a second after the one before.
pub(crate) fn line(n: u64) -> String {
    line_of(&format!("user{}", n % 3), n, i64::try_from(n).unwrap())
}

/// A line with this number, of a user at a second.
pub(crate) fn line_of(user: &str, n: u64, second: i64) -> String {
    let start = Timestamp::from_secs(1_795_400_000).unwrap().to_datetime();
    let time = start + chrono::TimeDelta::seconds(second);
    let time = time.format("%d/%b/%Y:%H:%M:%S %z");
    format!("192.0.2.1 - {user} [{time}] \"GET /{n} HTTP/1.1\" 200 {n}\n")
}

/// The lines of these numbers.
pub(crate) fn lines(numbers: impl IntoIterator<Item = u64>) -> String {
    numbers.into_iter().map(line).collect()
}

pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// The numbers of all lines in a store, sorted.
pub(crate) fn numbers(store: &dyn TrackingStorage) -> Vec<u64> {
    let mut numbers = Vec::new();
    let number = |task: &str| task.trim_start_matches('/').parse::<u64>().unwrap();
    store
        .for_each(&Query::all(), |track| numbers.push(number(track.task())))
        .unwrap();
    numbers.sort_unstable();
    numbers
}

/// Which lines are together in a run.
pub(crate) fn runs(store: &dyn TrackingStorage) -> BTreeSet<Vec<u64>> {
    let mut runs: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let number = |task: &str| task.trim_start_matches('/').parse::<u64>().unwrap();
    store
        .for_each(&Query::all(), |track| {
            let run = runs.entry(track.run().number()).or_default();
            run.push(number(track.task()));
        })
        .unwrap();
    let sorted = |mut run: Vec<u64>| {
        run.sort_unstable();
        run
    };
    runs.into_values().map(sorted).collect()
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            store: BTreeStorage::new(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn append(&self, name: &str, content: impl AsRef<[u8]>) {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path(name));
        file.unwrap().write_all(content.as_ref()).unwrap();
    }

    pub(crate) fn folder(&self, name: &str) {
        fs::create_dir(self.path(name)).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    pub(crate) fn copy(&self, from: &str, to: &str) {
        fs::copy(self.path(from), self.path(to)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// Empties a file and leaves it where it is.
    pub(crate) fn truncate(&self, name: &str) {
        let file = File::options().write(true).open(self.path(name)).unwrap();
        file.set_len(0).unwrap();
    }

    /// Packs a file as logrotate does.
    pub(crate) fn pack(&self, name: &str) {
        self.write(&format!("{name}.gz"), gzip(&self.read(name)));
        fs::remove_file(self.path(name)).unwrap();
    }

    pub(crate) fn source(&self, name: &str) -> Source {
        Source::from(self.path(name))
    }

    pub(crate) fn sources(&self, names: &[&str]) -> Vec<Source> {
        names.iter().map(|name| self.source(name)).collect()
    }

    /// A loader that has even short logs parsed by other threads.
    pub(crate) fn loader(&self) -> Loader<'_> {
        Loader::new(&self.store).parse_threads(2).parse_block(64)
    }

    /// Loads logs, all of which can be read.
    pub(crate) fn load(&self, names: &[&str]) -> LoadSummary {
        self.load_with(&self.loader(), names).unwrap()
    }

    pub(crate) fn load_with(
        &self,
        loader: &Loader<'_>,
        names: &[&str],
    ) -> Result<LoadSummary, LoadError> {
        let summary = loader.load(&self.sources(names), &mut ())?;
        assert!(summary.first_error().is_none(), "{summary:?}");
        Ok(summary)
    }

    /// The numbers of all lines that were loaded.
    pub(crate) fn numbers(&self) -> Vec<u64> {
        numbers(&self.store)
    }

    pub(crate) fn assert_has(&self, numbers: impl IntoIterator<Item = u64>) {
        assert_eq!(self.numbers(), numbers.into_iter().collect::<Vec<_>>());
    }
}
