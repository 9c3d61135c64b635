//! Runs.

use std::io::{self, Write};

use askama::Template;
use tracking_core::RunState;

use crate::Context;
use crate::html::value::write;
use crate::model::{RunRow, state_name};
use crate::shown::{Label, Visible, When, grouped, rows_of_all, span};

#[derive(Template)]
#[template(path = "part/runs.html")]
struct Body<'a> {
    title: &'a str,
    start: String,
    counts: bool,
    rows: Vec<Row>,
    foot: String,
}

struct Row {
    id: Label,
    start: When,
    length: String,
    state: &'static str,
    class: &'static str,
    task: Label,
    count: String,
}

/// Writes runs as a table.
pub(super) fn runs<W: Write + ?Sized>(
    out: &mut W,
    title: &str,
    (rows, total): (&[RunRow], Option<u64>),
    context: &Context<'_>,
) -> io::Result<()> {
    let number = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let body = Body {
        title,
        start: context.time_heading().replacen("Time", "Start", 1),
        counts: rows.iter().any(|row| row.count().is_some()),
        rows: rows.iter().map(|row| Row::new(row, context)).collect(),
        foot: rows_of_all(number, total, "run", "runs"),
    };
    write(out, &body)
}

impl Row {
    fn new(row: &RunRow, context: &Context<'_>) -> Self {
        let run = row.run();
        let nothing = Label::new("", None);
        Self {
            id: context.run(run.id()),
            start: context.when(run.start()),
            length: span(run.end().since(run.start())),
            state: state_name(run.state()),
            class: match run.state() {
                RunState::Finished => "calm",
                RunState::Current => "",
                _ => "warn",
            },
            task: run.task().map_or(nothing, |task| context.task(task)),
            count: row.count().map(grouped).unwrap_or_default(),
        }
    }
}
