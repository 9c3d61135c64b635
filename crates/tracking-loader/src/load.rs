//! Logs into a store, each line once.

mod batch_keys;
mod error;
mod filter;
mod follower;
mod if_unsure;
mod inputs;
mod load_session;
mod log_set;
mod note;
mod observer;
mod open_log;
mod peeked_log;
mod pending_batch;
mod rotated_files;
mod sessions;
mod summary;
mod survey;

use tracking_core::TrackingStorage;

pub use error::LoadError;
pub use filter::LogFilter;
pub use if_unsure::IfUnsure;
pub use note::LogNote;
pub use observer::{LoadObserver, Progress};
pub use summary::{LineCounts, LoadSummary, LogState, LogSummary};
pub use survey::FormatSurvey;
pub use tracking_core::{NamePattern, SessionGap};

use crate::{FormatOptions, Lines, Source};
use load_session::LoadSession;
use peeked_log::ReadOptions;

/// Loads logs into a store, each line once.
///
/// Lines are loaded in batches, and with each batch the store keeps how far the logs have been
/// read: both or neither. A log is known by what is in it. So loading the same log again, a copy
/// of it, the packed or the rotated file loads what is new and nothing else, wherever an earlier
/// load was broken off. A last line without its line end waits until it has one.
///
/// A record goes into its user's run if the pause since what the user did before is no longer
/// than the session gap, and else starts the user's next run, whatever the tasks. Where the log
/// itself gives a session, that is a run of its own.
///
/// Several logs are read side by side in order of their times, as if they were one. A folder
/// stands for the [logs in it](Source::logs). Memory does not grow with the logs.
///
/// | option | by default |
/// |---|---|
/// | [`format`](Self::format) | found out for each log |
/// | [`session_gap`](Self::session_gap) | 30 minutes |
/// | [`filter`](Self::filter) | all records |
/// | [`only_files`](Self::only_files) | all logs in a folder |
/// | [`batch`](Self::batch) | 4,000 lines |
/// | [`if_unsure`](Self::if_unsure) | the log is an error |
/// | [`line_limit`](Self::line_limit) | 1 MiB |
/// | [`keep_rejects`](Self::keep_rejects) | 1,000 |
/// | [`last_lines`](Self::last_lines), [`any_format`](Self::any_format), [`strict`](Self::strict), [`dry_run`](Self::dry_run), [`follow`](Self::follow) | no |
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

/// How logs are loaded.
#[derive(Clone, Debug)]
struct Options {
    reading: ReadOptions,
    gap: SessionGap,
    filter: LogFilter,
    only_files: Vec<NamePattern>,
    batch: usize,
    kept_rejects: usize,
    strict: bool,
    dry_run: bool,
    follow: bool,
    sessions_of: Option<String>,
}

impl<'s> Loader<'s> {
    /// A loader into a store.
    pub fn new(store: &'s dyn TrackingStorage) -> Self {
        Self {
            store,
            options: Options {
                reading: ReadOptions {
                    format: FormatOptions::new(),
                    line_limit: Lines::DEFAULT_LIMIT,
                    last_lines: false,
                    any_format: false,
                    if_unsure: IfUnsure::Refuse,
                },
                gap: SessionGap::default(),
                filter: LogFilter::new(),
                only_files: Vec::new(),
                batch: 4000,
                kept_rejects: 1000,
                strict: false,
                dry_run: false,
                follow: false,
                sessions_of: None,
            },
        }
    }

    /// Chooses the format of the logs, or says what is needed to find it out.
    pub fn format(mut self, format: FormatOptions) -> Self {
        self.options.reading.format = format;
        self
    }

    /// Starts another run after a pause longer than this.
    pub fn session_gap(mut self, gap: SessionGap) -> Self {
        self.options.gap = gap;
        self
    }

    /// Leaves records out. What is left out counts as loaded: another load does not bring it.
    pub fn filter(mut self, filter: LogFilter) -> Self {
        self.options.filter = filter;
        self
    }

    /// Of a folder, takes only files with a name like this, or like another one that was given.
    pub fn only_files(mut self, names: NamePattern) -> Self {
        self.options.only_files.push(names);
        self
    }

    /// Loads so many lines at a time, at least one. They are put in order of time, as servers
    /// write a line when a request ends.
    pub fn batch(mut self, lines: usize) -> Self {
        self.options.batch = lines.max(1);
        self
    }

    /// Rejects lines of more than so many bytes.
    pub fn line_limit(mut self, bytes: usize) -> Self {
        self.options.reading.line_limit = bytes;
        self
    }

    /// Keeps so many rejected lines in the summary; all of them are counted.
    pub fn keep_rejects(mut self, lines: usize) -> Self {
        self.options.kept_rejects = lines;
        self
    }

    /// Takes a last line also where it has no line end. If more of it comes later, that is
    /// left out and counted, as the line has been loaded as it was.
    pub fn last_lines(mut self, taken: bool) -> Self {
        self.options.reading.last_lines = taken;
        self
    }

    /// Reads logs also where their format could not be found out, and then rejects their lines.
    /// Else such a log is an error, and nothing of it counts as loaded.
    pub fn any_format(mut self, read: bool) -> Self {
        self.options.reading.any_format = read;
        self
    }

    /// Decides about lines of which it is not certain whether they were loaded before, since some
    /// lines, too few to be sure, are the same in another log that was loaded.
    pub fn if_unsure(mut self, what: IfUnsure) -> Self {
        self.options.reading.if_unsure = what;
        self
    }

    /// Stops before the first malformed line.
    pub fn strict(mut self, stop: bool) -> Self {
        self.options.strict = stop;
        self
    }

    /// Only finds out what a load would do.
    pub fn dry_run(mut self, only: bool) -> Self {
        self.options.dry_run = only;
        self
    }

    /// Goes on with what is written to the logs later, also after they are rotated, and with logs
    /// that come into a folder, as long as the observer [waits](LoadObserver::wait).
    pub fn follow(mut self, follow: bool) -> Self {
        self.options.follow = follow;
        self
    }

    /// Says whose sessions they are that these logs give. The same session of the same owner is
    /// the same run in all logs.
    pub fn sessions_of(mut self, owner: impl Into<String>) -> Self {
        self.options.sessions_of = Some(owner.into());
        self
    }

    /// Loads what is new in these logs.
    ///
    /// A log that cannot be opened, or not be read to its end, or whose format is not known, keeps
    /// the others from nothing: its summary has the error. A file of no known format that was not
    /// named, but found in a folder with logs in it, is no error: it is
    /// [skipped](LogState::Skipped).
    ///
    /// # Errors
    ///
    /// [`LoadError`]; what was loaded before that stays loaded, and another load goes on there.
    pub fn load(
        &self,
        logs: &[Source],
        observer: &mut dyn LoadObserver,
    ) -> Result<LoadSummary, LoadError> {
        LoadSession::new(self.store, &self.options, logs, observer)?.run()
    }
}
