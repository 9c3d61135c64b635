//! Single lines.

use std::io::{self, Write};

use super::TextOptions;
use super::cut::{cut, escape};
use super::paint::{Style, paint};

/// Writes the title of a view.
pub(super) fn title<W: Write + ?Sized>(
    out: &mut W,
    title: &str,
    options: TextOptions,
) -> io::Result<()> {
    write_line(out, title, Style::Title, options)
}

/// Writes one line, cut where it does not fit.
pub(super) fn write_line<W: Write + ?Sized>(
    out: &mut W,
    line: &str,
    style: Style,
    options: TextOptions,
) -> io::Result<()> {
    let line = options
        .max_width()
        .map_or_else(|| escape(line), |max_width| cut(line, max_width));
    writeln!(out, "{}", paint(options, style, &line))
}

/// Writes the heading of a part, after an empty line.
pub(super) fn heading<W: Write + ?Sized>(
    out: &mut W,
    line: &str,
    options: TextOptions,
) -> io::Result<()> {
    writeln!(out)?;
    write_line(out, line, Style::Heading, options)
}
