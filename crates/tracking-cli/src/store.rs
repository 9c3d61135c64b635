//! Stores: logs that are loaded into memory, or a persistent store.
//!
//! Commands know a `dyn TrackingStorage` only; what a store is built on is known in here, and in
//! the commands that look after its file.

mod args;
mod logs;
mod open;
mod option;
mod parser;
mod persistent;
mod persistent_store;
mod postgres;
mod spec;

pub(crate) use args::{OpenStore, StoreArgs};
pub(crate) use logs::LogArgs;
pub(crate) use persistent::{PersistentStoreArgs, create, validate as validate_persistent};
pub(crate) use persistent_store::PersistentStore;
pub(crate) use spec::{StoreSpec, is_same_file};
