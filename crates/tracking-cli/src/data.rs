//! JSON and CSV that are harmless wherever they are opened, as those of `tracking_views` are.

mod csv;
mod json;

pub(crate) use csv::Csv;
pub(crate) use json::{calm, json, json_line};
