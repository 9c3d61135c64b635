//! Loads a store, and measures how long that takes.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::contender::Contender;
use crate::work::{Entry, Names, Record};

const BATCH_SIZE: usize = 1_000;

/// Loads tracks in batches; returns how long the store took.
pub(crate) fn load(
    contender: &dyn Contender,
    names: &Names,
    mut records: impl Iterator<Item = Record>,
) -> Result<Duration> {
    let mut taken = Duration::ZERO;
    loop {
        let batch = records.by_ref().take(BATCH_SIZE);
        let batch: Vec<Entry<'_>> = batch.map(|record| Entry::new(names, &record)).collect();
        if batch.is_empty() {
            return Ok(taken);
        }
        let mut action = contender.bulk(&batch)?;
        let start = Instant::now();
        action()?;
        taken += start.elapsed();
    }
}
