//! A request from its start to its end.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, StatusCode, response};
use tracking_core::{NewTrack, TaskId, Timestamp, UserName};

use super::chosen::Chosen;
use super::fields::{Fields, Milliseconds};
use super::headers::Headers;
use super::settings::Settings;
use super::text::cut;
use super::{FinishedRequest, RequestOutcome, RequestTrack};

/// The task of a request that has no path. No path can be like this: it holds a blank.
const NO_PATH: &str = "(no path)";

/// What is known of a request so far. It is recorded once: at its end, or when this is dropped.
pub(super) struct Recording {
    settings: Arc<Settings>,
    track: RequestTrack,
    is_in_sample: bool,
    time: Timestamp,
    start: Instant,
    task: Option<TaskId>,
    user: Option<UserName>,
    method: Method,
    path: Option<String>,
    chosen: Option<Box<Chosen>>,
    request_id: Option<String>,
    response: Option<Head>,
    bytes: u64,
    /// Whether the handler or the body runs; if this ends while it does, that has panicked.
    is_polled: bool,
    is_over: bool,
}

/// What is known of the response.
struct Head {
    status: StatusCode,
    first_byte: Duration,
}

impl Recording {
    /// Starts to record a request; nothing where it is not to be recorded, whatever comes.
    pub(super) fn start(
        settings: &Arc<Settings>,
        parts: &Parts,
        track: &RequestTrack,
    ) -> Option<Box<Self>> {
        if settings
            .filter
            .as_ref()
            .is_some_and(|filter| !filter(parts))
        {
            return None;
        }
        let is_in_sample = settings.is_in_sample();
        if !is_in_sample && settings.always.is_none() {
            return None;
        }
        let found = settings.task.as_ref().and_then(|task| task(parts));
        let path = found.is_none() || settings.records_path;
        Some(Box::new(Self {
            track: track.clone(),
            is_in_sample,
            time: settings.clock.now(),
            start: Instant::now(),
            path: path.then(|| cut(parts.uri.path()).into_owned()),
            task: found,
            user: settings.user.as_ref().and_then(|user| user(parts)),
            method: parts.method.clone(),
            chosen: Chosen::of_request(settings, parts),
            request_id: request_id(&parts.headers, &settings.request_id),
            response: None,
            bytes: 0,
            is_polled: true,
            is_over: false,
            settings: Arc::clone(settings),
        }))
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    /// Notes the response.
    pub(super) fn respond(&mut self, parts: &response::Parts) {
        if self.request_id.is_none() {
            self.request_id = request_id(&parts.headers, &self.settings.request_id);
        }
        self.response = Some(Head {
            status: parts.status,
            first_byte: self.start.elapsed(),
        });
        if let Some(chosen) = &mut self.chosen {
            chosen.add_response(&parts.headers, &self.settings.response_headers);
        }
    }

    /// Notes that the handler or the body begins to run, or that it has returned.
    pub(super) fn set_polled(&mut self, is_polled: bool) {
        self.is_polled = is_polled;
    }

    /// Counts bytes of the body, and returns how many there are by now.
    pub(super) fn add_bytes(&mut self, bytes: usize) -> u64 {
        self.bytes += bytes as u64;
        self.bytes
    }

    /// Records the request.
    pub(super) fn finish(&mut self, outcome: RequestOutcome) {
        self.is_over = true;
        let added = self.track.take();
        if added.is_skipped {
            return;
        }
        let duration = self.start.elapsed();
        let given = added.task.or_else(|| self.task.take());
        let Some(task) = given.or_else(|| self.path_as_task()) else {
            return;
        };
        let user = added.user.or_else(|| self.user.take());
        let user = user.unwrap_or_else(UserName::nobody);
        let finished = FinishedRequest {
            task: &task,
            user: &user,
            method: &self.method,
            status: self.response.as_ref().map(|response| response.status),
            outcome,
            duration,
        };
        let always = self.settings.always.as_ref();
        if !self.is_in_sample && !always.is_some_and(|always| always(&finished)) {
            return;
        }
        let data = self.fields(outcome, duration).to_data(added.data);
        let track = NewTrack::from_parts(task, user, data);
        let track = track.in_run(self.settings.run).at(self.time);
        self.settings.sink.take(track);
    }

    fn path_as_task(&self) -> Option<TaskId> {
        let path = self.path.as_deref().filter(|path| !path.is_empty());
        TaskId::new(path.unwrap_or(NO_PATH)).ok()
    }

    fn fields(&self, outcome: RequestOutcome, duration: Duration) -> Fields<'_> {
        let response = self.response.as_ref();
        let one_in = self.settings.one_in;
        let chosen = |headers: fn(&Chosen) -> &Headers| {
            let headers = self.chosen.as_deref().map(headers);
            headers.filter(|headers| !headers.is_empty())
        };
        Fields {
            bytes: self.bytes,
            duration_ms: Milliseconds(duration),
            first_byte_ms: response.map(|response| Milliseconds(response.first_byte)),
            method: self.method.as_str(),
            outcome: outcome.word(),
            path: self.path.as_deref().filter(|_| self.settings.records_path),
            query: chosen(|chosen| &chosen.query),
            request_headers: chosen(|chosen| &chosen.request_headers),
            request_id: self.request_id.as_deref(),
            response_headers: chosen(|chosen| &chosen.response_headers),
            sampled_one_in: (self.is_in_sample && one_in > 1).then_some(one_in),
            status: response.map(|response| response.status.as_u16()),
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.finish(if self.is_polled {
            RequestOutcome::Failed
        } else {
            RequestOutcome::Cancelled
        });
    }
}

fn request_id(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let id = headers.get(name)?.as_bytes();
    // Much faster than the lossy one, and enough for most.
    let id = str::from_utf8(id).map_or_else(|_| String::from_utf8_lossy(id), Cow::Borrowed);
    Some(cut(&id).into_owned())
}
