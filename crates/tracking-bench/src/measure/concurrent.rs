//! Reads while another thread writes.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::reads::Recorder;
use super::{Effort, Latencies};
use crate::contender::{Action, Contender, Payload, Question, View};
use crate::report::Unit;
use crate::work::{Generator, Plan, Random};

const SAVES: usize = 100_000;
/// The number of tracks that are rendered under one lock.
const PAGE: usize = 256;

/// One writer at full speed: alone, with a reader, and with long reads.
pub(super) fn measure(
    contender: &dyn Contender,
    plan: &Plan,
    effort: &Effort,
    put: Recorder<'_>,
) -> Result<()> {
    let mut bench = Bench {
        contender,
        plan,
        generator: plan.generator().clone(),
        limit: effort.budget * 4 / 3,
        budget: effort.budget,
    };
    for threads in [1, 2, 4] {
        let metric = format!("readers_{threads}_rate");
        if effort.wants(&metric) {
            put(&metric, bench.readers(threads)?, Unit::OperationsPerSecond)?;
        }
    }
    if effort.wants("reader_p99") {
        bench.reader(put)?;
    }
    let renders = [
        (
            "render_task_paged",
            Question::task(plan.largest_task()),
            Some(PAGE),
        ),
        ("render_locked", Question::task(plan.largest_task()), None),
        ("render_paged", Question::all(), Some(PAGE)),
    ];
    for (name, question, page) in renders {
        if effort.wants(&format!("{name}_writer_max")) {
            bench.render(name, &question, page, put)?;
        }
    }
    Ok(())
}

struct Bench<'b> {
    contender: &'b dyn Contender,
    plan: &'b Plan,
    generator: Generator,
    /// The time limit of a writer that waits all the time.
    limit: Duration,
    budget: Duration,
}

impl<'b> Bench<'b> {
    fn saves(&mut self) -> Result<Vec<Action<'b>>> {
        let count = SAVES.min(self.plan.records().len());
        let (contender, plan) = (self.contender, self.plan);
        let save = |_| contender.save(&plan.entry(&self.generator.track()));
        (0..count).map(save).collect()
    }

    fn write(&self, saves: Vec<Action<'b>>) -> Result<(Latencies, f64)> {
        let (mut latencies, start) = (Latencies::new(), Instant::now());
        for mut save in saves {
            latencies.time(&mut save)?;
            if start.elapsed() > self.limit {
                break;
            }
        }
        let rate = latencies.len() as f64 / start.elapsed().as_secs_f64();
        Ok((latencies, rate))
    }

    /// Asks for the last tracks of random keys until the caller stops it.
    fn read(&self, is_unfinished: impl Fn(&Latencies) -> bool) -> Result<Latencies> {
        let (mut latencies, mut random, mut fold) = (Latencies::new(), Random::new(5), 0);
        while is_unfinished(&latencies) {
            let triple = self.plan.any(&mut random).into();
            latencies.time(|| {
                self.contender
                    .last(triple, &mut |view| fold ^= view.touch())
            })?;
        }
        black_box(fold);
        Ok(latencies)
    }

    /// Runs `work` while a separate thread writes everything.
    fn with_writer<R>(
        &mut self,
        work: impl FnOnce(&Self, &AtomicBool) -> Result<R>,
    ) -> Result<(Latencies, f64, R)> {
        let saves = self.saves()?;
        let (bench, done) = (&*self, AtomicBool::new(false));
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let written = bench.write(saves);
                done.store(true, Ordering::Relaxed);
                written
            });
            let result = work(bench, &done);
            let joined = writer.join().ok().context("the writer has panicked")?;
            let (latencies, rate) = joined?;
            Ok((latencies, rate, result?))
        })
    }

    /// The answers per second of so many threads that ask for last tracks while nobody writes.
    fn readers(&self, threads: usize) -> Result<f64> {
        let start = Instant::now();
        let read = || self.read(|_| start.elapsed() < self.budget);
        let answers = std::thread::scope(|scope| {
            let readers: Vec<_> = (0..threads).map(|_| scope.spawn(read)).collect();
            let join = |reader: std::thread::ScopedJoinHandle<'_, Result<Latencies>>| {
                let read = reader.join().ok().context("a reader has panicked")?;
                read.map(|latencies| latencies.len())
            };
            readers.into_iter().map(join).sum::<Result<usize>>()
        })?;
        Ok(answers as f64 / start.elapsed().as_secs_f64())
    }

    fn reader(&mut self, put: Recorder<'_>) -> Result<()> {
        let start = Instant::now();
        let budget = self.budget;
        let mut alone =
            self.read(|latencies| latencies.len() < SAVES && start.elapsed() < budget)?;
        put("reader_alone_p99", alone.quantile(0.99), Unit::Nanoseconds)?;
        let saves = self.saves()?;
        let (mut alone, rate) = self.write(saves)?;
        put("writer_alone_rate", rate, Unit::TracksPerSecond)?;
        put(
            "writer_alone_p999",
            alone.quantile(0.999),
            Unit::Nanoseconds,
        )?;

        let (mut writer, rate, mut reader) =
            self.with_writer(|bench, done| bench.read(|_| !done.load(Ordering::Relaxed)))?;
        put("reader_p50", reader.quantile(0.5), Unit::Nanoseconds)?;
        put("reader_p99", reader.quantile(0.99), Unit::Nanoseconds)?;
        put("writer_rate", rate, Unit::TracksPerSecond)?;
        put("writer_p999", writer.quantile(0.999), Unit::Nanoseconds)
    }

    /// Renders tracks as JSON text repeatedly, page by page or under one lock.
    fn render(
        &mut self,
        name: &str,
        question: &Question<'_>,
        page: Option<usize>,
        put: Recorder<'_>,
    ) -> Result<()> {
        let (mut writer, rate, rendered) = self.with_writer(|bench, done| {
            let (start, mut rendered, mut text) = (Instant::now(), 0_usize, String::new());
            while !done.load(Ordering::Relaxed) {
                let mut visitor = |view: View<'_>| {
                    rendered += 1;
                    if text.len() > 1 << 20 {
                        black_box(&text);
                        text.clear();
                    }
                    render(&view, &mut text);
                };
                match page {
                    Some(page) => bench.contender.visit_paged(question, page, &mut visitor)?,
                    None => bench.contender.visit(question, &mut visitor)?,
                }
            }
            Ok(rendered as f64 / start.elapsed().as_secs_f64())
        })?;
        let mut put = |part: &str, value, unit| put(&format!("{name}_{part}"), value, unit);
        put("writer_p50", writer.quantile(0.5), Unit::Nanoseconds)?;
        put("writer_p999", writer.quantile(0.999), Unit::Nanoseconds)?;
        put("writer_max", writer.quantile(1.0), Unit::Nanoseconds)?;
        put("writer_rate", rate, Unit::TracksPerSecond)?;
        put("rendered", rendered, Unit::TracksPerSecond)
    }
}

fn render(view: &View<'_>, text: &mut String) {
    let View {
        id,
        task,
        run,
        user,
        time,
        data,
    } = view;
    let start = format_args!(
        r#"{{"id":{id},"task":"{task}","run":{run},"user":"{user}","ts":{time},"data":"#
    );
    // Writing to a `String` does not fail.
    let _ = match data {
        Payload::Text(data) => writeln!(text, "{start}{data}}}"),
        Payload::Object(data) => {
            let data = serde_json::to_string(data).unwrap_or_default();
            writeln!(text, "{start}{data}}}")
        }
    };
}
