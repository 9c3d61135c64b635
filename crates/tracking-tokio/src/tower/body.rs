//! The body of a response, watched to its end.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http::header::CONTENT_LENGTH;
use http::{Method, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::finished::RequestOutcome;
use super::recording::Recording;

pin_project! {
    /// The body of a response whose request is recorded when the body ends.
    ///
    /// If it is dropped before its end, the request is recorded as cancelled, or as failed where
    /// the body has panicked.
    pub struct TrackedBody<B> {
        #[pin]
        inner: B,
        recording: Option<Box<Recording>>,
        // The bytes that the header promises, after which nobody may ask for more.
        promised: Option<u64>,
    }
}

impl<B: Body> TrackedBody<B> {
    /// Goes on recording with a response.
    pub(super) fn in_response(
        response: Response<B>,
        recording: Option<Box<Recording>>,
    ) -> Response<Self> {
        let (parts, inner) = response.into_parts();
        let mut body = Self {
            inner,
            recording: None,
            promised: None,
        };
        if let Some(mut recording) = recording {
            recording.respond(&parts);
            let length = parts.headers.get(CONTENT_LENGTH);
            body.promised = length.and_then(|length| length.to_str().ok()?.parse().ok());
            if is_upgrade(recording.method(), parts.status) {
                recording.finish(RequestOutcome::Upgraded);
            } else if body.inner.is_end_stream() || has_no_body(recording.method(), parts.status) {
                recording.finish(RequestOutcome::Complete);
            } else {
                body.recording = Some(recording);
            }
        }
        Response::from_parts(parts, body)
    }
}

fn is_upgrade(method: &Method, status: StatusCode) -> bool {
    status == StatusCode::SWITCHING_PROTOCOLS || (method == Method::CONNECT && status.is_success())
}

/// Whether a server leaves the body of such a response out, whatever it holds.
fn has_no_body(method: &Method, status: StatusCode) -> bool {
    method == Method::HEAD
        || status.is_informational()
        || status == StatusCode::NO_CONTENT
        || status == StatusCode::NOT_MODIFIED
}

impl<B: Body> Body for TrackedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        if let Some(recording) = this.recording.as_mut() {
            recording.set_polled(true);
        }
        let polled = this.inner.as_mut().poll_frame(context);
        if let Some(recording) = this.recording.as_mut() {
            recording.set_polled(false);
        }
        let frame = ready!(polled);
        let outcome = match (&frame, this.recording.as_mut()) {
            (_, None) => None,
            (None, _) => Some(RequestOutcome::Complete),
            (Some(Err(_)), _) => Some(RequestOutcome::Failed),
            (Some(Ok(frame)), Some(recording)) => {
                let sent = recording.add_bytes(frame.data_ref().map_or(0, Buf::remaining));
                let is_last = frame.is_trailers()
                    || this.inner.is_end_stream()
                    || this.promised.is_some_and(|promised| sent >= promised);
                is_last.then_some(RequestOutcome::Complete)
            }
        };
        if let Some(outcome) = outcome
            && let Some(mut recording) = this.recording.take()
        {
            recording.finish(outcome);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// An empty body, of a request that is not recorded.
impl<B: Default> Default for TrackedBody<B> {
    fn default() -> Self {
        Self {
            inner: B::default(),
            recording: None,
            promised: None,
        }
    }
}

impl<B: fmt::Debug> fmt::Debug for TrackedBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackedBody")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
