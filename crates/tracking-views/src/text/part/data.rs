//! The data of a track.

use std::io::{self, Write};

use tracking_core::Data;

use crate::shown::{Kind, Step, Steps, read};
use crate::text::TextOptions;
use crate::text::cut::{cut, whole, width};
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

/// Writes a line of the tree; deep in it, the indent stops growing before the line is full.
fn branch<W: Write + ?Sized>(
    out: &mut W,
    depth: usize,
    name: &str,
    (value, style): (&str, Style),
    options: TextOptions,
) -> io::Result<()> {
    let indent = depth * 2;
    let (indent, name, value) = match options.room() {
        None => (indent, whole(name), whole(value)),
        Some(room) => {
            let indent = indent.min(room / 2);
            let name = cut(name, (room - indent) / 2);
            let left = room.saturating_sub(indent + width(&name) + 2);
            let value = cut(value, left);
            (indent, name, value)
        }
    };
    let value = paint(options, style, &value);
    writeln!(out, "{:indent$}{name}: {value}", "")
}
