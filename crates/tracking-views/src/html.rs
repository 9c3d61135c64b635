//! Views as HTML: fragments for a page of one's own, and whole pages that stand alone.
//!
//! Every function writes to any [`io::Write`](std::io::Write); give it a buffered one. The
//! templates are checked when this crate is compiled, and escape what values hold; control
//! characters and marks that turn the direction of writing are shown as escapes, like `\n`
//! and `\u{1b}`. Times are in UTC.
//!
//! A page asks for nothing from anywhere: it has no script, its style and its charts are in
//! it, and it says so in a [content security policy](CONTENT_SECURITY_POLICY). It is made for
//! light and dark, phone and desktop, screen reader and print.
//!
//! A fragment has no title, its headings begin with `h2`. Put it into an element of the class
//! `tracking`, and [`STYLE`] into the page.

mod chart;
mod overview;
mod page;
mod run;
mod track;
mod track_list;
mod value;

pub use overview::{overview, overview_page};
pub use page::{CONTENT_SECURITY_POLICY, STYLE};
pub use run::{run, run_page};
pub use track::{track, track_page};
pub use track_list::{TrackTable, track_list, track_list_page};
