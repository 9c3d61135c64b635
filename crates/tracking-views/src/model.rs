//! The content of views: plain values, independent of stores and renderers.

mod about;
mod breakdown;
mod entry;
mod granularity;
mod histogram;
mod matrix;
mod overview;
mod part;
mod problem;
mod ranking;
mod run_list;
mod run_view;
mod series;
mod task_view;
mod timeline;
mod total;
mod track_list;
mod track_view;
mod user_view;
mod view;

pub use breakdown::Breakdown;
pub use entry::{Entry, EntryValue};
pub use granularity::Granularity;
pub use histogram::Histogram;
pub use matrix::{Axis, Matrix};
pub use overview::Overview;
pub use part::Part;
pub use problem::{Problem, Problems};
pub use ranking::{Ranking, RankingRow};
pub use run_list::{RunList, RunRow};
pub use run_view::RunView;
pub use series::Series;
pub use task_view::TaskView;
pub use timeline::{Lane, Timeline};
pub use total::{Total, TotalValue};
pub use track_list::{TrackColumn, TrackList, TrackRow};
pub use track_view::TrackView;
pub use user_view::UserView;
pub use view::View;

pub(crate) use breakdown::{heading, others};
pub(crate) use run_view::state_name;
