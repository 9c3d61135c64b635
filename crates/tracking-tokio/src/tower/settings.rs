//! What a layer records, and of which requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderName;
use http::request::Parts;
use tracking_core::{Clock, RunChoice, SessionGap, SystemClock, TaskId, UserName};

use super::FinishedRequest;
use crate::TrackSink;

pub(super) type OfRequest<T> = Arc<dyn Fn(&Parts) -> T + Send + Sync>;
pub(super) type OfFinished<T> = Arc<dyn Fn(&FinishedRequest<'_>) -> T + Send + Sync>;

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) sink: Arc<dyn TrackSink>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) task: Option<OfRequest<Option<TaskId>>>,
    pub(super) user: Option<OfRequest<Option<UserName>>>,
    pub(super) filter: Option<OfRequest<bool>>,
    pub(super) always: Option<OfFinished<bool>>,
    pub(super) run: RunChoice,
    pub(super) one_in: u64,
    pub(super) requests: Arc<AtomicU64>,
    pub(super) records_path: bool,
    pub(super) query_parameters: Vec<String>,
    pub(super) request_id: HeaderName,
    pub(super) request_headers: Vec<HeaderName>,
    pub(super) response_headers: Vec<HeaderName>,
}

impl Settings {
    pub(super) fn new(sink: Arc<dyn TrackSink>) -> Self {
        Self {
            sink,
            clock: Arc::new(SystemClock),
            task: None,
            user: None,
            filter: None,
            always: None,
            run: SessionGap::default().into(),
            one_in: 1,
            requests: Arc::default(),
            records_path: false,
            query_parameters: Vec::new(),
            request_id: HeaderName::from_static("x-request-id"),
            request_headers: Vec::new(),
            response_headers: Vec::new(),
        }
    }

    /// Whether the next request is one of the sample.
    pub(super) fn is_in_sample(&self) -> bool {
        self.one_in <= 1
            || self
                .requests
                .fetch_add(1, Ordering::Relaxed)
                .is_multiple_of(self.one_in)
    }
}
