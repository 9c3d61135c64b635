//! Loading logs into a store, each line exactly once.

mod active_log;
mod batch_builder;
mod batch_keys;
mod batch_writer;
mod choose_format;
mod error;
mod filter;
mod follower;
mod if_unsure;
mod inputs;
mod line_parsers;
mod load_session;
mod log_opener;
mod log_set;
mod monitor;
mod note;
mod observer;
mod open_log;
mod options;
mod parse_ahead;
mod peeked_log;
mod pending_batch;
mod restarts;
mod rotated_files;
mod sessions;
mod summary;
mod survey;
mod waiting_log;
mod written_batch;

use std::thread;

use tracking_core::TrackingStorage;

pub use error::LoadError;
pub use filter::LogFilter;
pub use if_unsure::IfUnsure;
pub use note::LogNote;
pub use observer::{LoadObserver, Progress};
pub use summary::{LineCounts, LoadSummary, LogState, LogSummary};
pub use survey::FormatSurvey;
pub use tracking_core::{NamePattern, SessionGap};

use crate::apply_thread::ApplyThread;
use crate::{FormatOptions, Source};
use load_session::LoadSession;
use options::Options;

/// Loads logs into a store, each line exactly once.
///
/// The loader writes batches. Each batch holds records and the new positions of the logs, and the
/// store applies both or neither. The loader recognises a log by its lines. So it loads only what
/// is new if you load the same log again, a copy, the compressed or the rotated file, wherever an
/// earlier load was interrupted. It leaves a last line without its line end for later.
///
/// A record joins its user's latest run if the pause since then is no longer than the session gap.
/// Otherwise it starts a run, whatever the tasks are. If the log has session ids, each session is
/// a run of its own.
///
/// The loader reads several logs side by side in order of their times, as if they were one. A folder
/// stands for the [logs in it](Source::logs). Memory does not grow with the logs.
///
/// | option | default |
/// |---|---|
/// | [`format`](Self::format) | detected for each log |
/// | [`session_gap`](Self::session_gap) | 30 minutes |
/// | [`filter`](Self::filter) | all records |
/// | [`only_files`](Self::only_files) | all logs in a folder |
/// | [`batch`](Self::batch) | 16,000 lines |
/// | [`if_unsure`](Self::if_unsure) | the log is an error |
/// | [`line_limit`](Self::line_limit) | 1 MiB |
/// | [`keep_rejects`](Self::keep_rejects) | 1,000 |
/// | [`last_lines`](Self::last_lines), [`any_format`](Self::any_format), [`strict`](Self::strict), [`dry_run`](Self::dry_run), [`follow`](Self::follow) | no |
/// | [`parse_threads`](Self::parse_threads) | as the machine has cores, at most 3 |
/// | [`sessions_of`](Self::sessions_of) | logs with the same path, but for what rotation adds |
///
/// ```no_run
/// use tracking_core::TrackingStorage;
/// use tracking_loader::{LoadError, Loader, Source};
///
/// fn load(store: &dyn TrackingStorage) -> Result<(), LoadError> {
///     let logs = [Source::from_argument("access.log"), Source::from_argument("access.log.1.gz")];
///     let loaded = Loader::new(store).load(&logs, &mut ())?;
///     println!("{} lines, {} tracks", loaded.total.lines, loaded.total.tracks);
///     for log in loaded.logs {
///         if let Some(error) = log.error {
///             println!("{error}");
///         }
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Loader<'s> {
    store: &'s dyn TrackingStorage,
    options: Options,
}

impl<'s> Loader<'s> {
    /// A loader into a store.
    pub fn new(store: &'s dyn TrackingStorage) -> Self {
        Self {
            store,
            options: Options::default(),
        }
    }

    /// Sets the format of the logs, or the options for detecting it.
    pub fn format(mut self, format: FormatOptions) -> Self {
        self.options.reading.format = format;
        self
    }

    /// Starts another run after a pause longer than this.
    pub fn session_gap(mut self, gap: SessionGap) -> Self {
        self.options.gap = gap;
        self
    }

    /// Loads only some records. The others count as loaded: another load does not add them.
    pub fn filter(mut self, filter: LogFilter) -> Self {
        self.options.filter = filter;
        self
    }

    /// Loads only files in folders whose names match. Call it again to match any of several patterns.
    pub fn only_files(mut self, names: NamePattern) -> Self {
        self.options.only_files.push(names);
        self
    }

    /// Loads so many lines at a time, at least one. The records of a batch are sorted by time,
    /// because servers write a line when a request ends.
    pub fn batch(mut self, lines: usize) -> Self {
        self.options.batch_lines = lines.max(1);
        self
    }

    /// Rejects lines longer than this many bytes.
    pub fn line_limit(mut self, bytes: usize) -> Self {
        self.options.reading.line_limit = bytes;
        self
    }

    /// Keeps at most this many rejected lines in the summary. All of them are counted.
    pub fn keep_rejects(mut self, lines: usize) -> Self {
        self.options.max_rejects = lines;
        self
    }

    /// Loads a last line even if it has no line end. What follows of that line later is not loaded,
    /// and counted as a [continuation](LineCounts::continuations).
    pub fn last_lines(mut self, taken: bool) -> Self {
        self.options.reading.last_lines = taken;
        self
    }

    /// Loads logs even if their format cannot be detected, and rejects their lines. By default such
    /// a log is an error, and nothing of it counts as loaded.
    pub fn any_format(mut self, read: bool) -> Self {
        self.options.reading.any_format = read;
        self
    }

    /// Decides about lines that may have been loaded before: a few lines, too few to be sure, are the
    /// same in another log that was loaded.
    pub fn if_unsure(mut self, what: IfUnsure) -> Self {
        self.options.reading.if_unsure = what;
        self
    }

    /// Ends the load before the first malformed line.
    pub fn strict(mut self, stop: bool) -> Self {
        self.options.strict = stop;
        self
    }

    /// Reports what a load would do, without changing the store.
    pub fn dry_run(mut self, only: bool) -> Self {
        self.options.dry_run = only;
        self
    }

    /// Keeps loading lines as they are written, also after logs are rotated, and logs that appear in
    /// a folder, as long as the observer [waits](LoadObserver::wait).
    pub fn follow(mut self, follow: bool) -> Self {
        self.options.follow = follow;
        self
    }

    /// Parses the lines of large files on so many threads in addition to the one that loads. By default
    /// these are as many as the machine has further processors, but at most 3. If it is not 0, another
    /// thread writes a batch of files that are not followed while the next one is read. The result is
    /// the same.
    pub fn parse_threads(mut self, threads: usize) -> Self {
        self.options.parse_threads = Some(threads);
        self
    }

    /// Gives a thread so many bytes of lines at a time, for tests with short logs.
    #[doc(hidden)]
    pub fn parse_block(mut self, bytes: usize) -> Self {
        self.options.parse_block = bytes.max(1);
        self
    }

    /// Sets the owner of the session ids in these logs. The same session id of the same owner is
    /// the same run in all logs.
    pub fn sessions_of(mut self, owner: impl Into<String>) -> Self {
        self.options.sessions_of = Some(owner.into());
        self
    }

    /// Loads what is new in these logs.
    ///
    /// If a log cannot be opened or read to its end, or its format is unknown, its summary has the
    /// error and the other logs are loaded. A file of unknown format that was found in a folder with
    /// other logs is not an error: it is [skipped](LogState::Skipped).
    ///
    /// # Errors
    ///
    /// [`LoadError`]. What was loaded before the error stays loaded, and another load continues
    /// there.
    pub fn load(
        &self,
        logs: &[Source],
        observer: &mut dyn LoadObserver,
    ) -> Result<LoadSummary, LoadError> {
        thread::scope(|scope| {
            let applier = self
                .options
                .reads_while_applying(logs)
                .then(|| ApplyThread::start(scope, self.store))
                .flatten();
            LoadSession::new(self.store, &self.options, logs, observer, applier)?.run()
        })
    }
}
