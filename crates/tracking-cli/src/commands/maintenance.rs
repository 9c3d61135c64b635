//! Commands that maintain a store and its file.

mod backup;
mod changes;
mod check;
mod index;
mod reindex;
mod restore;
mod shrink;
mod stores;

pub(crate) use backup::BackupArgs;
pub(crate) use changes::ChangesArgs;
pub(crate) use check::CheckArgs;
pub(crate) use index::IndexArgs;
pub(crate) use reindex::ReindexArgs;
pub(crate) use restore::RestoreArgs;
pub(crate) use shrink::{ShrinkArgs, shrink_after};
pub(crate) use stores::StoresArgs;
