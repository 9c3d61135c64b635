//! Recording the requests of a web program.

mod body;
mod chosen;
mod fields;
mod finished;
mod future;
mod headers;
mod layer;
#[cfg(feature = "axum")]
mod matched_path;
mod recording;
mod request_track;
mod service;
mod settings;
mod text;

pub use body::TrackedBody;
pub use finished::{FinishedRequest, RequestOutcome};
pub use future::ResponseFuture;
pub use layer::TrackingLayer;
#[cfg(feature = "axum")]
pub use matched_path::matched_path;
pub use request_track::RequestTrack;
pub use service::TrackingService;
