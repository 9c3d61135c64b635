//! The layer, and what can be chosen for it.

use std::fmt;
use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;
use tower_layer::Layer;
use tracking_core::{Clock, RunChoice, SessionGap, TaskId, UserName};

use super::settings::Settings;
use super::{FinishedRequest, TrackingService};
use crate::TrackSink;

/// A tower layer that records each request as a track.
///
/// It works for every request that reaches it: also those that no route matches, streams,
/// upgrades, and requests that the client cancels.
///
/// # What a track holds
///
/// The task is the request's path, or what [`task`](Self::task) finds; the user is nobody, or whom
/// [`user`](Self::user) finds; the time is when the request came in. A handler can change all of
/// these, and add data of its own: see [`RequestTrack`](super::RequestTrack). The run is the session of
/// the user: see [`session_gap`](Self::session_gap). The data has:
///
/// | field | holds | when |
/// |---|---|---|
/// | `method` | the method | always |
/// | `status` | the status code | where there was a response |
/// | `first_byte_ms` | milliseconds until the response, without its body | where there was a response |
/// | `duration_ms` | milliseconds until the end of the body | always |
/// | `bytes` | bytes of the body that were handed to the server | always |
/// | `outcome` | `cancelled`: the client went away; `failed`: the handler or the body failed or panicked; `upgraded`: the connection became another one, a web socket for example | where the response was not sent to its end |
/// | `request_id` | the `x-request-id` of the request, or else of the response | where there is one |
/// | `path` | the path | with [`record_path`](Self::record_path) |
/// | `query` | chosen parameters of the query string, as they stand there | with [`query_parameter`](Self::query_parameter) |
/// | `request_headers`, `response_headers` | chosen headers | with [`request_header`](Self::request_header), [`response_header`](Self::response_header) |
/// | `sampled_one_in` | how many requests this one stands for | with [`sample_one_in`](Self::sample_one_in) |
///
/// Nothing else of the request is recorded: by default no query string and no header. The values
/// of `authorization`, `proxy-authorization`, `cookie` and `set-cookie`, and those marked as
/// sensitive, are recorded as `(hidden)` even where chosen; of the URLs in `referer`, `location`
/// and `content-location`, the query string is hidden. Texts of more than 1,024 bytes are cut.
///
/// # When it is recorded
///
/// Once, when the last part of the response is handed to the server, before it is on the wire. So
/// with a record log as the sink, a response that the client has received is in the log, also
/// where the process is killed right after.
///
/// A web socket, or another upgrade of the connection, is recorded with its response: `status` is
/// 101, `outcome` is `upgraded`, and neither `bytes` nor `duration_ms` count what comes after. To
/// record the end of it, have its handler record a track of its own. Each stream of an HTTP/2
/// connection is a request of its own; one that the client resets is `cancelled`.
///
/// ```
/// use tracking_core::UserName;
/// use tracking_tokio::TrackingLayer;
///
/// let layer = TrackingLayer::new(|track| println!("{track:?}"))
///     .user(|request| {
///         let user = request.headers.get("x-user")?.to_str().ok()?;
///         UserName::new(user).ok()
///     })
///     .filter(|request| request.uri.path() != "/health");
/// # let _ = layer;
/// ```
#[derive(Clone)]
#[must_use]
pub struct TrackingLayer {
    settings: Arc<Settings>,
}

impl TrackingLayer {
    /// Records into this sink: a recorder, a record log, or a closure.
    pub fn new(sink: impl TrackSink + 'static) -> Self {
        Self {
            settings: Arc::new(Settings::new(Arc::new(sink))),
        }
    }

    /// Finds the task of a request. Where it finds none, the task is the path.
    ///
    /// With the feature `axum`, `matched_path` finds the route, so that `/users/1` and
    /// `/users/2` are one task, `/users/{id}`.
    pub fn task<F>(self, find: F) -> Self
    where
        F: Fn(&Parts) -> Option<TaskId> + Send + Sync + 'static,
    {
        self.with(|settings| settings.task = Some(Arc::new(find)))
    }

    /// Finds the user of a request, for example in an extension that an outer layer has set.
    ///
    /// What is only known further inside is set there, by
    /// [`RequestTrack::set_user`](super::RequestTrack::set_user).
    pub fn user<F>(self, find: F) -> Self
    where
        F: Fn(&Parts) -> Option<UserName> + Send + Sync + 'static,
    {
        self.with(|settings| settings.user = Some(Arc::new(find)))
    }

    /// Ends the session of a user after a pause longer than this: 30 minutes by default.
    ///
    /// What a user asks for is one run as long as no pause is longer, whatever the tasks; see
    /// [`NewTrack::in_session`](tracking_core::NewTrack::in_session). Requests of which the user
    /// is not known are all of one user, nobody, and so of one session. In a record log, tracks
    /// have no session: the gap is that of the load.
    pub fn session_gap(self, gap: impl Into<SessionGap>) -> Self {
        self.with(|settings| settings.run = gap.into().into())
    }

    /// Saves into the current run of each task, which all users share, and not into sessions.
    pub fn in_current_run(self) -> Self {
        self.with(|settings| settings.run = RunChoice::Current)
    }

    /// Records only requests for which this is true.
    pub fn filter<F>(self, is_recorded: F) -> Self
    where
        F: Fn(&Parts) -> bool + Send + Sync + 'static,
    {
        self.with(|settings| settings.filter = Some(Arc::new(is_recorded)))
    }

    /// Records one in this many requests. Each track says so in `sampled_one_in`, so that counts
    /// can be estimated.
    pub fn sample_one_in(self, requests: u64) -> Self {
        self.with(|settings| settings.one_in = requests.max(1))
    }

    /// Records these requests even where they are not in the sample, for example errors. Such a
    /// track has no `sampled_one_in`.
    pub fn always<F>(self, is_recorded: F) -> Self
    where
        F: Fn(&FinishedRequest<'_>) -> bool + Send + Sync + 'static,
    {
        self.with(|settings| settings.always = Some(Arc::new(is_recorded)))
    }

    /// Records the path, too, where the task is something else. A path may hold secrets, such as
    /// a token that resets a password.
    pub fn record_path(self) -> Self {
        self.with(|settings| settings.records_path = true)
    }

    /// Records this parameter of the query string.
    pub fn query_parameter(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.query_parameters.push(name.into()))
    }

    /// Records this header of the request.
    pub fn request_header(self, name: HeaderName) -> Self {
        self.with(|settings| settings.request_headers.push(name))
    }

    /// Records this header of the response.
    pub fn response_header(self, name: HeaderName) -> Self {
        self.with(|settings| settings.response_headers.push(name))
    }

    /// Takes the request id from this header instead of `x-request-id`.
    pub fn request_id_header(self, name: HeaderName) -> Self {
        self.with(|settings| settings.request_id = name)
    }

    /// Takes the time of tracks from this clock. Durations are measured by the monotonic clock of
    /// the machine.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        self.with(|settings| settings.clock = clock)
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }
}

impl<S> Layer<S> for TrackingLayer {
    type Service = TrackingService<S>;

    fn layer(&self, inner: S) -> TrackingService<S> {
        TrackingService::new(inner, Arc::clone(&self.settings))
    }
}

impl fmt::Debug for TrackingLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackingLayer").finish_non_exhaustive()
    }
}
