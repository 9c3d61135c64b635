//! The words and the contract of `tracking`: who did what, in which session.
//!
//! A [`Track`] is a task id, a run id, a user name, a time stamp and any JSON object. A [`Run`]
//! is a session of a task. A [`TrackingStorage`] keeps both; a [`Query`] asks it. This crate has
//! no store: take `tracking-btree` for one in memory, or write your own.
//!
//! # Example
//!
//! Code that tracks needs this crate only, whatever the store:
//!
//! ```
//! use serde_json::json;
//! use tracking_core::{NewTrack, Order, Query, Result, SaveMode, TrackingStorage, TrackingStorageExt};
//!
//! /// Notes that somebody is on a page, and gives the last three pages of theirs.
//! fn visit(store: &dyn TrackingStorage, user: &str, page: u32) -> Result<Vec<String>> {
//!     store.save(NewTrack::new("lesson-1", user, json!({"page": page}))?)?;
//!     let query = Query::all().task("lesson-1").user(user).order(Order::TimeDescending).limit(3);
//!     Ok(store.query(&query)?.iter().map(ToString::to_string).collect())
//! }
//! ```
//!
//! The program `examples/own_store` is a complete small store of a user's own.
//!
//! # Where to look
//!
//! - what goes in: [`NewTrack`], [`TrackUpdate`], [`NewRun`], [`StopRun`], and a [`Batch`] of them
//! - what comes out: [`Track`], [`TrackRef`], [`Run`], [`Group`]
//! - what is asked: [`Query`], [`RunQuery`], [`Grouping`]
//! - what goes: [`Removal`], [`Retention`]
//! - the rules: on the methods of [`TrackingStorage`], first of all on
//!   [`apply`](TrackingStorage::apply)
//! - how it moves to another store, or to a file and back: [`copy`], [`export_lines`],
//!   [`import_lines`]
//! - what was changed, in order: [`TrackingStorage::changes`], [`Change`], [`ChangeFeed`]
//! - what may go wrong: [`Error`]

mod batch;
mod changes;
mod checkpoint;
mod data;
mod error;
mod fingerprint;
mod group;
mod id;
mod name;
mod new_track;
mod query;
mod removal;
mod retention;
pub mod rules;
mod run;
mod session;
mod storage;
mod store_name;
mod time;
mod track;
mod transfer;

pub use batch::{
    AppliedBatch, AppliedBatches, Batch, BatchRetention, CheckpointMove, Operation, Outcome,
};
pub use changes::{
    Change, ChangeCursor, ChangeFeed, ChangeKind, ChangeLog, ChangePage, ChangeRange, ChangeSet,
};
pub use checkpoint::{Checkpoint, Precondition};
pub use data::{Data, DataRef, Field, IntoData};
pub use error::{Error, ErrorKind, ErrorReport, Result};
pub use fingerprint::{Fingerprint, KeyUse};
pub use group::{DistinctCounts, FieldValue, Group, GroupBy, GroupKey, Grouping};
pub use id::{RunId, TrackId};
pub use name::{BatchId, CheckpointName, Key, NameRef, TaskId, UserName};
pub use new_track::{NewTrack, SaveMode, TrackUpdate};
pub use query::{
    Cursor, FieldFilter, NameFilter, NamePattern, Number, NumberRange, Order, Query, RunQuery,
    RunState, TimeFilter,
};
pub use removal::{Removal, RemovalTarget, Removed};
pub use retention::Retention;
pub use run::{NewRun, Run, RunChoice, RunSelector, RunSummary, StopRun};
pub use session::SessionGap;
pub use storage::{
    Erasure, Page, RecordVisitor, TrackingStorage, TrackingStorageExt, Visitor, Wipe,
    count_distinct_by_groups,
};
pub use store_name::StoreName;
pub use time::{Clock, ManualClock, SystemClock, TimeRange, Timestamp, Zone};
pub use track::{Track, TrackRef};
pub use transfer::{
    Counters, ExportError, ImportError, Record, TransferSummary, copy, export, export_lines,
    export_track_lines, import_lines,
};
