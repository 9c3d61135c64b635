//! The embedded durable store of `tracking`: who did what, in which session, in one file.
//!
//! [`SqliteStorage`] keeps tracks and runs in an `SQLite` database, so that any `SQLite` tool can read
//! them, and answers every query from an index. There is no server.
//!
//! # Example
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("lessons.db");
//! use serde_json::json;
//! use tracking_core::{Query, TrackingStorage, TrackingStorageExt};
//! use tracking_sqlite::SqliteStorage;
//!
//! let store = SqliteStorage::builder(&path).index("page").open()?;
//! store.save_data("lesson-1", "anna", json!({"page": 3}))?;
//! drop(store);
//!
//! let store = SqliteStorage::open(&path)?;
//! let tracks = store.query(&Query::all().task("lesson-1").field("page", 3))?;
//! assert_eq!(tracks[0].user().as_str(), "anna");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `docs/storage.md` in the repository describes the file, and what survives a crash or a loss of power.

mod access_path;
mod apply;
mod backoff;
mod backup;
mod backup_restore;
mod batch_ids;
mod builder;
mod change;
mod changes;
mod check;
mod check_counts;
mod checkpoints;
mod commit_writes;
mod conditions;
mod connection;
mod count;
mod delayed_commit;
mod delayed_transaction;
mod durability;
mod error;
mod events;
mod export;
mod feed;
mod field_index;
mod fields;
mod group_commit;
mod groups;
mod header;
mod identity;
mod keys;
mod lookup;
mod name_cache;
mod name_lists;
mod name_rows;
mod names;
mod open;
mod plan;
#[cfg(test)]
mod plans_test;
mod pool;
mod progress;
mod reindex;
mod removal;
mod replace;
mod residual_filter;
mod restore;
mod rowid_scan;
mod rows;
mod run_queries;
mod runs;
mod schema;
mod select;
mod sessions;
mod settings;
mod shrink;
mod sql;
mod storage;
mod store_name;
mod top_n;
mod track_counts;
mod version;
mod wipe;
mod write_cache;
mod writer;

pub use backup_restore::{BackupRestore, RestoredBackup};
pub use builder::SqliteStorageBuilder;
pub use check::IntegrityIssue;
pub use durability::Durability;
pub use progress::Progress;
pub use storage::SqliteStorage;
pub use tracking_core::StoreName;
