//! Tracks, runs and counts as data, for spreadsheets and programs.
//!
//! [`Export`] writes CSV, JSON and JSON lines to any [`io::Write`](std::io::Write), row by row;
//! nothing is omitted or cut, and times are in UTC to the microsecond. [`Import`] reads all of it
//! again. JSON is the form in which `tracking-core` serializes its types, so other programs in
//! Rust need not even that.
//!
//! # Spreadsheets
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and with it
//! whoever can choose the name of a task could run something on the desk of whoever opens the
//! file. So cells that begin with one of these, with their wide forms `＝`, `＋`, `－` or `＠`,
//! or with a tab or a line break, get an apostrophe in front, which spreadsheets take as `this
//! is text`. A cell that begins with an apostrophe gets one more: taking one away always gives
//! what was there. [`Export::with_raw_cells`] turns that off, for programs.
//!
//! # Control characters
//!
//! In JSON, control characters and marks that turn the direction of writing are written as
//! `\uXXXX`, which means the same. CSV has no such escapes, so names are written unchanged;
//! columns of data are JSON.

mod cells;
mod csv_writer;
mod export;
mod format;
mod import;
mod json;
mod rows;
mod write_all;

pub use csv_writer::CsvWriter;
pub use export::Export;
pub use format::Format;
pub use import::{Import, ReadError};
pub use json::{write_json, write_json_pretty};
pub use rows::{GroupRows, RunRows, TrackRows};
