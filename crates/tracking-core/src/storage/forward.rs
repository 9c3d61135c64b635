//! A reference, box or `Arc` of a store is a store.

use std::sync::Arc;

use super::TrackingStorage;

/// Makes a store of what holds one: `[S: TrackingStorage] Holder<S>`, where the holder
/// dereferences to the store.
///
/// Every method is forwarded, also those with a body: a store may have a faster one of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! __forward_storage {
    ([$($generics:tt)*] $holder:ty) => {
        #[deny(clippy::missing_trait_methods)]
        impl<$($generics)*> $crate::TrackingStorage for $holder {
            fn apply(&self, batch: &$crate::Batch) -> $crate::Result<Vec<$crate::Outcome>> {
                (**self).apply(batch)
            }
            fn apply_delayed(&self, batch: &$crate::Batch) -> $crate::Result<Vec<$crate::Outcome>> {
                (**self).apply_delayed(batch)
            }
            fn flush(&self) -> $crate::Result<()> {
                (**self).flush()
            }
            fn batch_retention(&self) -> $crate::Result<$crate::BatchRetention> {
                (**self).batch_retention()
            }
            fn set_batch_retention(&self, retention: &$crate::BatchRetention) -> $crate::Result<()> {
                (**self).set_batch_retention(retention)
            }
            fn save(&self, track: $crate::NewTrack) -> $crate::Result<$crate::TrackId> {
                (**self).save(track)
            }
            fn update(&self, update: $crate::TrackUpdate) -> $crate::Result<()> {
                (**self).update(update)
            }
            fn remove(&self, id: $crate::TrackId) -> $crate::Result<bool> {
                (**self).remove(id)
            }
            fn start_run(&self, run: $crate::NewRun) -> $crate::Result<$crate::RunId> {
                (**self).start_run(run)
            }
            fn stop_run(&self, stop: $crate::StopRun) -> $crate::Result<Option<$crate::RunId>> {
                (**self).stop_run(stop)
            }
            fn apply_one(&self, operation: $crate::Operation) -> $crate::Result<Vec<$crate::Outcome>> {
                (**self).apply_one(operation)
            }
            fn track(&self, id: $crate::TrackId) -> $crate::Result<Option<$crate::Track>> {
                (**self).track(id)
            }
            fn last_track(&self, task: &$crate::TaskId, run: $crate::RunChoice, user: &$crate::UserName) -> $crate::Result<Option<$crate::Track>> {
                (**self).last_track(task, run, user)
            }
            fn visit(&self, query: &$crate::Query, visitor: &mut $crate::Visitor<'_>) -> $crate::Result<Option<$crate::Cursor>> {
                (**self).visit(query, visitor)
            }
            fn page(&self, query: &$crate::Query) -> $crate::Result<$crate::Page> {
                (**self).page(query)
            }
            fn count(&self, query: &$crate::Query) -> $crate::Result<u64> {
                (**self).count(query)
            }
            fn groups(&self, query: &$crate::Query, grouping: &$crate::Grouping) -> $crate::Result<Vec<$crate::Group>> {
                (**self).groups(query, grouping)
            }
            fn count_distinct(&self, query: &$crate::Query, kinds: &[$crate::GroupBy]) -> $crate::Result<$crate::DistinctCounts> {
                (**self).count_distinct(query, kinds)
            }
            fn task_ids_after(&self, after: Option<&$crate::TaskId>, limit: usize) -> $crate::Result<Vec<$crate::TaskId>> {
                (**self).task_ids_after(after, limit)
            }
            fn user_names_after(&self, task: Option<&$crate::TaskId>, after: Option<&$crate::UserName>, limit: usize) -> $crate::Result<Vec<$crate::UserName>> {
                (**self).user_names_after(task, after, limit)
            }
            fn run(&self, run: &$crate::RunSelector) -> $crate::Result<Option<$crate::Run>> {
                (**self).run(run)
            }
            fn session_run(&self, user: &$crate::UserName, time: $crate::Timestamp, gap: $crate::SessionGap) -> $crate::Result<Option<$crate::Run>> {
                (**self).session_run(user, time, gap)
            }
            fn runs(&self, query: &$crate::RunQuery) -> $crate::Result<Vec<$crate::Run>> {
                (**self).runs(query)
            }
            fn count_runs(&self, query: &$crate::RunQuery) -> $crate::Result<u64> {
                (**self).count_runs(query)
            }
            fn run_groups(&self, query: &$crate::RunQuery, grouping: &$crate::Grouping) -> $crate::Result<Vec<$crate::Group>> {
                (**self).run_groups(query, grouping)
            }
            fn run_summary(&self, run: $crate::RunId) -> $crate::Result<Option<$crate::RunSummary>> {
                (**self).run_summary(run)
            }
            fn expire_runs_before(&self, untouched_since: $crate::Timestamp, limit: usize) -> $crate::Result<Vec<$crate::RunId>> {
                (**self).expire_runs_before(untouched_since, limit)
            }
            fn remove_by(&self, removal: &$crate::Removal) -> $crate::Result<$crate::Removed> {
                (**self).remove_by(removal)
            }
            fn remove_matching(&self, query: &$crate::Query) -> $crate::Result<u64> {
                (**self).remove_matching(query)
            }
            fn prune(&self, retention: &$crate::Retention) -> $crate::Result<u64> {
                (**self).prune(retention)
            }
            fn erase_user(&self, user: &$crate::UserName) -> $crate::Result<$crate::Erasure> {
                (**self).erase_user(user)
            }
            fn rename_user(&self, from: &$crate::UserName, to: &$crate::UserName) -> $crate::Result<$crate::Erasure> {
                (**self).rename_user(from, to)
            }
            fn indexes(&self) -> $crate::Result<Vec<$crate::Field>> {
                (**self).indexes()
            }
            fn add_index(&self, field: &$crate::Field) -> $crate::Result<bool> {
                (**self).add_index(field)
            }
            fn drop_index(&self, field: &$crate::Field) -> $crate::Result<bool> {
                (**self).drop_index(field)
            }
            fn reindex(&self) -> $crate::Result<()> {
                (**self).reindex()
            }
            fn checkpoint(&self, name: &$crate::CheckpointName) -> $crate::Result<Option<$crate::Checkpoint>> {
                (**self).checkpoint(name)
            }
            fn checkpoints_after(&self, after: Option<&$crate::CheckpointName>, limit: usize) -> $crate::Result<Vec<$crate::Checkpoint>> {
                (**self).checkpoints_after(after, limit)
            }
            fn key_use(&self, key: &$crate::Key) -> $crate::Result<Option<$crate::KeyUse>> {
                (**self).key_use(key)
            }
            fn key_uses(&self, after: Option<&$crate::Key>, limit: usize) -> $crate::Result<Vec<$crate::KeyUse>> {
                (**self).key_uses(after, limit)
            }
            fn change_feed(&self) -> $crate::Result<$crate::ChangeFeed> {
                (**self).change_feed()
            }
            fn set_change_feed(&self, feed: &$crate::ChangeFeed) -> $crate::Result<()> {
                (**self).set_change_feed(feed)
            }
            fn changes(&self, after: Option<&$crate::ChangeCursor>, limit: usize) -> $crate::Result<$crate::ChangePage> {
                (**self).changes(after, limit)
            }
            fn last_change(&self) -> $crate::Result<$crate::ChangeCursor> {
                (**self).last_change()
            }
            fn wait_for_changes(&self, after: &$crate::ChangeCursor, timeout: ::std::time::Duration) -> $crate::Result<bool> {
                (**self).wait_for_changes(after, timeout)
            }
            fn counters(&self) -> $crate::Result<$crate::Counters> {
                (**self).counters()
            }
            fn export(&self, visitor: &mut $crate::RecordVisitor<'_>) -> $crate::Result<()> {
                (**self).export(visitor)
            }
            fn restore(&self, records: &[$crate::Record]) -> $crate::Result<()> {
                (**self).restore(records)
            }
            fn restore_delayed(&self, records: &[$crate::Record]) -> $crate::Result<()> {
                (**self).restore_delayed(records)
            }
        }
    };
}

__forward_storage!([S: TrackingStorage + ?Sized] &S);
__forward_storage!([S: TrackingStorage + ?Sized] Box<S>);
__forward_storage!([S: TrackingStorage + ?Sized] Arc<S>);
