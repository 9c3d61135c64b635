//! Views as HTML: fragments to embed in a page, and complete pages.
//!
//! [`HtmlRenderer`] writes any [`View`](crate::View) to any [`io::Write`](std::io::Write); give it a
//! buffered one. The templates are checked when this crate is compiled, and escape what values
//! hold; control characters and marks that turn the direction of writing are shown as escapes,
//! like `\n` and `\u{1b}`.
//!
//! A page asks for nothing from anywhere: it has no script, its style and its charts are in
//! it, and it says so in a [content security policy](CONTENT_SECURITY_POLICY). It is made for
//! light and dark, phone and desktop, keyboard, screen reader and print.
//!
//! A fragment has no title, its headings begin with `h2`. Put it into an element of the class
//! `tracking`, and [`STYLE`] into the page.
//!
//! The functions are shorthands for views in UTC, without links and without custom titles and
//! columns.

mod chart;
mod notes;
mod page;
mod part;
mod renderer;
mod run_table;
mod short;
mod track_table;
mod value;

pub use page::{CONTENT_SECURITY_POLICY, STYLE};
pub use renderer::HtmlRenderer;
pub use run_table::RunTable;
pub use short::{
    overview, overview_page, run, run_page, track, track_list, track_list_page, track_page,
};
pub use track_table::TrackTable;
