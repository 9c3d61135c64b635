//! Commands that change tracks.

mod archive;
mod batches;
mod empty_runs;
mod erase;
mod mentions;
mod prune;
mod removal;
mod remove;
mod rename;
mod save;
mod saved_track;
mod update;
mod wipe;

pub(crate) use archive::tracks_of;
pub(crate) use erase::EraseArgs;
pub(crate) use prune::PruneArgs;
pub(crate) use remove::RemoveArgs;
pub(crate) use rename::RenameArgs;
pub(crate) use save::SaveArgs;
pub(crate) use update::UpdateArgs;
