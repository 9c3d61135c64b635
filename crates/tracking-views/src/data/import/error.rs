//! Errors of an import.

use std::error::Error;
use std::io;

use thiserror::Error;

use crate::format::Visible;

/// Why a record cannot be taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The input cannot be read.
    #[error("cannot read the input")]
    Input(#[from] io::Error),
    /// The text is not CSV, or cannot be read.
    #[error("cannot read the CSV")]
    Csv(#[from] csv::Error),
    /// A column is not there.
    #[error("line {line} has no column {column:?}; export the records again")]
    Missing {
        /// The number of the line, from 1.
        line: u64,
        /// The name of the column.
        column: String,
    },
    /// A value does not fit its column.
    #[error("line {line}, column {column:?}: cannot take \"{}\"", Visible::short(.value))]
    Value {
        /// The number of the line, from 1.
        line: u64,
        /// The name of the column.
        column: String,
        /// The value in that place.
        value: String,
        /// Why it does not fit.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The text is not an array of objects in JSON, or ends before it is whole.
    #[error("cannot read the JSON")]
    Json(#[source] serde_json::Error),
    /// An object of JSON is not what was asked for.
    #[error("cannot take record {number}")]
    Record {
        /// The number of the record, from 1; of JSON lines that of the line.
        number: u64,
        /// Why not.
        source: serde_json::Error,
    },
}
