//! JSON and CSV that are harmless wherever they are opened, as those of `tracking_views` are.

mod json;
mod sanitize;

pub(crate) use json::{json, json_line};
pub(crate) use sanitize::sanitize;

/// Writes CSV.
pub(crate) type Csv<'w> = tracking_views::data::CsvWriter<'w, dyn std::io::Write + 'w>;
