//! Tracks, runs and counts of `tracking` as text and HTML.
//!
//! What is shown is a plain value of [`model`]; [`text`] and [`html`] write it to any
//! [`io::Write`](std::io::Write). None of them knows a store or a server, and lists of tracks
//! are written row by row, so that their length does not matter.
//!
//! # Example
//!
//! ```
//! use tracking_core::{GroupBy, Query, Timestamp, Track, TrackingStorage, Zone};
//! use tracking_views::{Overview, Ranking, TextOptions, TrackList, html, text};
//!
//! /// A page that sums up what a store has.
//! fn page(store: &dyn TrackingStorage) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
//!     let all = Query::all();
//!     let days = store.groups(&all, &GroupBy::Day(Zone::utc()).into())?;
//!     let users = store.groups(&all, &GroupBy::User.into())?;
//!     let overview = Overview::new("Learning platform")
//!         .with_total("Tracks", store.count(&all)?)
//!         .with_day_groups(&days)
//!         .with_ranking(Ranking::new("Top users", "User").with_groups(users, 10));
//!     let mut out = Vec::new();
//!     html::overview_page(&mut out, &overview)?;
//!     Ok(out)
//! }
//!
//! /// Any tracks as a table.
//! fn table(tracks: &[Track]) -> std::io::Result<String> {
//!     let (list, options) = (TrackList::new("Tracks"), TextOptions::new().with_width(Some(80)));
//!     let mut out = Vec::new();
//!     text::track_list(&mut out, &list, tracks, options)?;
//!     Ok(String::from_utf8_lossy(&out).into_owned())
//! }
//! assert_eq!(table(&[])?, "Tracks\n\nNo tracks.\n");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! `cargo run --example overview` shows a sample on the terminal, `-- html` prints it as a page.
//!
//! # Hostile values
//!
//! What tracks hold comes from outside. In text no value breaks a line or steers a terminal; in
//! HTML none becomes markup; in both, characters that are not seen but turn or hide what stands
//! next to them are shown as escapes, and long values are cut with `…`.

pub mod html;
pub mod model;
mod shown;
pub mod text;

pub use model::{
    Overview, Problem, Problems, Ranking, RankingRow, RunView, Total, TotalValue, TrackList,
    TrackRow, TrackView,
};
pub use text::TextOptions;
