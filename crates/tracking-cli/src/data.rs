//! JSON and CSV that are harmless wherever they are opened, as those of `tracking_views` are.

mod calm;
mod csv;
mod json;

pub(crate) use calm::calm;
pub(crate) use csv::Csv;
pub(crate) use json::{json, json_line};
