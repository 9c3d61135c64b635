//! What is shown: plain values that know neither a store nor a renderer.

mod overview;
mod problem;
mod ranking;
mod run_view;
mod total;
mod track_list;
mod track_view;

pub use overview::Overview;
pub use problem::{Problem, Problems};
pub use ranking::{Ranking, RankingRow};
pub use run_view::RunView;
pub use total::{Total, TotalValue};
pub use track_list::{TrackList, TrackRow};
pub use track_view::TrackView;
