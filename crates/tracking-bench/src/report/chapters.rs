//! The tables of `docs/performance.md`.

mod beside;
mod cells;
mod growing;
mod interface;
mod machine;
mod rendering;

use std::fmt;

use super::{Sample, Summary, table};
use crate::rendering::Rendered;
use crate::work::Shape;

pub use rendering::rendering;

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
}

impl Measured {
    /// Sorts results.
    pub fn new(main: &[Sample], growth: &[Sample], rendering: Vec<Rendered>) -> Self {
        let of = |shape: Shape| {
            let samples = growth.iter().filter(|sample| sample.shape == shape);
            (shape, Summary::new(&samples.cloned().collect::<Vec<_>>()))
        };
        Self {
            main: Summary::new(main),
            rounds: main.iter().map(|s| s.round + 1).max().unwrap_or(0),
            n: main.iter().map(|sample| sample.n).max().unwrap_or(0),
            growth: Shape::ALL.into_iter().map(of).collect(),
            rendering,
        }
    }

    fn growth(&self, shape: Shape) -> Summary {
        let found = self.growth.iter().find(|(other, _)| *other == shape);
        found
            .map(|(_, summary)| summary.clone())
            .unwrap_or_default()
    }
}

/// All tables, by the name by which the document asks for them.
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
        ("growth", growing::growth(&measured.growth(Shape::Skewed))),
        (
            "growth-flat",
            growing::growth(&measured.growth(Shape::Flat)),
        ),
        ("shapes", growing::shapes(measured)),
        ("rendering", rendering(&measured.rendering)),
        ("all", all),
    ])
}
