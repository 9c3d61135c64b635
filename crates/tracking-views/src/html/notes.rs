//! Sentences at the foot of a view.

use std::io::{self, Write};

use askama::Template;

use super::value::write;
use crate::format::Visible;

#[derive(Template)]
#[template(path = "part/notes.html")]
struct Notes<'a> {
    notes: &'a [String],
}

/// Writes notes.
pub(super) fn write_notes<W: Write + ?Sized>(out: &mut W, notes: &[String]) -> io::Result<()> {
    write(out, &Notes { notes })
}
