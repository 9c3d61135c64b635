//! Views as text, for a terminal or a file.
//!
//! Every function writes to any [`io::Write`](std::io::Write); give it a buffered one. What a
//! value holds can neither break a line nor steer a terminal: control characters and marks that
//! turn the direction of writing are shown as escapes, like `\n` and `\u{1b}`. Times are in UTC.

mod bar;
mod cut;
mod line;
mod options;
mod overview;
mod paint;
mod run;
mod table;
mod track;
mod track_list;

pub use options::TextOptions;
pub use overview::overview;
pub use run::run;
pub use track::track;
pub use track_list::{TrackTable, track_list};
