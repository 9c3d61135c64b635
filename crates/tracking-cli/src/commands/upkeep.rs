//! Commands that look after a store.

mod index;
mod reindex;
mod stores;

pub(crate) use index::IndexArgs;
pub(crate) use reindex::ReindexArgs;
pub(crate) use stores::StoresArgs;
