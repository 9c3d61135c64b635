//! One round: load, query, change, query again.

use std::time::Instant;

use anyhow::{Context, Result};

use super::changes::Changes;
use super::load::load;
use super::{Effort, agreement, concurrent, listings, memory, parts, reads};
use crate::contender::Contender;
use crate::contenders::Name;
use crate::report::{Results, Unit};
use crate::work::{Plan, Random};

type Contenders = Vec<(Name, Box<dyn Contender>)>;

/// Measures all contenders, and fails if two of them give different answers.
///
/// # Errors
///
/// Returns the errors of the contenders, and fails if two of them differ.
pub fn rounds(names: &[Name], plan: &Plan, effort: &Effort, results: &mut Results) -> Result<()> {
    for round in 0..effort.rounds {
        results.start_round(round);
        // The first contender runs on a colder machine, so the order rotates.
        let mut names = names.to_vec();
        let len = names.len().max(1);
        names.rotate_left(round % len);
        let mut round = Round {
            contenders: Vec::new(),
            plan,
            effort,
            results,
            random: Random::new(1_000 + round as u64),
        };
        round.load(&names)?;
        round.check("after the load", true)?;
        round.ask()?;
        round.list()?;
        round.reopen()?;
        round.change()?;
        round.with_writer()?;
    }
    Ok(())
}

/// Records the memory that each contender takes.
///
/// # Errors
///
/// Fails if a process that measures it fails.
pub(crate) fn memories(names: &[Name], plan: &Plan, results: &mut Results) -> Result<()> {
    let n = plan.records().len();
    let data: usize = plan
        .records()
        .iter()
        .map(|record| plan.entry(record).text().len())
        .sum();
    let data = data as f64 / n as f64;
    for name in names {
        let memory = memory::measure_in_child(*name, results.shape(), n)?;
        results.put(*name, "memory", memory.resident, Unit::BytesPerTrack)?;
        results.put(*name, "memory_peak", memory.peak, Unit::BytesPerTrack)?;
        let beyond = memory.resident - data;
        results.put(*name, "memory_beyond_data", beyond, Unit::BytesPerTrack)?;
    }
    Ok(())
}

struct Round<'r> {
    contenders: Contenders,
    plan: &'r Plan,
    effort: &'r Effort,
    results: &'r mut Results,
    random: Random,
}

impl Round<'_> {
    fn load(&mut self, names: &[Name]) -> Result<()> {
        for name in names {
            let contender = name.make()?;
            let records = self.plan.records().iter().copied();
            let loading = load(contender.as_ref(), self.plan.names(), records);
            let taken = loading.with_context(|| format!("loading {}", name.as_str()))?;
            let rate = self.plan.records().len() as f64 / taken.as_secs_f64();
            self.results
                .put(*name, "bulk_rate", rate, Unit::TracksPerSecond)?;
            contender.loaded()?;
            self.contenders.push((*name, contender));
        }
        Ok(())
    }

    fn check(&self, when: &str, with_names: bool) -> Result<()> {
        agreement::check(&self.contenders, self.plan, when, with_names)
    }

    /// Measures something for each contender, if it is selected.
    fn turns(
        &mut self,
        metric: &str,
        measure: impl FnMut(&dyn Contender, reads::Recorder<'_>) -> Result<()>,
    ) -> Result<()> {
        if self.effort.wants(metric) {
            self.all_turns(metric, measure)
        } else {
            Ok(())
        }
    }

    fn all_turns(
        &mut self,
        what: &str,
        mut measure: impl FnMut(&dyn Contender, reads::Recorder<'_>) -> Result<()>,
    ) -> Result<()> {
        self.results.progress(what)?;
        for (name, contender) in &self.contenders {
            let results = &mut *self.results;
            let mut put = |metric: &str, value, unit| results.put(*name, metric, value, unit);
            measure(contender.as_ref(), &mut put)
                .with_context(|| format!("measuring {what} of {}", name.as_str()))?;
        }
        Ok(())
    }

    fn ask(&mut self) -> Result<()> {
        let (plan, effort) = (self.plan, self.effort);
        for read in reads::READS {
            let seed = self.random.draw();
            self.turns(&format!("{}_p50", read.name), |contender, put| {
                reads::borrowed(read, contender, plan, seed, effort, put)
            })?;
            self.turns(&format!("{}_copied_p50", read.name), |contender, put| {
                parts::copied(read, contender, plan, seed, effort, put)
            })?;
            self.turns(&format!("{}_make_p50", read.name), |contender, put| {
                parts::made(read, contender, plan, seed, effort, put)
            })?;
            // A last track is one, borrowed or owned as the store returns it.
            if read.name != "last" {
                let seed = self.random.draw();
                self.turns(&format!("{}_owned_p50", read.name), |contender, put| {
                    reads::owned(read, contender, plan, seed, effort, put)
                })?;
            }
        }
        Ok(())
    }

    fn list(&mut self) -> Result<()> {
        let (plan, effort) = (self.plan, self.effort);
        for metric in listings::LISTINGS {
            let seed = self.random.draw();
            self.turns(&format!("{metric}_p50"), |contender, put| {
                listings::measure(metric, contender, plan, seed, effort, put)
            })?;
        }
        self.turns("answers_clone_p50", |contender, put| {
            parts::cloned(contender, effort, put)
        })
    }

    /// Closes files, opens them again and runs a query; records their sizes.
    fn reopen(&mut self) -> Result<()> {
        if !self.effort.wants("reopen") && !self.effort.wants("disk") {
            return Ok(());
        }
        let any = self.plan.any(&mut self.random).into();
        for (name, contender) in &mut self.contenders {
            let start = Instant::now();
            let Some(size) = contender.reopen()? else {
                continue;
            };
            contender.last(any, &mut |view| {
                std::hint::black_box(view.touch());
            })?;
            let taken = start.elapsed().as_nanos() as f64;
            self.results
                .put(*name, "reopen", taken, Unit::Nanoseconds)?;
            let size = size as f64 / self.plan.records().len() as f64;
            self.results.put(*name, "disk", size, Unit::BytesPerTrack)?;
        }
        Ok(())
    }

    fn change(&mut self) -> Result<()> {
        let plan = self.plan;
        let changes = Changes::new(plan, &mut self.random);
        self.turns("save_rate", |contender, put| {
            changes.save(contender, plan, put)
        })?;
        self.turns("update_rate", |contender, put| {
            changes.update(contender, plan, put)
        })?;
        self.turns("remove_rate", |contender, put| {
            changes.remove(contender, put)
        })?;
        self.check("after changes", false)?;
        self.turns("reindex_rate", |contender, put| {
            let start = Instant::now();
            contender.reindex()?;
            let rate = plan.records().len() as f64 / start.elapsed().as_secs_f64();
            put("reindex_rate", rate, Unit::TracksPerSecond)
        })?;
        if self.effort.wants("reindex_rate") {
            self.check("after all indexes were built anew", false)?;
        }
        Ok(())
    }

    fn with_writer(&mut self) -> Result<()> {
        let (plan, effort) = (self.plan, self.effort);
        let names = [
            "readers_2_rate",
            "reader_p99",
            "render_task_paged_writer_max",
            "render_locked_writer_max",
        ];
        let is_selected = names.iter().any(|name| effort.wants(name));
        if is_selected || effort.wants("render_paged_writer_max") {
            self.contenders
                .retain(|(_, contender)| contender.is_concurrent());
            self.all_turns("beside a writer", |contender, put| {
                concurrent::measure(contender, plan, effort, put)
            })?;
        }
        Ok(())
    }
}
