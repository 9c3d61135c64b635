//! Measures everything in `docs/performance.md` and `docs/benchmarks.md` again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;

use super::program;

/// Measure everything in docs/performance.md and docs/benchmarks.md, part by part, and write their
/// tables. Parts that were measured before an interruption are not measured again.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench --update-docs", no_binary_name = true)]
struct Args {
    /// How often everything is repeated but what is measured of the largest number of tracks
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The largest number of tracks over which growth is shown, measured once
    #[arg(long, default_value_t = 10_000_000)]
    largest: usize,
    /// Measure all parts again, also those that are there
    #[arg(long)]
    again: bool,
}

/// What is measured of everybody: all but a rebuild of the indexes, which takes `SQLite` very long.
const MAIN: &str = "memory,last_,user_,q_,task_ids,count_,answers_clone,save_rate,update_rate,\
    remove_rate,reader,render_";

/// What is measured of our store at many sizes.
const GROWTH: &str = "memory_beyond_data,save_rate,update_rate,remove_rate,reindex_rate,last_p50,\
    user_tracks_p50,q_task_p50,q_user_p50,q_run_p50,q_time_p50,q_conj_p50,q_page_p50,\
    user_names_p50,task_ids_p50,count_all_p50,count_scan_p50";

/// What is measured of stores in a file.
const KEPT: &str = "disk,last_p50,user_tracks_p50,q_task_p50,q_task_1k_p50,q_10_tasks_p50,\
    q_user_p50,q_run_p50,q_time_p50,q_conj_p50,q_page_p50,user_names_p50,task_ids_p50,\
    count_all_p50,save_rate,update_rate,remove_rate";

/// The same at many sizes, where a count of everything takes long.
const KEPT_GROWTH: &str = "disk,last_p50,user_tracks_p50,q_task_p50,q_user_p50,q_run_p50,\
    q_time_p50,q_conj_p50,q_page_p50,user_names_p50,task_ids_p50,save_rate,update_rate";

/// Both stores in a file, with nothing but the loss of power between them and the others.
const FULL: &str = "--only tracking-sqlite-full,sqlite-file-full --n 100000 --metrics save_rate";

/// A part: the name of its results, and the arguments of `tracking-bench`.
type Part = (&'static str, String);

fn parts(args: &Args) -> Vec<Part> {
    let Args {
        rounds, largest, ..
    } = args;
    let some = "--grow 10000,100000,1000000";
    let growth = |what: &str| format!("{what} --budget 60 --metrics {GROWTH}");
    let kept =
        |what: &str, metrics: &str| format!("{what} --budget 100 --no-memory --metrics {metrics}");
    let sqlite = "--only tracking-sqlite";
    let mut parts = vec![
        (
            "main",
            format!("--n 1000000 --rounds {rounds} --budget 100 --metrics {MAIN}"),
        ),
        ("growth", growth(&format!("{some} --rounds {rounds}"))),
        (
            "growth-flat",
            growth(&format!("{some} --rounds {rounds} --shape flat")),
        ),
        (
            "growth-one-task",
            growth("--grow 1000000 --rounds 1 --shape one-task"),
        ),
        (
            "growth-one-user",
            growth("--grow 1000000 --rounds 1 --shape one-user"),
        ),
        (
            "growth-many-values",
            growth("--grow 1000000 --rounds 1 --shape many-values"),
        ),
        (
            "kept",
            kept(
                &format!("{sqlite},sqlite-file --n 1000000 --rounds {rounds}"),
                KEPT,
            ),
        ),
        (
            "kept-full",
            // The disk takes twice as long at one time as at another.
            format!("{FULL} --rounds {} --no-memory", rounds * 4),
        ),
        (
            "kept-growth",
            kept(&format!("{sqlite} {some} --rounds 1"), KEPT_GROWTH),
        ),
    ];
    if *largest > 1_000_000 {
        let once = format!("--grow {largest} --rounds 1");
        parts.push(("growth-largest", growth(&once)));
        parts.push((
            "kept-growth-largest",
            kept(&format!("{sqlite} {once}"), KEPT_GROWTH),
        ));
    }
    parts
}

/// Measures everything that is not there, then writes tables; whether all went
/// well.
pub(super) fn update(results: &Path, args: &[String]) -> Result<bool> {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => error.exit(),
    };
    let (start, folder) = (Instant::now(), results.join("docs"));
    if args.again && folder.exists() {
        fs::remove_dir_all(&folder).context("removing the results that are there")?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, words) in parts(&args) {
        if !measure(&folder, name, "tracking-bench", &words)? {
            return Ok(false);
        }
    }
    if !measure(&folder, "rendering", "rendering", "")? {
        return Ok(false);
    }
    let written = write(&folder)?;
    println!("done in {} s", start.elapsed().as_secs());
    Ok(written)
}

/// Measures a part, unless its results are there: a file gets its name when it is whole.
fn measure(folder: &Path, name: &str, by: &str, words: &str) -> Result<bool> {
    let (path, part) = (
        folder.join(name).with_extension("jsonl"),
        folder.join(name).with_extension("part"),
    );
    if path.exists() {
        println!("{name}: measured before, --again measures it anew");
        return Ok(true);
    }
    let start = Instant::now();
    remove(&part)?;
    let out = ["--out".to_owned(), part.display().to_string()];
    let words = words.split_whitespace().map(str::to_owned).chain(out);
    let is_whole = program(by, words)?;
    if is_whole {
        fs::rename(&part, &path).with_context(|| format!("renaming {}", part.display()))?;
        println!("{name}: {} s", start.elapsed().as_secs());
    }
    Ok(is_whole)
}

fn remove(path: &PathBuf) -> Result<()> {
    if path.exists() {
        fs::remove_file(path).with_context(|| format!("removing {}", path.display()))?;
    }
    Ok(())
}

/// Writes tables from results.
fn write(results: &Path) -> Result<bool> {
    let docs = crate::root().join("docs");
    let places = [
        ("--results", results.to_path_buf()),
        ("--document", docs.join("performance.md")),
        ("--document", docs.join("benchmarks.md")),
    ];
    let words = places
        .iter()
        .flat_map(|(name, path)| [(*name).to_owned(), path.display().to_string()]);
    program("document", words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_a_name_of_its_own_and_the_largest_is_measured_once() {
        let args = Args::try_parse_from(["--rounds", "2"]).unwrap();
        let parts = parts(&args);
        let mut names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), parts.len());
        let largest = parts.iter().filter(|(_, words)| words.contains("10000000"));
        assert!(largest.clone().count() == 2);
        assert!(
            largest
                .clone()
                .all(|(_, words)| words.contains("--rounds 1"))
        );
    }
}
