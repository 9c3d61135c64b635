//! Exports that are wrong.

use std::ops::ControlFlow;

use tracking_core::{Record, RecordVisitor, Result};

use super::wrap::{Right, Rules};

/// Exports checkpoints and counters as they are when their turn comes, and not as they were when
/// the tracks were read.
pub(super) struct ExportsManyMoments;

impl Rules for ExportsManyMoments {
    fn export(&self, right: &Right, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        let is_late =
            |record: &Record| matches!(record, Record::Checkpoint(_) | Record::Counters(_));
        for late in [false, true] {
            let mut is_over = false;
            right.export(&mut |record| {
                if is_late(&record) != late {
                    return ControlFlow::Continue(());
                }
                let next = visitor(record);
                is_over = next.is_break();
                next
            })?;
            if is_over {
                break;
            }
        }
        Ok(())
    }
}

/// Continues with an export that its visitor has stopped early.
pub(super) struct IgnoresTheEndOfAnExport;

impl Rules for IgnoresTheEndOfAnExport {
    fn export(&self, right: &Right, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        right.export(&mut |record| {
            let _ignored = visitor(record);
            ControlFlow::Continue(())
        })
    }
}
