//! Events for operators, emitted with the feature `tracing`. Without it, every call is empty.
//!
//! An event names loggers, files and counts, and never what a line says. A program may write its
//! events to a log of this crate, so an event about an event is not emitted: it could go on forever.

#![cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "without the feature nothing is emitted")
)]

#[cfg(feature = "tracing")]
use std::cell::Cell;

use crate::WriterError;

/// Emits an event, unless this thread is just emitting one.
#[cfg(feature = "tracing")]
fn emit(event: impl FnOnce()) {
    thread_local! {
        static IS_EMITTING: Cell<bool> = const { Cell::new(false) };
    }
    if IS_EMITTING.replace(true) {
        return;
    }
    event();
    IS_EMITTING.set(false);
}

/// The file of a logger was closed, and a new one begun.
#[inline]
pub(crate) fn rotated(logger: &str) {
    #[cfg(feature = "tracing")]
    emit(|| tracing::info!(logger, "rotated a log"));
}

/// A log could not be rotated. It is written to as before, and the rotation is retried.
#[inline]
pub(crate) fn rotation_failed(error: &WriterError) {
    #[cfg(feature = "tracing")]
    emit(|| tracing::warn!(%error, "a rotation failed"));
}

/// A closed file could not be compressed or removed. It is retried at the next rotation.
#[inline]
pub(crate) fn maintenance_failed(error: &WriterError) {
    #[cfg(feature = "tracing")]
    emit(|| tracing::warn!(%error, "a closed file could not be compressed or removed"));
}

/// A line was lost. Of many, only the 1st, 2nd, 4th, 8th and so on are events.
#[inline]
pub(crate) fn line_lost(lost: u64, error: &WriterError) {
    #[cfg(feature = "tracing")]
    if lost.is_power_of_two() {
        emit(|| tracing::warn!(lost, %error, "a line was lost"));
    }
}

#[cfg(feature = "tracing")]
#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tracking_testkit::events::{events_of, on_each_event};

    use crate::MessageLogger;

    #[test]
    fn a_rotation_is_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.log");
        let logger = MessageLogger::builder("test", path)
            .rotate_at(1)
            .build()
            .unwrap();
        let events = events_of(|| {
            logger.log("first").unwrap();
            logger.log("second").unwrap();
            logger.rotate().unwrap();
        });
        let rotated = "INFO message=rotated a log logger=\"test\"";
        assert_eq!(events, [rotated, rotated]);
    }

    #[test]
    #[cfg(unix)]
    fn of_many_lost_lines_a_few_are_events() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub").join("test.log");
        let logger = MessageLogger::builder("test", &path).build().unwrap();
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
        let events = events_of(|| {
            for _ in 0..9 {
                logger.log("secret").unwrap_err();
            }
        });
        let lost: Vec<&str> = events
            .iter()
            .filter_map(|event| event.split(' ').find(|part| part.starts_with("lost=")))
            .collect();
        assert_eq!(lost, ["lost=1", "lost=2", "lost=4", "lost=8"], "{events:?}");
        assert!(
            events
                .iter()
                .all(|event| event.starts_with("WARN message=a line was lost"))
        );
        assert!(!events.concat().contains("secret"));
    }

    #[test]
    fn a_log_that_takes_its_own_events_neither_waits_nor_continues_forever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.log");
        let logger = MessageLogger::builder("test", path).rotate_at(1);
        let logger = Arc::new(logger.build().unwrap());
        let to_log = Arc::clone(&logger);
        let write_event = move |_: &str| to_log.log("event").unwrap();
        on_each_event(write_event, || {
            logger.log("first").unwrap();
            logger.log("second").unwrap();
        });
        // The second line rotates the log; the event about that is a line, which rotates it again.
        assert_eq!(logger.segments().unwrap().len(), 2);
    }
}
