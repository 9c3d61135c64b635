//! JSON documents.

use std::io::{self, Write};

use serde::Serialize;
use tracking_views::data::{write_json, write_json_pretty};

/// Writes an indented JSON document and ends its line.
pub(crate) fn json(out: &mut dyn Write, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    write_json_pretty(out, value)?;
    out.write_all(b"\n")
}

/// Writes a JSON document as a line.
pub(crate) fn json_line(out: &mut dyn Write, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    write_json(out, value)?;
    out.write_all(b"\n")
}
