//! Events for operators, emitted with the feature `tracing`. Without it, every call is empty.
//!
//! An event names files, counts and kinds of errors, and never what a line says.

#![cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "without the feature nothing is emitted")
)]

use std::path::Path;

use tracking_core::ErrorKind;

use crate::Source;

/// A log that is followed was moved away. The loader reads it to its end, and looks for a new one.
#[inline]
pub(crate) fn log_moved(log: &Path) {
    #[cfg(feature = "tracing")]
    tracing::info!(log = %log.display(), "a log was moved");
}

/// A log that is followed was truncated. The loader reads it from its start.
#[inline]
pub(crate) fn log_truncated(log: &Path) {
    #[cfg(feature = "tracing")]
    tracing::warn!(log = %log.display(), "a log was truncated");
}

/// A log or folder that is followed cannot be read. The loader tries again at each poll.
#[inline]
pub(crate) fn source_unreadable(source: &Source) {
    #[cfg(feature = "tracing")]
    tracing::warn!(%source, "a log or folder cannot be read");
}

/// A log changed before what was read of it was loaded. The loader opens it again.
#[inline]
pub(crate) fn reader_restarted(log: &Source) {
    #[cfg(feature = "tracing")]
    tracing::warn!(%log, "a log changed while it was read and is opened again");
}

/// The store was busy, or could not be reached. The observer decides whether to wait and try again.
#[inline]
pub(crate) fn store_busy(error: ErrorKind, attempt: u32) {
    #[cfg(feature = "tracing")]
    tracing::warn!(?error, attempt, "the store is busy");
}

/// Another process changed what a batch depends on. Its lines are read again.
#[inline]
pub(crate) fn batch_repeated(error: ErrorKind, attempt: u32) {
    #[cfg(feature = "tracing")]
    tracing::warn!(?error, attempt, "a batch is repeated");
}

/// Runs were removed while the loader saved into them. New runs take their place.
#[inline]
pub(crate) fn runs_restarted(runs: u64) {
    #[cfg(feature = "tracing")]
    tracing::warn!(runs, "removed runs were started again");
}

#[cfg(feature = "tracing")]
#[cfg(test)]
mod tests {
    use std::fs;

    use tracking_btree::BTreeStorage;
    use tracking_testkit::events::events_of;

    use super::*;
    use crate::{LoadObserver, LoadSummary, Loader};

    const LINE: &str = "192.0.2.1 - anna [23/Nov/2026:15:47:01 +0100] \"GET /a HTTP/1.1\" 200 5\n";

    /// Does something to the log at each wait, and then ends the load.
    struct Acts<'a>(Vec<&'a dyn Fn()>);

    impl LoadObserver for Acts<'_> {
        fn wait(&mut self, _so_far: &LoadSummary) -> bool {
            let Some(act) = self.0.pop() else {
                return false;
            };
            act();
            true
        }
    }

    fn follow(log: &Path, act: &dyn Fn()) -> Vec<String> {
        let store = BTreeStorage::new();
        let logs = [Source::from(log.to_owned())];
        events_of(|| {
            let loader = Loader::new(&store).follow(true);
            loader.load(&logs, &mut Acts(vec![&|| {}, act])).unwrap();
        })
    }

    #[test]
    fn a_log_that_is_truncated_is_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("a.log");
        fs::write(&log, LINE).unwrap();
        let events = follow(&log, &|| fs::write(&log, "").unwrap());
        let expected = format!("WARN message=a log was truncated log={}", log.display());
        assert_eq!(events, [expected]);
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_cannot_be_read_is_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        fs::create_dir(&logs).unwrap();
        let events = follow(&logs, &|| fs::remove_dir(&logs).unwrap());
        let expected = format!(
            "WARN message=a log or folder cannot be read source={}",
            logs.display()
        );
        assert_eq!(events, [expected]);
    }

    #[test]
    #[cfg(unix)]
    fn a_log_that_is_moved_is_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("a.log");
        fs::write(&log, LINE).unwrap();
        let events = follow(&log, &|| {
            fs::rename(&log, folder.path().join("a.log.1")).unwrap();
        });
        let expected = format!("INFO message=a log was moved log={}", log.display());
        assert_eq!(events, [expected]);
        assert!(follow(&log, &|| {}).is_empty());
    }
}
