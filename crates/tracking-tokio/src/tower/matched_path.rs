//! The route of axum as the task.

use axum::extract::MatchedPath;
use http::request::Parts;
use tracking_core::TaskId;

/// The route that axum has matched, like `/users/{id}`; for
/// [`TrackingLayer::task`](super::TrackingLayer::task).
///
/// Add the layer with `Router::layer`, which also sees requests that no route matches; for these
/// the task is the path. `Router::route_layer` does not see them.
pub fn matched_path(request: &Parts) -> Option<TaskId> {
    let route = request.extensions.get::<MatchedPath>()?;
    TaskId::new(route.as_str()).ok()
}
