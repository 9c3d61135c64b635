//! Metadata.

use std::io::{self, Write};

use crate::Context;
use crate::format::{grouped, span};
use crate::model::{Entry, EntryValue, state_name};
use crate::text::cut::{cut, fold, width};
use crate::text::paint::Style;
use crate::text::settings::Settings;
use crate::text::table::{Column, Table};

/// In a terminal labels are cut beyond this many columns, and a value gets at most so many lines.
const MAX_LABEL: usize = 24;
const MAX_LINES: usize = 10;

/// Writes labels and values, one pair a line; longer values take more of them.
pub(super) fn entries<W: Write + ?Sized>(
    out: &mut W,
    entries: &[Entry],
    settings: &Settings<'_>,
) -> io::Result<()> {
    writeln!(out)?;
    let columns = vec![Column::short("").styled(Style::Faint), Column::long("")];
    let mut table = Table::new(columns, settings.options);
    let Some(max_width) = settings.options.max_width() else {
        for entry in entries {
            table.row(
                out,
                &[
                    entry.label(),
                    &format_value(entry.value(), &settings.context),
                ],
            )?;
        }
        return table.finish(out);
    };
    let label = |entry: &Entry| cut(entry.label(), MAX_LABEL.min(max_width / 2));
    let labels = entries.iter().map(|entry| width(&label(entry)));
    let left = labels.max().unwrap_or(0) + 2;
    for entry in entries {
        let mut label = label(entry);
        let value = format_value(entry.value(), &settings.context);
        for line in fold(&value, max_width.saturating_sub(left), MAX_LINES) {
            table.row(out, &[&label, &line])?;
            label.clear();
        }
    }
    table.finish(out)
}

fn format_value(value: &EntryValue, context: &Context<'_>) -> String {
    let text = format_present(value, context);
    if text.is_empty() {
        "(none)".into()
    } else {
        text
    }
}

fn format_present(value: &EntryValue, context: &Context<'_>) -> String {
    match value {
        EntryValue::Text(text) | EntryValue::Link(text, _) => text.clone(),
        EntryValue::Count(count) => grouped(*count),
        EntryValue::Task(task) => titled(task, context.task_title(task)),
        EntryValue::User(user) => titled(user, context.user_title(user)),
        EntryValue::Run(run) => run.to_string(),
        EntryValue::Track(track) => track.to_string(),
        EntryValue::Time(time) => context.full_time(*time),
        EntryValue::ExactTime(time) => context.exact_time(*time),
        EntryValue::Length(length) => span(*length),
        EntryValue::State(state) => state_name(*state).into(),
    }
}

/// A title with the id that it belongs to.
fn titled(name: &str, title: Option<String>) -> String {
    match title {
        Some(title) if title != name => format!("{title} ({name})"),
        _ => name.into(),
    }
}
