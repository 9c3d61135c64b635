//! Metadata.

use std::io::{self, Write};

use crate::Context;
use crate::model::{Entry, EntryValue, state_name};
use crate::shown::{grouped, span};
use crate::text::Text;
use crate::text::paint::Style;
use crate::text::table::{Column, Table};

/// Writes labels and values, one pair a line.
pub(super) fn entries<W: Write + ?Sized>(
    out: &mut W,
    entries: &[Entry],
    text: &Text<'_>,
) -> io::Result<()> {
    writeln!(out)?;
    let columns = vec![Column::short("").styled(Style::Faint), Column::long("")];
    let mut table = Table::new(columns, text.options);
    for entry in entries {
        let value = shown(entry.value(), &text.context);
        let value = if value.is_empty() { "(none)" } else { &value };
        table.row(out, &[entry.label(), value])?;
    }
    table.finish(out)
}

fn shown(value: &EntryValue, context: &Context<'_>) -> String {
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

/// A title with the name that it stands for.
fn titled(name: &str, title: Option<String>) -> String {
    match title {
        Some(title) if title != name => format!("{title} ({name})"),
        _ => name.into(),
    }
}
