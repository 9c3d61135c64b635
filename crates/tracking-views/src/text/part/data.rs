//! The data of a track.

use std::io::{self, Write};

use tracking_core::Data;

use crate::format::{Kind, Step, Steps, read};
use crate::text::TextOptions;
use crate::text::cut::{cut, escape, fold, width};
use crate::text::line::heading;
use crate::text::paint::{Style, paint};

/// Writes data as a tree.
pub(super) fn data<W: Write + ?Sized>(
    out: &mut W,
    data: &Data,
    options: TextOptions,
) -> io::Result<()> {
    heading(out, "Data", options)?;
    if data.is_empty() {
        return writeln!(out, "{}", paint(options, Style::Faint, "(empty)"));
    }
    tree(out, data, options)
}

fn tree<W: Write + ?Sized>(out: &mut W, data: &Data, options: TextOptions) -> io::Result<()> {
    let data = read(data.as_ref());
    let mut depth = 0_usize;
    for step in Steps::new(&data) {
        match step {
            Step::Enter(name, size) => {
                let size = format!("({size})");
                branch(out, depth, &name, (&size, Style::Faint), options)?;
                depth += 1;
            }
            Step::Leaf(name, kind, text) => {
                let style = if kind == Kind::Text {
                    Style::Plain
                } else {
                    Style::Bar
                };
                branch(out, depth, &name, (&text, style), options)?;
            }
            Step::Leave => depth = depth.saturating_sub(1),
        }
    }
    Ok(())
}

/// So many lines of a value are shown.
const MAX_LINES: usize = 40;

/// Writes a value of the tree, below its name where it is long; deep in it, the indent stops
/// growing before the line is full.
fn branch<W: Write + ?Sized>(
    out: &mut W,
    depth: usize,
    name: &str,
    (value, style): (&str, Style),
    options: TextOptions,
) -> io::Result<()> {
    let indent = depth * 2;
    let Some(max_width) = options.max_width() else {
        let (name, value) = (escape(name), escape(value));
        let value = paint(options, style, &value);
        return writeln!(out, "{:indent$}{name}: {value}", "");
    };
    let indent = indent.min(max_width / 2);
    let name = cut(name, (max_width - indent) / 2);
    let left = max_width.saturating_sub(indent + width(&name) + 2);
    if let [value] = fold(value, left, 1).as_slice() {
        let value = paint(options, style, value);
        return writeln!(out, "{:indent$}{name}: {value}", "");
    }
    writeln!(out, "{:indent$}{name}:", "")?;
    let indent = indent + 2;
    for line in fold(value, max_width.saturating_sub(indent), MAX_LINES) {
        writeln!(out, "{:indent$}{}", "", paint(options, style, &line))?;
    }
    Ok(())
}
