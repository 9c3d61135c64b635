//! Logs of one JSON object a line.

mod csv;
mod map;
mod mapped;
mod path;
mod value;
mod web;

pub use map::{FieldMap, FieldMapError};
pub(super) use mapped::Mapped;
pub(super) use path::FieldPath;
pub(super) use value::{JsonText, no_json, scalar};
pub(super) use web::{WebFields, WebJson};
