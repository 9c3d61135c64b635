//! A reference, box or `Arc` of a store is a store.

use std::sync::Arc;

use super::{Page, TrackingStorage, Visitor};
use crate::{
    Batch, Checkpoint, CheckpointName, Counters, Cursor, Field, Group, Grouping, Key, KeyUse,
    NewRun, NewTrack, Operation, Outcome, Query, Record, Result, Retention, Run, RunChoice, RunId,
    RunQuery, RunSelector, StopRun, TaskId, Timestamp, Track, TrackId, TrackUpdate, UserName,
};

macro_rules! forward {
    ($($holder:ty),* => $methods:tt) => { $(forward!(@one $holder, $methods);)* };
    (@one $holder:ty, { $(fn $method:ident(&self $(, $arg:ident: $type:ty)*) -> $result:ty;)* }) => {
        // Every method, also those with a body: a store may have a faster one of its own.
        #[deny(clippy::missing_trait_methods)]
        impl<S: TrackingStorage + ?Sized> TrackingStorage for $holder {
            $(
                fn $method(&self $(, $arg: $type)*) -> $result {
                    (**self).$method($($arg),*)
                }
            )*
        }
    };
}

forward!(&S, Box<S>, Arc<S> => {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>>;
    fn save(&self, track: NewTrack) -> Result<TrackId>;
    fn update(&self, update: TrackUpdate) -> Result<()>;
    fn remove(&self, id: TrackId) -> Result<bool>;
    fn start_run(&self, run: NewRun) -> Result<RunId>;
    fn stop_run(&self, stop: StopRun) -> Result<Option<RunId>>;
    fn apply_one(&self, operation: Operation) -> Result<Vec<Outcome>>;
    fn track(&self, id: TrackId) -> Result<Option<Track>>;
    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>>;
    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>>;
    fn page(&self, query: &Query) -> Result<Page>;
    fn count(&self, query: &Query) -> Result<u64>;
    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>>;
    fn task_ids(&self) -> Result<Vec<TaskId>>;
    fn user_names(&self, task: Option<&TaskId>) -> Result<Vec<UserName>>;
    fn run(&self, run: &RunSelector) -> Result<Option<Run>>;
    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>>;
    fn expire_runs(&self, untouched_since: Timestamp) -> Result<Vec<RunId>>;
    fn remove_matching(&self, query: &Query) -> Result<u64>;
    fn prune(&self, retention: &Retention) -> Result<u64>;
    fn erase_user(&self, user: &UserName) -> Result<u64>;
    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<u64>;
    fn indexes(&self) -> Result<Vec<Field>>;
    fn add_index(&self, field: &Field) -> Result<bool>;
    fn drop_index(&self, field: &Field) -> Result<bool>;
    fn reindex(&self) -> Result<()>;
    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>>;
    fn checkpoints(&self) -> Result<Vec<Checkpoint>>;
    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>>;
    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>>;
    fn counters(&self) -> Result<Counters>;
    fn restore(&self, records: &[Record]) -> Result<()>;
});
