//! JSON and CSV of `tracking_views`, which is harmless wherever it is opened.

mod json;
mod sanitize;

pub(crate) use json::{json, json_line};
pub(crate) use sanitize::sanitize;

/// Writes CSV.
pub(crate) type Csv<'w> = tracking_views::data::CsvWriter<'w, dyn std::io::Write + 'w>;
