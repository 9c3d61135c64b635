//! The `tracking` command, as people run it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod commands;
mod facts;
mod faults;
mod filters;
mod hostile;
mod html;
mod json;
mod options;
mod output;
mod paging;
mod runs;
mod shell;
mod text;
mod times;
mod tool;
mod unknown;
