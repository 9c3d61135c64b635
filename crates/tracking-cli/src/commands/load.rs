//! `tracking load` loads logs into a store, each line once.

mod load_report;
mod rejects;
mod watch;

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;
use clap::builder::Resettable;
use tracking_btree::BTreeStorage;
use tracking_core::{Clock, ErrorKind, TrackingStorage};
use tracking_loader::{LoadError, Loader, Source};

use super::{Action, Environment};
use crate::args::{FilesArgs, ReaderArgs, ResultArgs, SelectionArgs};
use crate::exit;
use crate::store::PersistentStoreArgs;
use load_report::LoadReport;
use rejects::{RejectsFile, RejectsFormat};
use watch::{MAX_LAST_BATCH, RETRY_INTERVAL, Watch};

/// Arguments of `tracking load`.
#[derive(Debug, Args)]
#[command(mut_arg("log_format", |option| option.visible_alias("format")))]
#[command(mut_arg("files", |files| files.required(true)))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    files: FilesArgs,

    #[command(flatten)]
    store: PersistentStoreArgs,

    /// Only report what would be loaded
    #[arg(long, conflicts_with = "follow", help_heading = Resettable::Reset)]
    dry_run: bool,

    /// Continue as the logs grow, are rotated, and appear in a folder, until Ctrl-C
    #[arg(long, help_heading = Resettable::Reset)]
    follow: bool,

    /// Poll interval of --follow: at least 10ms
    #[arg(
        long,
        value_name = "LENGTH",
        default_value = "1s",
        value_parser = poll,
        help_heading = Resettable::Reset
    )]
    poll: Duration,

    /// Load a last line even if it has no line end
    #[arg(long = "final", conflicts_with = "follow", help_heading = Resettable::Reset)]
    last_lines: bool,

    /// Append lines that could not be read to this file, each with its log, place and reason
    #[arg(long, value_name = "OUT", help_heading = Resettable::Reset)]
    rejects: Option<PathBuf>,

    /// Format of --rejects: `jsonl`, or `lines` for the lines alone, to be mended and loaded
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "jsonl",
        hide_possible_values = true,
        help_heading = Resettable::Reset
    )]
    rejects_format: RejectsFormat,

    /// Stop at the first line that cannot be read; load nothing after it
    #[arg(long, help_heading = Resettable::Reset)]
    strict: bool,

    /// How many lines to save at a time
    #[arg(
        long,
        value_name = "LINES",
        default_value_t = 16_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000),
        help_heading = Resettable::Reset
    )]
    batch: u32,

    #[command(flatten)]
    result: ResultArgs,

    #[command(flatten)]
    selection: SelectionArgs,

    #[command(flatten)]
    reader: ReaderArgs,
}

impl LoadArgs {
    /// Opens the store; a dry run opens it read-only, or uses an empty one.
    ///
    /// Without a log to read, no new store is made: the errors of the logs are all there is.
    fn store(&self) -> Result<Box<dyn TrackingStorage>> {
        if self.follow {
            return self.store_when_it_answers();
        }
        if !self.dry_run && (self.files.has_log() || self.store.exists()?) {
            return self.store.create();
        }
        let there = self.store.open_read_only_if_exists()?;
        Ok(there.unwrap_or_else(|| Box::new(BTreeStorage::new())))
    }

    /// Opens the store, and waits while it is busy.
    fn store_when_it_answers(&self) -> Result<Box<dyn TrackingStorage>> {
        let mut is_told = false;
        loop {
            match self.store.create() {
                Err(error) if exit::may_succeed_later(&error) => {
                    if !is_told {
                        exit::print_message(&format!("waiting for the store: {error:#}"));
                    }
                    is_told = true;
                    thread::sleep(RETRY_INTERVAL);
                }
                opened => return opened,
            }
        }
    }

    fn loader<'s>(&self, store: &'s dyn TrackingStorage, clock: &dyn Clock) -> Result<Loader<'s>> {
        let loader = Loader::new(store)
            .filter(self.selection.filter(clock)?)
            .batch(usize::try_from(self.batch).unwrap_or(usize::MAX))
            .last_lines(self.last_lines)
            .strict(self.strict)
            .dry_run(self.dry_run)
            .follow(self.follow);
        Ok(self.files.on(self.reader.on(loader)))
    }
}

/// Whether a source may have nothing more to read for a long time, as a pipe may.
fn may_block(source: &Source) -> bool {
    match source {
        Source::File(path) => path.exists() && !path.is_file() && !path.is_dir(),
        _ => true,
    }
}

/// Parses the poll interval, which has a minimum so that polling does not occupy a processor.
fn poll(text: &str) -> Result<Duration> {
    const MIN_INTERVAL: Duration = Duration::from_millis(10);
    let length = humantime::parse_duration(text)?;
    ensure!(length >= MIN_INTERVAL, "it is at least 10ms");
    Ok(length)
}

/// Adds what to do about a full disk: what a store says is about one call, and not about a load.
fn explain(error: LoadError) -> anyhow::Error {
    let is_full = matches!(&error, LoadError::Store(error) if error.kind() == ErrorKind::NoSpace);
    let error = anyhow::Error::from(error);
    if is_full {
        error.context("the disk is full: make room, then load again; nothing is loaded twice")
    } else {
        error
    }
}

impl Action for LoadArgs {
    fn validate(&self) -> Option<String> {
        let rejects = self.rejects.as_deref();
        let files = self.files.validate();
        files
            .or_else(|| self.files.validate_output("--rejects", rejects?))
            .or_else(|| self.store.validate())
            .or_else(|| self.store.overwritten_by("--rejects", rejects))
            .or_else(|| self.selection.validate())
            .or_else(|| self.reader.validate())
    }

    fn run(&self, Environment { clock, .. }: Environment<'_>) -> Result<()> {
        let store = self.store()?;
        let rejects = self.rejects.as_deref().filter(|_| !self.dry_run);
        let rejects = rejects.map(|path| RejectsFile::open(path, self.rejects_format));
        let mut watch = Watch::new(self.poll, rejects.transpose()?);
        let sources = self.files.sources();
        if self.follow {
            watch.end_on_signal(None);
        } else if !self.dry_run && !sources.iter().any(may_block) {
            watch.end_on_signal(Some(MAX_LAST_BATCH));
        }
        let loaded = self.loader(&*store, clock)?.load(&sources, &mut watch);
        let is_interrupted = watch.is_interrupted() && !self.follow;
        drop(watch);
        let mut summary = loaded.map_err(explain)?;
        self.result
            .print(&LoadReport::new(&summary, self.dry_run))?;
        let errors = std::iter::from_fn(|| summary.take_error()).map(anyhow::Error::from);
        exit::report_all(errors.chain(is_interrupted.then(|| exit::Interrupted.into())))
    }
}

#[cfg(test)]
mod tests {
    use tracking_core::Error;

    use super::*;

    #[test]
    fn a_full_disk_is_explained_as_a_load_needs_it() {
        let full = || Error::no_space("save to t.db, since the disk is full", "no room");
        for error in [full(), Error::delayed_commit(2, full())] {
            let error = explain(LoadError::Store(error));
            let text = format!("{error:#}");
            assert!(
                text.starts_with("the disk is full: make room, then load again"),
                "{text}"
            );
            assert!(text.contains("save to t.db"), "{text}");
        }
        assert!(exit::may_succeed_later(&explain(LoadError::Store(full()))));
        let other = explain(LoadError::Store(Error::feed_off()));
        assert!(!format!("{other:#}").contains("make room"));
    }
}
