//! A record log as a sink, and as the spill of a recorder.

use tracking_core::NewTrack;
use tracking_logfile::RecordLogger;

use crate::TrackSink;

/// Writes each track as a line, before the call returns: a line in the log survives `kill -9`.
///
/// A line that could not be written is counted by [`lost`](RecordLogger::lost).
impl TrackSink for RecordLogger {
    fn take(&self, track: NewTrack) {
        // The logger counts what it loses.
        let _counted = self.record(&track);
    }
}

#[cfg(feature = "recorder")]
mod spill {
    use tracking_core::NewTrack;
    use tracking_logfile::{RecordLogger, WriterError};

    use crate::{Spill, SpillError};

    impl Spill for RecordLogger {
        fn spill(&self, track: &NewTrack) -> Result<(), SpillError> {
            self.record(track).map_err(|error| match error {
                WriterError::Record { .. } => SpillError::Refused(Box::new(error)),
                _ => SpillError::Failed(Box::new(error)),
            })
        }
    }
}
