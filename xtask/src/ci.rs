//! Everything that decides whether a change lands.

mod files;
mod graph;
mod licences;
mod links;
mod modules;
mod packages;
mod rules;
mod tidy;
mod toolchain;
mod wording;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::counts::Counts;
use crate::{bench, postgres_versions, readme, spec, stores, test, web};

/// How strict the checks are.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Pass although tests are skipped because their programs or data are missing
    #[arg(long)]
    allow_skips: bool,
}

/// Runs every step, continues after one that fails, and closes with the time that each step took
/// and with what passed and failed.
pub(crate) fn run(args: &Args) -> bool {
    let mut counts = Counts::default();
    let mut failed = Vec::new();
    let mut times = Vec::new();
    for (name, step) in STEPS {
        println!("\n== {name}");
        let started = Instant::now();
        let passed = step(!args.allow_skips, &mut counts).unwrap_or_else(|error| {
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
    failed.is_empty() && counts.all_passed() && (args.allow_skips || counts.skipped == 0)
}

/// A duration, as whole seconds.
fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs())
}

/// A step returns whether it passed, and adds the tests that it counted. Where it is strict, a test
/// that would be skipped fails.
type Step = fn(strict: bool, counts: &mut Counts) -> Result<bool>;

const STEPS: &[(&str, Step)] = &[
    ("the Rust version that the manifests promise", |_, _| {
        toolchain::check()
    }),
    ("format", |_, _| cargo(&["fmt", "--all", "--check"])),
    (
        "house rules: layers, dependencies, manifests, files, words",
        |_, _| tidy::check(),
    ),
    ("lints", |_, _| lints()),
    ("documentation", |_, _| documentation()),
    ("each crate picked alone", |_, _| each_alone()),
    ("tests, none of them skipped", tests),
    ("the oldest and the newest PostgreSQL", postgres),
    ("the READMEs as a stranger follows them", |_, counts| {
        readmes(counts)
    }),
    ("the specification on every store", |_, counts| {
        specification(counts)
    }),
    ("every page in a browser", pages),
    ("instructions of the hottest operations", instructions),
    // Last, since what it compiles was compiled by then, and so that a failure is easily found.
    ("each crate packaged", |_, _| packages::check_packages()),
];

fn lints() -> Result<bool> {
    let arguments = ["clippy", "--workspace", "--all-targets"];
    cargo(&[&arguments[..], &["--", "--deny", "warnings"]].concat())
}

fn tests(strict: bool, counts: &mut Counts) -> Result<bool> {
    let (counted, built) = test::all(strict)?;
    *counts += counted;
    Ok(built && counted.all_passed() && !(strict && counted.skipped > 0))
}

fn postgres(strict: bool, counts: &mut Counts) -> Result<bool> {
    let counted = postgres_versions::check(strict)?;
    *counts += counted;
    Ok(counted.failed == 0)
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

fn readmes(counts: &mut Counts) -> Result<bool> {
    let counted = readme::check()?;
    *counts += counted;
    Ok(counted.all_passed())
}

fn pages(strict: bool, counts: &mut Counts) -> Result<bool> {
    let counted = web::check(strict)?;
    *counts += counted;
    Ok(counted.all_passed() && !(strict && counted.skipped > 0))
}

fn instructions(strict: bool, counts: &mut Counts) -> Result<bool> {
    if !strict && Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: instructions are not counted, because there is no valgrind");
        counts.skipped += 1;
        return Ok(true);
    }
    bench::show_instructions()
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
    for name in rules::CHECKED_WITHOUT_DEFAULTS {
        let arguments = ["check", "--quiet", "--no-default-features", "--package"];
        passed &= cargo(&[&arguments[..], &[name]].concat())?;
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
