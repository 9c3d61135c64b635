//! Tracks, runs and counts of `tracking` as text, HTML, CSV and JSON.
//!
//! What is shown is a plain value of [`model`]; [`TextRenderer`] and [`HtmlRenderer`] write it to any
//! [`io::Write`](std::io::Write), and [`Export`] writes tracks, runs and counts as data. None
//! of them knows a store or a server, and lists of tracks are written row by row, so that
//! their length does not matter.
//!
//! | view | shows |
//! |---|---|
//! | [`Overview`] | totals, tracks per day, week or month, rankings, what is new, problems |
//! | [`TrackList`] | tracks row by row, with links to other pages and orders |
//! | [`TrackView`] | one track: its metadata, custom fields, its data as a tree |
//! | [`RunList`], [`RunView`] | runs; one run with its timeline, its users and its tracks |
//! | [`TaskView`], [`UserView`] | a task, a user: over time, by runs, users, tasks |
//! | [`Breakdown`] | counts by one thing, or by two against each other, with sums |
//!
//! Each may show the [`Query`](tracking_core::Query) that it answers, in words
//! ([`describe`]). A program implements custom views with [`View`] and [`Part`].
//!
//! A [`Context`] has the time zone of the viewer, whether times are relative, the [`Links`] of
//! names, the menu of each page ([`MenuItem`]), the words for tracks
//! ([`Terms`], such as requests of a web log), the [`Titles`] of tasks, users and data fields, and the
//! [`Column`]s that a program adds. They apply to text, HTML and CSV.
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
//! `cargo run --example pages -- FOLDER` writes every view of a sample course as a page, with
//! links, titles, columns and a time zone. `cargo run --example overview` shows a sample on the
//! terminal, `-- html` prints it as a page.
//!
//! # Hostile values
//!
//! The content of tracks is not trusted. In text no value breaks a line or controls a terminal; in
//! HTML none becomes markup or a script; in both, invisible characters that reorder or hide
//! the characters next to them are shown as escapes, and long values are cut with `…`. In CSV no
//! cell is a formula; see [`data`].

mod cells;
mod column;
mod context;
pub mod data;
mod describe;
mod format;
pub mod html;
mod labels;
pub mod links;
mod menu;
pub mod model;
mod renderer;
mod terms;
pub mod text;
mod titles;

pub use column::Column;
pub use context::Context;
pub use data::{Export, Format, Import};
pub use describe::{Criterion, describe, describe_runs};
pub use format::must_be_escaped;
pub use html::HtmlRenderer;
pub use links::Links;
pub use menu::MenuItem;
pub use model::{
    Axis, Breakdown, Entry, EntryValue, Granularity, Histogram, Lane, Matrix, Overview, Part,
    Problem, Problems, Ranking, RankingRow, RunList, RunRow, RunView, Series, TaskView, Timeline,
    Total, TotalValue, TrackColumn, TrackList, TrackRow, TrackView, UserView, View,
};
pub use terms::{Term, Terms};
pub use text::{TextOptions, TextRenderer};
pub use titles::Titles;
