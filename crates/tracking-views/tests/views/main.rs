//! The views, rendered: text against snapshots, HTML against golden files.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod data;
mod describe;
mod golden;
mod hostile;
mod html;
mod import;
mod samples;
mod streaming;
mod text;
mod widths;
