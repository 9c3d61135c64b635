//! Sentences at the foot of a view.

use std::io::{self, Write};

use super::TextOptions;
use super::cut::wrap;
use super::paint::{Style, paint};

/// Writes notes, after an empty line.
pub(super) fn write_notes<W: Write + ?Sized>(
    out: &mut W,
    notes: &[String],
    options: TextOptions,
) -> io::Result<()> {
    writeln!(out)?;
    for note in notes {
        for line in wrap(note, options.chart_width()) {
            writeln!(out, "{}", paint(options, Style::Faint, &line))?;
        }
    }
    Ok(())
}
