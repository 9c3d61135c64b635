//! Where it goes: standard output, or a file that is written whole or not at all.

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

/// Hands a buffered writer to `render`: of a file where there is one, else of standard output.
///
/// The error of a broken pipe is given as it is, whatever became of it on its way, for it is to
/// be kept quiet.
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

/// How wide and colourful text may be; a file is no terminal.
///
/// Colour is for terminals that know it, where nobody has asked for none; see
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

/// How wide the terminal is that standard output goes to, if to one.
pub(crate) fn width() -> Option<usize> {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map(|(width, _)| width.0.into())
}

fn is_colour_welcome() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    !unwanted && !dumb
}

/// Standard output with errors that say so.
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
            // Whoever writes goes on after this one.
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
