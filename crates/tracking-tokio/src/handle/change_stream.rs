//! The change feed as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;

use futures_core::Stream;
use tracking_core::{Change, ChangeCursor, ChangePage, Result};

use super::AsyncStorage;

/// How many changes a stream reads at a time, unless told otherwise.
const DEFAULT_PAGE_SIZE: usize = 500;

/// How long a stream pauses while there is nothing new, unless told otherwise.
const DEFAULT_POLL_INTERVAL: Duration = Duration::from_millis(200);

type PageFuture = Pin<Box<dyn Future<Output = Result<ChangePage>> + Send>>;

/// What was committed, in commit order, each change once; then what is committed later.
///
/// It does not end by itself, except after an error. To go on after an error, after a restart or
/// in another process, keep the [cursor](Change::cursor) of the last change that you have dealt
/// with, and start a new stream after it. The stream needs tokio's time to be enabled.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// use std::sync::Arc;
/// use serde_json::json;
/// use tracking_btree::BTreeStorage;
/// use tracking_core::{ChangeFeed, ChangeKind, NewTrack};
/// use tracking_tokio::AsyncStorage;
///
/// let storage = AsyncStorage::new(Arc::new(BTreeStorage::new()));
/// storage.set_change_feed(ChangeFeed::on()).await?;
/// let mut changes = storage.follow_changes(None);
/// storage.save(NewTrack::new("lesson-1", "anna", json!({"page": 3}))?).await?;
/// let kinds = [ChangeKind::RunStarted, ChangeKind::TrackSaved];
/// for kind in kinds {
///     assert_eq!(changes.next().await.transpose()?.map(|change| change.kind()), Some(kind));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a stream does nothing unless it is polled"]
pub struct ChangeStream {
    storage: AsyncStorage,
    after: Option<ChangeCursor>,
    page_size: usize,
    poll_interval: Duration,
    changes: vec::IntoIter<Change>,
    /// The page that is being read.
    reading: Option<PageFuture>,
    /// The last page was empty.
    is_idle: bool,
    has_failed: bool,
}

impl AsyncStorage {
    /// Streams the changes after a cursor, or from the oldest one on, and then those that follow.
    pub fn follow_changes(&self, after: Option<ChangeCursor>) -> ChangeStream {
        ChangeStream {
            storage: self.clone(),
            after,
            page_size: DEFAULT_PAGE_SIZE,
            poll_interval: DEFAULT_POLL_INTERVAL,
            changes: Vec::new().into_iter(),
            reading: None,
            is_idle: false,
            has_failed: false,
        }
    }
}

impl ChangeStream {
    /// Reads this many changes at a time, at least one. The default is 500.
    pub fn page_size(self, changes: usize) -> Self {
        Self {
            page_size: changes.max(1),
            ..self
        }
    }

    /// Asks the store again after this time while there is nothing new, and holds no thread
    /// meanwhile. The default is 200 ms.
    pub fn poll_interval(self, interval: Duration) -> Self {
        Self {
            poll_interval: interval,
            ..self
        }
    }

    /// The next change; nothing after an error. For programs that do not use `StreamExt`.
    pub async fn next(&mut self) -> Option<Result<Change>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn read_page(&self) -> PageFuture {
        let (storage, after, size) = (self.storage.clone(), self.after, self.page_size);
        let pause = self.is_idle.then_some(self.poll_interval);
        Box::pin(async move {
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
            }
            storage.changes(after, size).await
        })
    }

    fn take(&mut self, page: ChangePage) {
        self.after = Some(page.next);
        self.is_idle = page.changes.is_empty();
        self.changes = page.changes.into_iter();
    }
}

impl Stream for ChangeStream {
    type Item = Result<Change>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(change) = self.changes.next() {
                return Poll::Ready(Some(Ok(change)));
            }
            if self.has_failed {
                return Poll::Ready(None);
            }
            let mut reading = self.reading.take().unwrap_or_else(|| self.read_page());
            match reading.as_mut().poll(context) {
                Poll::Pending => {
                    self.reading = Some(reading);
                    return Poll::Pending;
                }
                Poll::Ready(Ok(page)) => self.take(page),
                Poll::Ready(Err(error)) => {
                    self.has_failed = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl fmt::Debug for ChangeStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeStream")
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}
