//! The tracks of a query as a stream, page by page.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use futures_core::Stream;
use tracking_core::{Page, Query, Result, Track};

use super::AsyncStorage;

/// How many tracks a stream reads at a time, unless told otherwise.
const DEFAULT_PAGE_SIZE: usize = 500;

type PageFuture = Pin<Box<dyn Future<Output = Result<Page>> + Send>>;

/// The tracks of a query, in its order.
///
/// It holds one page in memory. Each page shows the store at a moment of its own: a track that is
/// saved or removed meanwhile may be seen or not, and no other track is left out or seen twice.
/// After an error it ends.
#[must_use = "a stream does nothing unless it is polled"]
pub struct TrackStream {
    storage: AsyncStorage,
    query: Query,
    page_size: usize,
    /// How many more tracks the query's own limit allows.
    remaining: Option<usize>,
    tracks: vec::IntoIter<Track>,
    /// The page that is being read.
    reading: Option<PageFuture>,
    is_complete: bool,
}

impl AsyncStorage {
    /// Streams the tracks that a query asks for, up to its limit, page by page.
    pub fn tracks(&self, query: Query) -> TrackStream {
        TrackStream {
            storage: self.clone(),
            page_size: DEFAULT_PAGE_SIZE,
            remaining: query.max_tracks(),
            tracks: Vec::new().into_iter(),
            reading: None,
            is_complete: query.max_tracks() == Some(0),
            query,
        }
    }
}

impl TrackStream {
    /// Reads this many tracks at a time, at least one. The default is 500.
    pub fn page_size(self, tracks: usize) -> Self {
        Self {
            page_size: tracks.max(1),
            ..self
        }
    }

    /// The next track; nothing at the end. For programs that do not use `StreamExt`.
    pub async fn next(&mut self) -> Option<Result<Track>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn read_page(&self) -> PageFuture {
        let size = self
            .remaining
            .map_or(self.page_size, |left| left.min(self.page_size));
        let (storage, query) = (self.storage.clone(), self.query.clone().limit(size));
        Box::pin(async move { storage.page(query).await })
    }

    fn take(&mut self, page: Page) {
        if let Some(remaining) = &mut self.remaining {
            *remaining = remaining.saturating_sub(page.tracks.len());
        }
        self.tracks = page.tracks.into_iter();
        match page.next {
            Some(next) if self.remaining != Some(0) => {
                self.query = self.query.clone().after(next);
            }
            _ => self.is_complete = true,
        }
    }
}

impl Stream for TrackStream {
    type Item = Result<Track>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(track) = self.tracks.next() {
                return Poll::Ready(Some(Ok(track)));
            }
            if self.is_complete {
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
                    self.is_complete = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl fmt::Debug for TrackStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackStream")
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}
