//! The output: JSON lines and tables.

mod bars;
mod chapters;
mod document;
mod growth;
mod lines;
mod results;
mod summary;
mod table;
mod unit;
mod words;

pub use bars::{BARS, Bar, Verdict};
pub use chapters::{Measured, Parts, chapters, rendering};
pub use document::fill;
pub use growth::growth;
pub use lines::read_lines;
pub use results::{Results, Sample};
pub use summary::Summary;
pub use table::table;
pub use unit::Unit;
