//! The service that the layer makes.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::recording::Recording;
use super::settings::Settings;
use super::{RequestTrack, ResponseFuture, TrackedBody};

/// A service whose requests are recorded; made by [`TrackingLayer`](super::TrackingLayer).
#[derive(Clone)]
pub struct TrackingService<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> TrackingService<S> {
    pub(super) fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings }
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for TrackingService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Body,
{
    type Response = Response<TrackedBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let track = RequestTrack::default();
        let recording = Recording::start(&self.settings, &parts, &track);
        // Also where it is not recorded: handlers count on it.
        parts.extensions.insert(track);
        let request = Request::from_parts(parts, body);
        ResponseFuture::new(self.inner.call(request), recording)
    }
}

impl<S: fmt::Debug> fmt::Debug for TrackingService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackingService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
