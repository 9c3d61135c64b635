//! Measured numbers.

use std::io::Write;

use anyhow::{Context, Result};

use super::Unit;
use crate::contenders::Name;
use crate::work::Shape;

/// One number.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Sample {
    /// The round, from 0.
    pub round: usize,
    /// The number of tracks that were loaded.
    pub n: usize,
    /// The shape of the workload.
    pub shape: Shape,
    /// The contender.
    pub contender: Name,
    /// The metric.
    pub metric: String,
    /// The number.
    pub value: f64,
    /// The unit.
    pub unit: Unit,
}

/// All numbers of a run, written as JSON lines one by one.
pub struct Results {
    n: usize,
    shape: Shape,
    round: usize,
    samples: Vec<Sample>,
    out: Box<dyn Write>,
    progress: Box<dyn Write>,
}

impl std::fmt::Debug for Results {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Results")
            .field("samples", &self.samples)
            .finish_non_exhaustive()
    }
}

impl Results {
    /// Starts a run that writes JSON lines to one writer and progress to another.
    pub fn new(shape: Shape, out: Box<dyn Write>, progress: Box<dyn Write>) -> Self {
        Self {
            n: 0,
            shape,
            round: 0,
            samples: Vec::new(),
            out,
            progress,
        }
    }

    /// The shape of the workload.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Sets the number of tracks of the following measurements.
    pub fn start_size(&mut self, n: usize) {
        self.n = n;
    }

    pub(crate) fn start_round(&mut self, round: usize) {
        self.round = round;
    }

    pub(crate) fn progress(&mut self, what: &str) -> Result<()> {
        let (n, round) = (self.n, self.round);
        writeln!(self.progress, "n = {n}, round {round}: {what}").context("telling what goes on")
    }

    pub(crate) fn put(&mut self, name: Name, metric: &str, value: f64, unit: Unit) -> Result<()> {
        let sample = Sample {
            round: self.round,
            n: self.n,
            shape: self.shape,
            contender: name,
            metric: metric.to_owned(),
            value: (value * 100.0).round() / 100.0,
            unit,
        };
        let line = serde_json::to_string(&sample)?;
        writeln!(self.out, "{line}").context("writing a result")?;
        self.samples.push(sample);
        Ok(())
    }

    /// All numbers so far.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }
}
