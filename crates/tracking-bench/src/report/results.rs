//! Numbers as they are measured.

use std::io::Write;

use anyhow::{Context, Result};

use super::Unit;
use crate::contenders::Name;
use crate::work::Shape;

/// One number.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Sample {
    /// Which repetition it is of, from 0.
    pub round: usize,
    /// How many tracks were loaded.
    pub n: usize,
    /// What the workload looks like.
    pub shape: Shape,
    /// Who was measured.
    pub contender: Name,
    /// What was measured.
    pub metric: String,
    /// The number.
    pub value: f64,
    /// What the number counts.
    pub unit: Unit,
}

/// All numbers of a run, written as JSON lines as they come.
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
    /// Starts a run: where JSON lines go, and where it is told what is going on.
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

    /// What the workload looks like.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// What follows is of a workload of so many tracks.
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
