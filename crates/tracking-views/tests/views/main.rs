//! The views, rendered: text against snapshots, HTML against golden files.

mod golden;
mod hostile;
mod html;
mod samples;
mod streaming;
mod text;
