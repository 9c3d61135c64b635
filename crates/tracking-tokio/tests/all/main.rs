//! All tests of the crate from outside, in one program.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]

mod audit;
mod handle;
mod layer;
mod load;
mod recorder;
mod unreliable;
