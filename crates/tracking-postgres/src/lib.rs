//! The store of `tracking` for many machines: who did what, in which session, in PostgreSQL.
//!
//! [`PostgresStorage`] keeps tracks and runs in a schema of a PostgreSQL database. Any number of
//! programs on any number of machines read and write it at the same time. The same tables run on
//! one server, on a primary with standbys, and on a distributed PostgreSQL.
//!
//! # Example
//!
//! ```no_run
//! use serde_json::json;
//! use tracking_core::{Query, TrackingStorage, TrackingStorageExt};
//! use tracking_postgres::PostgresStorage;
//!
//! let store = PostgresStorage::open("postgres://app@db1,db2/lessons")?;
//! store.save_data("lesson-1", "anna", json!({"page": 3}))?;
//! let tracks = store.query(&Query::all().task("lesson-1").user("anna"))?;
//! # Ok::<(), tracking_core::Error>(())
//! ```
//!
//! It can be used from plain threads and within any async runtime; calls block their thread.
//! `docs/postgres.md` in the repository describes how to set up a server, rights, failover and poolers.

mod apply;
mod backoff;
mod builder;
#[cfg(feature = "tls")]
mod certificates;
mod change;
mod changes;
mod commit_writes;
mod conditions;
mod config;
mod connection;
mod count;
mod environment;
mod error;
mod events;
mod export;
mod field_index;
mod fields;
mod generic_plan;
mod group_keys;
mod inner;
mod lookup;
mod migrate;
mod name_lists;
mod names;
mod old_ranges;
mod open;
mod parameters;
mod partition_names;
mod partitions;
#[cfg(test)]
mod plans_test;
mod pool;
mod prefetch;
mod range_index;
mod ranges;
mod redact;
mod removal;
mod restore;
mod rows;
mod runs;
mod runtime;
#[cfg(test)]
mod schema_test;
mod select;
mod session_prefetch;
mod session_window;
mod sessions;
mod short_lock;
mod single_save;
mod standbys;
mod statement;
mod statement_cache;
mod storage;
mod store_row;
mod tls;
mod transaction;
mod values;
mod write_cache;
mod writer;

pub use builder::PostgresStorageBuilder;
pub use redact::without_password;
pub use storage::PostgresStorage;
pub use tracking_core::StoreName;
