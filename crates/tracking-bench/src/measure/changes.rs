//! Single saves, saves as updates, and removals.

use anyhow::Result;

use super::Latencies;
use super::reads::Recorder;
use crate::contender::Contender;
use crate::report::Unit;
use crate::work::{Plan, Random, Record};

const OPERATIONS: usize = 5_000;

/// The changes of a round, the same for every contender.
pub(super) struct Changes {
    saves: Vec<Record>,
    updates: Vec<Record>,
    removals: Vec<u64>,
}

impl Changes {
    pub(super) fn new(plan: &Plan, random: &mut Random) -> Self {
        let n = plan.records().len();
        let mut generator = plan.generator().clone();
        let count = OPERATIONS.min(n);
        let saves = (0..count).map(|_| generator.track()).collect();
        // Users update recent tracks: the last fifth.
        let lately = plan.records().get(n - n / 5..).unwrap_or_default();
        let update = |_| random.pick(lately).map(|record| generator.patch(&record));
        let updates = (0..count).filter_map(update).collect();
        let mut removals: Vec<u64> = (0..(2 * OPERATIONS).min(n / 4))
            .map(|_| 1 + random.below(n) as u64)
            .collect();
        removals.sort_unstable();
        removals.dedup();
        random.shuffle(&mut removals);
        Self {
            saves,
            updates,
            removals,
        }
    }

    pub(super) fn save(
        &self,
        contender: &dyn Contender,
        plan: &Plan,
        put: Recorder<'_>,
    ) -> Result<()> {
        let mut latencies = Latencies::new();
        for record in &self.saves {
            let mut action = contender.save(&plan.entry(record))?;
            latencies.time(&mut action)?;
        }
        put_all("save", &mut latencies, put)
    }

    pub(super) fn update(
        &self,
        contender: &dyn Contender,
        plan: &Plan,
        put: Recorder<'_>,
    ) -> Result<()> {
        let mut latencies = Latencies::new();
        for record in &self.updates {
            let mut action = contender.update(&plan.entry(record))?;
            latencies.time(&mut action)?;
        }
        put_all("update", &mut latencies, put)
    }

    pub(super) fn remove(&self, contender: &dyn Contender, put: Recorder<'_>) -> Result<()> {
        let mut latencies = Latencies::new();
        for ids in self.removals.chunks(1_000) {
            let mut action = contender.removal(ids)?;
            latencies.time(&mut action)?;
        }
        let rate = latencies.rate(self.removals.len());
        put("remove_rate", rate, Unit::TracksPerSecond)
    }
}

fn put_all(name: &str, latencies: &mut Latencies, put: Recorder<'_>) -> Result<()> {
    let rate = latencies.rate(latencies.len());
    put(&format!("{name}_rate"), rate, Unit::OperationsPerSecond)?;
    put(
        &format!("{name}_p50"),
        latencies.quantile(0.5),
        Unit::Nanoseconds,
    )?;
    put(
        &format!("{name}_p99"),
        latencies.quantile(0.99),
        Unit::Nanoseconds,
    )
}
