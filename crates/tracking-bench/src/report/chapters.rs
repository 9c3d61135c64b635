//! The tables of `docs/performance.md` and `docs/benchmarks.md`.

mod beside;
mod cells;
mod growing;
mod interface;
mod kept;
mod machine;
mod rendering;

use std::fmt;

use super::{Sample, Summary, table};
use crate::contenders::Name;
use crate::rendering::Rendered;
use crate::work::Shape;

pub use rendering::rendering;

/// Results, by what they are of.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "whoever reads results fills it in"
)]
pub struct Parts {
    /// All that keep everything in memory, one number of tracks.
    pub main: Vec<Sample>,
    /// Our store at many numbers of tracks and in many shapes.
    pub growth: Vec<Sample>,
    /// All that keep everything in a file.
    pub kept: Vec<Sample>,
    /// Our store in a file at many numbers of tracks.
    pub kept_growth: Vec<Sample>,
    /// What a row of a list costs.
    pub rendering: Vec<Rendered>,
}

/// Results that the document tells of.
#[derive(Debug)]
#[non_exhaustive]
pub struct Measured {
    /// All contenders, one number of tracks.
    pub main: Summary,
    /// How many rounds that was.
    pub rounds: usize,
    /// How many tracks that was.
    pub n: usize,
    /// Our store at many numbers of tracks, by shape.
    pub growth: Vec<(Shape, Summary)>,
    /// What a row of a list costs.
    pub rendering: Vec<Rendered>,
    /// All that keep everything in a file.
    pub kept: Summary,
    /// Our store in a file at many numbers of tracks.
    pub kept_growth: Summary,
}

impl Measured {
    /// Sorts results.
    pub fn new(parts: &Parts) -> Self {
        let Parts { main, growth, .. } = parts;
        let of = |shape: Shape| {
            let samples = growth.iter().filter(|sample| sample.shape == shape);
            (shape, Summary::new(&samples.cloned().collect::<Vec<_>>()))
        };
        Self {
            main: Summary::new(main),
            rounds: main.iter().map(|s| s.round + 1).max().unwrap_or(0),
            n: main.iter().map(|sample| sample.n).max().unwrap_or(0),
            growth: Shape::ALL.into_iter().map(of).collect(),
            kept: Summary::new(&parts.kept),
            kept_growth: Summary::new(&parts.kept_growth),
            rendering: parts.rendering.clone(),
        }
    }

    fn growth(&self, shape: Shape) -> Summary {
        let found = self.growth.iter().find(|(other, _)| *other == shape);
        found
            .map(|(_, summary)| summary.clone())
            .unwrap_or_default()
    }
}

/// All tables, by the names that the documents use for them.
///
/// # Errors
///
/// None: writing to a string does not fail.
pub fn chapters(measured: &Measured) -> Result<Vec<(&'static str, String)>, fmt::Error> {
    let mut all = String::new();
    table(&measured.main, measured.n, &mut all)?;
    Ok(vec![
        ("machine", machine::machine(measured)),
        ("bars", beside::bars(measured)),
        ("main", beside::main(measured)),
        ("others", beside::others(measured)),
        ("interface", interface::reads(measured)),
        ("names", interface::names(measured)),
        ("threads", beside::threads(measured)),
        ("memory", beside::memory(measured)),
        (
            "growth",
            growing::growth(&measured.growth(Shape::Skewed), Name::Tracking),
        ),
        (
            "growth-flat",
            growing::growth(&measured.growth(Shape::Flat), Name::Tracking),
        ),
        ("shapes", growing::shapes(measured)),
        ("rendering", rendering(&measured.rendering)),
        ("stores", kept::stores(measured)),
        ("kept", kept::kept(measured)),
        (
            "kept-growth",
            growing::growth(&measured.kept_growth, Name::TrackingSqlite),
        ),
        ("all", all),
    ])
}
