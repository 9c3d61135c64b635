//! The tables of `docs/performance.md` and `docs/benchmarks.md`.

mod cells;
mod comparison;
mod interface;
mod machine;
mod persistent;
mod rendering;
mod scaling;

use std::fmt;

use super::{Sample, Summary, table};
use crate::contenders::Name;
use crate::rendering::Rendered;
use crate::work::Shape;

pub use rendering::rendering;

/// Results by part.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "whoever reads results fills it in"
)]
pub struct Parts {
    /// All contenders in memory, one number of tracks.
    pub main: Vec<Sample>,
    /// Our store at many numbers of tracks and in many shapes.
    pub growth: Vec<Sample>,
    /// All contenders in a file.
    pub persistent: Vec<Sample>,
    /// Our store in a file at many numbers of tracks.
    pub persistent_growth: Vec<Sample>,
    /// The cost of a row of a list.
    pub rendering: Vec<Rendered>,
}

/// Results that the document shows.
#[derive(Debug)]
#[non_exhaustive]
pub struct Measured {
    /// All contenders, one number of tracks.
    pub main: Summary,
    /// The number of rounds.
    pub rounds: usize,
    /// The number of tracks.
    pub n: usize,
    /// Our store at many numbers of tracks, by shape.
    pub growth: Vec<(Shape, Summary)>,
    /// The cost of a row of a list.
    pub rendering: Vec<Rendered>,
    /// All contenders in a file.
    pub persistent: Summary,
    /// Our store in a file at many numbers of tracks.
    pub persistent_growth: Summary,
}

impl Measured {
    /// Groups results.
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
            persistent: Summary::new(&parts.persistent),
            persistent_growth: Summary::new(&parts.persistent_growth),
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
        ("bars", comparison::bars(measured)),
        ("main", comparison::main(measured)),
        ("others", comparison::others(measured)),
        ("interface", interface::reads(measured)),
        ("names", interface::names(measured)),
        ("threads", comparison::threads(measured)),
        ("memory", comparison::memory(measured)),
        (
            "growth",
            scaling::growth(&measured.growth(Shape::Skewed), Name::Tracking),
        ),
        (
            "growth-flat",
            scaling::growth(&measured.growth(Shape::Flat), Name::Tracking),
        ),
        ("shapes", scaling::shapes(measured)),
        ("rendering", rendering(&measured.rendering)),
        ("stores", persistent::stores(measured)),
        ("kept", persistent::persistent(measured)),
        (
            "kept-growth",
            scaling::growth(&measured.persistent_growth, Name::TrackingSqlite),
        ),
        ("all", all),
    ])
}
