//! The `tracking` command, as people run it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod facts;
mod faults;
mod html;
mod json;
mod options;
mod text;
mod tool;
