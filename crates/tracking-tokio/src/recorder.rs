//! Saving tracks in the background.

mod backoff;
mod builder;
mod close;
mod counts;
mod error;
mod events;
mod keys;
mod limits;
mod overflow;
mod packed;
mod queue;
mod shared;
mod spill;
mod spiller;
mod writer;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tracking_core::{Error, NewTrack, Result, TaskId, UserName};

pub use builder::RecorderBuilder;
pub use counts::RecorderCounts;
pub use error::{FlushError, RecordError};
pub use overflow::Overflow;
pub use spill::{Spill, SpillError};

use crate::{Changes, TrackSink};
use close::Threads;
use shared::Shared;

/// Saves tracks into a store in the background, in batches.
///
/// [`record`](Self::record) puts a track into a bounded queue and returns. A thread of the
/// recorder's own saves what is in the queue, many tracks at a time. It needs no async runtime.
/// A clone is cheap and shares the queue.
///
/// # What becomes of a track
///
/// Each track that `record` accepts ends in exactly one way, which [`counts`](Self::counts) shows:
///
/// - **saved**: once, also where the store lost an answer and the batch was repeated. For this,
///   each track gets a [key](tracking_core::Key) and a time, unless it has them.
/// - **spilled** into a log, where the store was down or too slow and [`Overflow::Spill`] is
///   chosen. The loader of that log skips what was saved all the same, by its key.
/// - **refused** by the store for good, for example a save into a run that does not exist.
///   The other tracks of its batch are saved.
/// - **abandoned**, only at the end: the recorder was closed, and the store did not take what was
///   left within the time allowed.
///
/// A track that `record` does not accept, because the queue is full, is **dropped**; see
/// [`Overflow`] for other choices. While the store fails, the recorder tries again with growing
/// pauses, and keeps what is in the queue.
///
/// What is in the queue is gone if the process is killed. To lose nothing then, have each track
/// written to a log first: see [`RecorderBuilder::write_ahead`].
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use serde_json::json;
/// use tracking_btree::BTreeStorage;
/// use tracking_core::{NewTrack, Query, TrackingStorage};
/// use tracking_tokio::Recorder;
///
/// let store: Arc<dyn TrackingStorage> = Arc::new(BTreeStorage::new());
/// let recorder = Recorder::builder(Arc::clone(&store)).build()?;
/// for page in 1..=100 {
///     recorder.record(NewTrack::new("lesson-1", "anna", json!({"page": page}))?)?;
/// }
/// recorder.flush(Duration::from_secs(5))?;
/// assert_eq!(store.count(&Query::all())?, 100);
/// assert_eq!(recorder.counts().saved, 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
    /// Closes the recorder when the last clone is gone.
    threads: Arc<Threads>,
}

impl Recorder {
    /// Records a track, and returns at once: it waits for no store and no disk. Only
    /// [`Overflow::Wait`] makes it wait, while the queue is full, and
    /// [`write_ahead`](RecorderBuilder::write_ahead) for the log.
    ///
    /// A track without a time gets that of the recorder's clock, now.
    ///
    /// # Errors
    ///
    /// A [`RecordError`] says why the track was not accepted; it is counted as dropped. Programs
    /// that only watch [`counts`](Self::counts) may ignore it.
    pub fn record(&self, track: NewTrack) -> Result<(), RecordError> {
        self.shared.record(track)
    }

    /// Records which fields of a value changed, as [`Changes`] has it; nothing where none did.
    ///
    /// To hide or leave out fields, make the [`Changes`] yourself.
    ///
    /// # Errors
    ///
    /// Those of [`Changes::between`] and [`Changes::to_track`]. A track that the recorder does not
    /// accept is counted as dropped, as with [`record`](Self::record).
    pub fn record_change<T, U, V>(&self, task: T, user: U, before: &V, after: &V) -> Result<()>
    where
        T: TryInto<TaskId, Error: Into<Error>>,
        U: TryInto<UserName, Error: Into<Error>>,
        V: Serialize + ?Sized,
    {
        if let Some(track) = Changes::between(before, after)?.to_track(task, user)? {
            self.take(track);
        }
        Ok(())
    }

    /// What has become of the tracks so far, and how many are under way.
    pub fn counts(&self) -> RecorderCounts {
        self.shared.counts()
    }

    /// Waits until every track that was recorded before this call is saved, spilled or refused.
    ///
    /// It blocks the thread. In an async program, use `tokio::task::spawn_blocking`, or
    /// `flushed` (feature `handle`).
    ///
    /// # Errors
    ///
    /// [`FlushError`] where that takes longer than the time given; the recorder goes on trying.
    pub fn flush(&self, timeout: Duration) -> Result<(), FlushError> {
        self.shared.flush(timeout)
    }

    /// The same as [`flush`](Self::flush), as a future.
    ///
    /// # Errors
    ///
    /// Those of [`flush`](Self::flush).
    #[cfg(feature = "handle")]
    pub async fn flushed(&self, timeout: Duration) -> Result<(), FlushError> {
        let recorder = self.clone();
        let waiting = tokio::task::spawn_blocking(move || recorder.flush(timeout));
        waiting
            .await
            .unwrap_or_else(|_| Err(FlushError::new(self.counts())))
    }

    /// Closes the recorder: accepts no more tracks, saves or spills what is left within the time
    /// given, and returns what became of everything.
    ///
    /// Dropping the last clone does the same with the
    /// [close timeout](RecorderBuilder::close_timeout). Both block the thread.
    pub fn close(&self, timeout: Duration) -> RecorderCounts {
        self.threads.close(timeout);
        self.counts()
    }
}

impl TrackSink for Recorder {
    fn take(&self, track: NewTrack) {
        // The recorder counts what it drops.
        let _counted = self.record(track);
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("store", &self.shared.store)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}
