//! The indexed in-memory store of `tracking`: who did what, in which session.
//!
//! [`BTreeStorage`] keeps tracks and runs in memory and answers every query from an index. It
//! is gone with its process; to keep what it holds, see [below](#keeping-what-it-holds).
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//!
//! use serde_json::json;
//! use tracking_btree::BTreeStorage;
//! use tracking_core::{Query, TrackingStorage, TrackingStorageExt};
//!
//! let store: Arc<dyn TrackingStorage> = Arc::new(BTreeStorage::builder().index("page").build());
//! store.save_data("a001", "u1", json!({"page": 3}))?;
//! store.save_data("a001", "u2", json!({"page": 4}))?;
//!
//! let tracks = store.query(&Query::all().task("a001").field("page", 4))?;
//! assert_eq!(tracks[0].user().as_str(), "u2");
//! assert_eq!(store.count(&Query::all())?, 2);
//! # Ok::<(), tracking_core::Error>(())
//! ```
//!
//! # Keeping what it holds
//!
//! There is no file format of its own: what it holds goes out and comes back as lines of JSON, the
//! same as of every other store. [`import_lines`](tracking_core::import_lines) shows how a program
//! begins and ends with a file.
//!
//! ```
//! use serde_json::json;
//! use tracking_btree::BTreeStorage;
//! use tracking_core::{Query, TrackingStorageExt, export_lines, import_lines};
//!
//! let store = BTreeStorage::new();
//! store.save_data("a001", "u1", json!({"page": 3}))?;
//! let mut file = Vec::new();
//! export_lines(&store, &mut file, &mut |_| ())?;
//!
//! let next_day = BTreeStorage::new();
//! import_lines(&next_day, &*file, &mut |_| ())?;
//! assert_eq!(next_day.query(&Query::all())?, store.query(&Query::all())?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it is laid out
//!
//! A track is a row of 32 bytes and the compact text of its data; names are kept once and known
//! by a number. For each task, user, run and value of an indexed data field there is a list of
//! track numbers, sorted, in blocks; one more goes by time, and one per task and user goes by
//! run and time and so has the last track of a run at hand. A query walks the shortest list and checks the rest.
//! `docs/architecture.md` in the repository describes it in full.

// Numbers are 32 bits wide inside the store, and looked at where they come in.
#![allow(
    clippy::cast_possible_truncation,
    reason = "lengths and numbers are checked where they come in"
)]

mod apply;
mod bitmap_sort;
mod builder;
mod change_signal;
mod count;
mod export;
mod feed;
mod fields;
mod filter;
mod hash;
mod interner;
mod keys;
mod numbers;
mod plan;
mod reindex;
mod removal;
mod restore;
mod result_set;
mod rows;
mod run_queries;
mod runs;
mod select;
mod sessions;
mod sorted_set;
mod state;
mod storage;
mod task_user_index;
mod time_key;
mod undo;

pub use builder::Builder;
pub use storage::BTreeStorage;
