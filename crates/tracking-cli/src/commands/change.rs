//! Commands that change what a store holds.

mod archive;
mod emptied;
mod erase;
mod mentions;
mod prune;
mod remove;
mod removing;
mod rename;
mod save;
mod saved;
mod update;
mod wiped;

pub(crate) use archive::tracks_of;
pub(crate) use erase::EraseArgs;
pub(crate) use prune::PruneArgs;
pub(crate) use remove::RemoveArgs;
pub(crate) use rename::RenameArgs;
pub(crate) use save::SaveArgs;
pub(crate) use update::UpdateArgs;
