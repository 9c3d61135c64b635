//! Commands that look after a store.

mod index;
mod reindex;

pub(crate) use index::IndexArgs;
pub(crate) use reindex::ReindexArgs;
