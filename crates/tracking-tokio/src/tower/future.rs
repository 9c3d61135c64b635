//! Waiting for the response.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::TrackedBody;
use super::finished::RequestOutcome;
use super::recording::Recording;

pin_project! {
    /// The future of a response whose request is recorded.
    ///
    /// If it is dropped before there is a response, the request is recorded as cancelled, or as
    /// failed where the handler has panicked.
    #[must_use = "a future does nothing unless it is polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        recording: Option<Box<Recording>>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, mut recording: Option<Box<Recording>>) -> Self {
        if let Some(recording) = recording.as_mut() {
            recording.set_polled(false);
        }
        Self { inner, recording }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<TrackedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(recording) = this.recording.as_mut() {
            recording.set_polled(true);
        }
        let polled = this.inner.poll(context);
        if let Some(recording) = this.recording.as_mut() {
            recording.set_polled(false);
        }
        let result = ready!(polled);
        let recording = this.recording.take();
        Poll::Ready(match result {
            Ok(response) => Ok(TrackedBody::in_response(response, recording)),
            Err(error) => {
                if let Some(mut recording) = recording {
                    recording.finish(RequestOutcome::Failed);
                }
                Err(error)
            }
        })
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
