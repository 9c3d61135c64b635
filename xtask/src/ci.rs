//! Everything that decides whether a change lands.

mod files;
mod graph;
mod modules;
mod rules;
mod tidy;
mod toolchain;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::counts::Counts;
use crate::{bench, spec, stores, test, web};

/// Runs every step, goes on after one that fails, and closes with the time that each step took
/// and with what passed and failed.
pub(crate) fn run() -> bool {
    let mut counts = Counts::default();
    let mut failed = Vec::new();
    let mut times = Vec::new();
    for (name, step) in STEPS {
        println!("\n== {name}");
        let started = Instant::now();
        let passed = step(&mut counts).unwrap_or_else(|error| {
            println!("{error:#}");
            false
        });
        let time = started.elapsed();
        times.push((*name, time));
        let result = if passed { "ok" } else { "FAILED" };
        println!("== {name}: {result} after {}", seconds(time));
        if !passed {
            failed.push(*name);
        }
    }
    println!();
    for (name, time) in &times {
        println!("{:>7}  {name}", seconds(*time));
    }
    for name in &failed {
        println!("FAILED: {name}");
    }
    counts.failed += failed.len() as u64;
    counts.passed += (STEPS.len() - failed.len()) as u64;
    println!("{counts}");
    failed.is_empty() && counts.all_passed() && counts.skipped == 0
}

/// A duration, as whole seconds.
fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs())
}

/// A step tells whether it passed, and adds the tests that it counted.
type Step = fn(&mut Counts) -> Result<bool>;

const STEPS: &[(&str, Step)] = &[
    ("the Rust version that the manifests promise", |_| {
        toolchain::check()
    }),
    ("format", |_| cargo(&["fmt", "--all", "--check"])),
    (
        "house rules: layers, dependencies, manifests, files",
        |_| tidy::check(),
    ),
    ("lints", |_| {
        cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ])
    }),
    ("documentation", |_| documentation()),
    ("each crate picked alone", |_| each_alone()),
    ("tests, none of them skipped", tests),
    ("the specification on every store", specification),
    ("every page in a browser", pages),
    ("instructions of the hottest operations", |_| {
        bench::show_instructions()
    }),
];

fn tests(counts: &mut Counts) -> Result<bool> {
    let (counted, built) = test::all(true)?;
    *counts += counted;
    Ok(built && counted.all_passed() && counted.skipped == 0)
}

fn specification(counts: &mut Counts) -> Result<bool> {
    let mut all = Counts::default();
    for store in stores::chosen("all")? {
        let mut report = String::new();
        let counted = spec::run_on(store, &mut |line| report.push_str(line))?;
        println!("{}: {counted}", store.name);
        if counted.failed > 0 {
            println!("{report}");
        }
        all += counted;
    }
    *counts += all;
    Ok(all.all_passed())
}

fn pages(counts: &mut Counts) -> Result<bool> {
    let counted = web::check(true)?;
    *counts += counted;
    Ok(counted.all_passed() && counted.skipped == 0)
}

fn documentation() -> Result<bool> {
    let mut command = cargo_command(&["doc", "--workspace", "--no-deps", "--quiet"]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    succeeds(&mut command)
}

/// Cargo unifies features over everything it builds at once, so a crate may lack one of its own
/// and nobody sees it until a user picks that crate alone.
fn each_alone() -> Result<bool> {
    let mut passed = true;
    for package in graph::members()? {
        passed &= cargo(&["check", "--quiet", "--package", &package.name])?;
    }
    for (name, features) in rules::CHECKED_ALONE {
        passed &= cargo(&[
            "check",
            "--quiet",
            "--package",
            name,
            "--features",
            features,
        ])?;
    }
    Ok(passed)
}

fn cargo(args: &[&str]) -> Result<bool> {
    succeeds(&mut cargo_command(args))
}

fn cargo_command(args: &[&str]) -> Command {
    println!("cargo {}", args.join(" "));
    let mut command = Command::new(env!("CARGO"));
    command.args(args).current_dir(crate::root());
    command
}

fn succeeds(command: &mut Command) -> Result<bool> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    Ok(status.success())
}
