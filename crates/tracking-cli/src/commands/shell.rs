//! Commands for shells.

mod completions;
mod man;

pub(crate) use completions::CompletionsArgs;
pub(crate) use man::ManArgs;
