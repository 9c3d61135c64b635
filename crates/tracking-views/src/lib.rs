//! Tracks, runs and counts of `tracking` as text and HTML.

pub mod html;
pub mod model;
mod shown;
pub mod text;

pub use model::{
    Overview, Problem, Problems, Ranking, RankingRow, RunView, Total, TotalValue, TrackList,
    TrackRow, TrackView,
};
pub use text::TextOptions;
