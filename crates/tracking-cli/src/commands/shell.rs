//! What makes the command feel at home in a shell.

mod completions;
mod man;

pub(crate) use completions::CompletionsArgs;
pub(crate) use man::ManArgs;
