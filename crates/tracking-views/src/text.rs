//! Views as text, for a terminal or a file.
//!
//! [`TextRenderer`] writes any [`View`](crate::View) to any [`io::Write`](std::io::Write); give it a
//! buffered one. What a value holds can neither break a line nor steer a terminal: control
//! characters and marks that turn the direction of writing are shown as escapes, like `\n` and
//! `\u{1b}`.
//!
//! The functions are shorthands for views in UTC, without custom titles and columns.

mod bar;
mod cut;
mod line;
mod notes;
mod options;
mod paint;
mod part;
mod renderer;
mod run_table;
mod settings;
mod short;
mod table;
mod track_table;

pub use options::TextOptions;
pub use renderer::TextRenderer;
pub use run_table::RunTable;
pub use short::{overview, run, track, track_list};
pub use track_table::TrackTable;
