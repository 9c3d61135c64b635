//! Logs of one JSON object a line.

mod map;
mod path;
mod value;
mod web;

pub(super) use map::Mapped;
pub use map::{FieldMap, FieldMapError};
pub(super) use value::{JsonText, no_json, scalar};
pub(super) use web::WebJson;
