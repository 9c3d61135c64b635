//! Output to standard output, or atomically to a file.

mod file;
mod owner;

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Result;
use tracking_views::TextOptions;

use crate::args::Color;

pub(crate) use file::write_file;

/// Calls `render` with a buffered writer to a file, or else to standard output.
///
/// A broken pipe is returned as an error of that kind, however `render` wrapped it, so that the
/// caller can ignore it.
pub(crate) fn write(
    file: Option<&Path>,
    render: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    if let Some(file) = file {
        return write_file(file, render);
    }
    let is_broken = Cell::new(false);
    let stdout = Stdout {
        out: io::stdout().lock(),
        is_broken: &is_broken,
    };
    let mut out = BufWriter::with_capacity(1 << 16, stdout);
    let done = render(&mut out).and_then(|()| Ok(out.flush()?));
    if is_broken.get() {
        return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
    }
    done
}

/// The width and colours of text; a file is no terminal.
///
/// Colour is used on terminals that support it, unless `NO_COLOR` is set; see
/// <https://no-color.org>.
pub(crate) fn text_options(file: Option<&Path>, color: Color) -> TextOptions {
    let terminal = file.is_none() && io::stdout().is_terminal();
    TextOptions::new()
        .with_width(width().filter(|_| terminal))
        .with_color(match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && is_colour_welcome(),
        })
}

/// The width of the terminal, if standard output is one.
pub(crate) fn width() -> Option<usize> {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map(|(width, _)| width.0.into())
}

fn is_colour_welcome() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    !unwanted && !dumb
}

/// Standard output whose errors name it.
struct Stdout<'b> {
    out: io::StdoutLock<'static>,
    is_broken: &'b Cell<bool>,
}

impl Write for Stdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        written.map_err(|error| self.recorded(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        flushed.map_err(|error| self.recorded(error))
    }
}

impl Stdout<'_> {
    fn recorded(&self, error: io::Error) -> io::Error {
        match error.kind() {
            // The caller repeats the call.
            io::ErrorKind::Interrupted => error,
            kind => {
                self.is_broken.set(kind == io::ErrorKind::BrokenPipe);
                io::Error::new(kind, CannotPrint(error))
            }
        }
    }
}

#[derive(Debug)]
struct CannotPrint(io::Error);

impl fmt::Display for CannotPrint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot write to standard output")
    }
}

impl std::error::Error for CannotPrint {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
