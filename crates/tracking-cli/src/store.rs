//! Where tracks come from and go to: logs that are loaded into memory, or a store that is kept.
//!
//! Commands know a `dyn TrackingStorage` only; what a store is built on is known in here, and in
//! the commands that look after its file.

mod args;
mod kept;
mod logs;
mod open;
mod opened;
mod option;
mod parser;
mod postgres;
mod spec;

pub(crate) use args::{Opened, StoreArgs};
pub(crate) use kept::{KeptArgs, create, fault as kept_fault};
pub(crate) use logs::LogArgs;
pub(crate) use opened::KeptStore;
pub(crate) use spec::{StoreSpec, is_same_file};
