//! Collects the `tracing` events that a library emits, for its tests.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber};

/// Runs a call and returns the events that it emits on this thread: each as a line of its level,
/// its message and its fields.
///
/// ```
/// let events = tracking_testkit::events::events_of(|| tracing::warn!(file = "a.log", "truncated"));
/// assert_eq!(events, [r#"WARN message=truncated file="a.log""#]);
/// ```
pub fn events_of(call: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let collected = Arc::clone(&lines);
    let collect = move |line: &str| {
        let mut lines = collected.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line.to_owned());
    };
    on_each_event(collect, call);
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *lines)
}

/// Runs a call and hands each event that it emits on this thread to a handler, as a line like
/// those of [`events_of`].
pub fn on_each_event(handler: impl Fn(&str) + Send + Sync + 'static, call: impl FnOnce()) {
    with_default(Handler(handler), call);
}

struct Handler<H>(H);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _written = write!(self.0, " {field}={value:?}");
    }
}

impl<H: Fn(&str) + 'static> Subscriber for Handler<H> {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        (self.0)(&line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
