//! What the summary counts of a batch once it is in the store.

use super::batch_builder::CountsByLog;
use super::log_set::LogSet;
use super::summary::{LineCounts, LoadSummary};
use crate::Reject;

/// What a batch has of each log that it has lines of.
#[derive(Debug, Default)]
pub(super) struct WrittenBatch(Vec<WrittenLog>);

#[derive(Debug)]
struct WrittenLog {
    /// The index of the log in the summary.
    log_index: usize,
    counts: LineCounts,
    rejects: Vec<Reject>,
}

impl WrittenBatch {
    /// Takes what was read of the logs for written.
    pub(super) fn of(written: &CountsByLog, logs: &mut LogSet<'_>) -> Self {
        let dirty = logs.active.iter_mut().filter(|active| active.is_dirty);
        let logs = dirty.map(|active| {
            if let Some(written) = written.get(&active.log_index) {
                active.counts.tracks += written.tracks;
                active.counts.runs += written.runs;
            }
            active.log.committed();
            active.is_dirty = false;
            // Something came after all.
            active.idle_polls = active.idle_polls.map(|_| 0);
            WrittenLog {
                log_index: active.log_index,
                counts: std::mem::take(&mut active.counts),
                rejects: active.rejects.drain(..).map(|(reject, _)| reject).collect(),
            }
        });
        Self(logs.collect())
    }

    /// Whether it has lines of the log with this index in the summary.
    pub(super) fn has(&self, log_index: usize) -> bool {
        self.0.iter().any(|log| log.log_index == log_index)
    }

    /// Adds the counts to a summary that has room for so many rejects.
    pub(super) fn add_to(self, summary: &mut LoadSummary, max_rejects: usize) {
        for log in self.0 {
            summary.total += &log.counts;
            if let Some(summary) = summary.logs.get_mut(log.log_index) {
                summary.counts += &log.counts;
            }
            let room = max_rejects.saturating_sub(summary.rejects.len());
            summary.rejects.extend(log.rejects.into_iter().take(room));
        }
    }
}
