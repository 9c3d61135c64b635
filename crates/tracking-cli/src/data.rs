//! JSON and CSV that are harmless wherever they are opened, as those of `tracking_views` are.

mod calm;
mod json;

pub(crate) use calm::calm;
pub(crate) use json::{json, json_line};

/// Writes CSV.
pub(crate) type Csv<'w> = tracking_views::data::CsvWriter<'w, dyn std::io::Write + 'w>;
