//! Metadata.

use std::io::{self, Write};

use askama::Template;

use crate::Context;
use crate::format::{Label, Visible, grouped, span};
use crate::html::value::{state_class, write};
use crate::model::{Entry, EntryValue, state_name};

#[derive(Template)]
#[template(path = "part/entries.html")]
struct Entries<'a> {
    lines: Vec<Line<'a>>,
}

struct Line<'a> {
    label: &'a str,
    value: Value,
}

/// A value in its written form.
enum Value {
    /// A name, possibly a link, and the id that it is the title of.
    Name(Label, Option<String>),
    Badge(&'static str, &'static str),
    /// A moment in machine-readable and in displayed form.
    Time(String, String),
    Text(String),
}

/// Writes labels and values.
pub(super) fn entries<W: Write + ?Sized>(
    out: &mut W,
    entries: &[Entry],
    context: &Context<'_>,
) -> io::Result<()> {
    let line = |entry: &'_ Entry| Value::of(entry.value(), context);
    let lines = entries.iter().map(|entry| Line {
        label: entry.label(),
        value: line(entry),
    });
    let lines = lines.collect();
    write(out, &Entries { lines })
}

impl Value {
    fn of(value: &EntryValue, context: &Context<'_>) -> Self {
        match value {
            EntryValue::Text(text) => Self::Text(text.clone()),
            EntryValue::Link(text, address) => Self::Name(Context::linked(text, address), None),
            EntryValue::Count(count) => Self::Text(grouped(*count)),
            EntryValue::Task(task) => Self::titled(context.task(task), task),
            EntryValue::User(user) => Self::titled(context.user(user), user),
            EntryValue::Run(run) => Self::Name(context.run(*run), None),
            EntryValue::Track(track) => Self::Name(context.track(*track), None),
            EntryValue::Time(time) | EntryValue::ExactTime(time) => {
                Self::Time(time.to_string(), context.full_time(*time))
            }
            EntryValue::Length(length) => Self::Text(span(*length)),
            EntryValue::State(state) => Self::Badge(state_class(*state), state_name(*state)),
        }
    }

    fn titled(label: Label, name: &str) -> Self {
        let stands_for = (label.text != name).then(|| name.to_owned());
        Self::Name(label, stands_for)
    }
}
