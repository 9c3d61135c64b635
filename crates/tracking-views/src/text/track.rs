//! One track as text.

use std::io::{self, Write};

use super::TextOptions;
use super::cut::{cut, whole, width};
use super::line::title;
use super::paint::{Style, paint};
use super::table::{Column, Table};
use crate::model::TrackView;
use crate::shown::{Kind, Step, Steps, read};

/// Writes a track: its id, time, task, run and user, and its data as a tree.
///
/// Where there is no width, values of the data are written whole.
///
/// # Errors
///
/// Those of the writer.
pub fn track<W: Write + ?Sized>(
    out: &mut W,
    view: &TrackView,
    options: TextOptions,
) -> io::Result<()> {
    title(out, view.title(), options)?;
    writeln!(out)?;
    let track = view.track();
    let rows = [
        ("Id", track.id().to_string()),
        ("Time", track.time().to_string()),
        ("Task", track.task().to_string()),
        ("Run", track.run().to_string()),
        ("User", track.user().to_string()),
    ];
    fields(out, &rows, options)?;
    writeln!(out)?;
    writeln!(out, "{}", paint(options, Style::Heading, "Data"))?;
    if track.data().is_empty() {
        return writeln!(out, "{}", paint(options, Style::Faint, "(empty)"));
    }
    tree(out, view, options)
}

/// Writes names and values, one pair a line.
pub(super) fn fields<W: Write + ?Sized>(
    out: &mut W,
    rows: &[(&str, String)],
    options: TextOptions,
) -> io::Result<()> {
    let columns = vec![Column::short("").styled(Style::Faint), Column::long("")];
    let mut table = Table::new(columns, options);
    for (name, value) in rows {
        let value = if value.is_empty() { "(none)" } else { value };
        table.row(out, &[name, value])?;
    }
    table.finish(out)
}

fn tree<W: Write + ?Sized>(out: &mut W, view: &TrackView, options: TextOptions) -> io::Result<()> {
    let data = read(view.track().data().as_ref());
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
