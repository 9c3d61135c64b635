//! What a handler adds to the track of its request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use tracking_core::{TaskId, UserName};

/// The track of the request that is being handled, as an extension of the request.
///
/// A handler says who the user is, and adds data of its own; a key that the layer uses too gets
/// the handler's value. What is added after the response has been sent is ignored. Where the
/// request is not recorded, nothing happens.
///
/// ```
/// use axum::extract::Path;
/// use axum::{Extension, Router, routing::get};
/// use tracking_core::UserName;
/// use tracking_tokio::{RequestTrack, TrackingLayer, matched_path};
///
/// async fn lesson(Path(page): Path<u32>, Extension(track): Extension<RequestTrack>) -> String {
///     track.set_user(UserName::nobody());
///     track.insert("page", page);
///     format!("This is page {page}.")
/// }
///
/// let layer = TrackingLayer::new(|track| println!("{track:?}")).task(matched_path);
/// let app: Router = Router::new().route("/lesson/{page}", get(lesson)).layer(layer);
/// # let _ = app;
/// ```
#[derive(Clone, Debug, Default)]
pub struct RequestTrack(Arc<Mutex<Added>>);

/// What was added so far.
#[derive(Debug, Default)]
pub(super) struct Added {
    pub(super) task: Option<TaskId>,
    pub(super) user: Option<UserName>,
    pub(super) data: Map<String, Value>,
    pub(super) is_skipped: bool,
}

impl RequestTrack {
    /// Sets the task.
    pub fn set_task(&self, task: TaskId) {
        self.lock().task = Some(task);
    }

    /// Sets the user.
    pub fn set_user(&self, user: UserName) {
        self.lock().user = Some(user);
    }

    /// Adds a value to the data, or replaces the one that is there.
    pub fn insert(&self, key: impl Into<String>, value: impl Into<Value>) {
        self.lock().data.insert(key.into(), value.into());
    }

    /// Does not record this request.
    pub fn skip(&self) {
        self.lock().is_skipped = true;
    }

    /// Takes what was added.
    pub(super) fn take(&self) -> Added {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Added> {
        // A panic elsewhere leaves the values whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
