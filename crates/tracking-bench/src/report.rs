//! What comes out: JSON lines, tables, a picture.

mod bars;
mod chart;
mod growth;
mod picture;
mod results;
mod summary;
mod table;
mod unit;

pub use bars::{BARS, Bar, Verdict};
pub use growth::growth;
pub use picture::{growth_picture, picture};
pub use results::{Results, Sample};
pub use summary::Summary;
pub use table::table;
pub use unit::Unit;
