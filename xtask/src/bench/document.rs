//! All that `docs/performance.md` tells of, measured anew.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use super::program;

/// Everybody at a million tracks.
const MAIN: &str = "--n 1000000 --rounds 5 --budget 100";

/// What is measured of everybody: all but a rebuild of the indexes, which takes `SQLite` very long.
const MAIN_METRICS: &str = "memory,last_,user_,q_,task_ids,count_,answers_clone,save_rate,\
    update_rate,remove_rate,reader,render_";

/// Our store alone: numbers of tracks, and shapes of the workload.
const GROWTH: &[&str] = &[
    "--grow 10000,100000,1000000 --rounds 3",
    "--grow 10000000 --rounds 1",
    "--grow 10000,100000,1000000 --rounds 3 --shape flat",
    "--grow 10000000 --rounds 1 --shape flat --no-memory",
    "--grow 1000000 --rounds 1 --shape one-task",
    "--grow 1000000 --rounds 1 --shape one-user",
    "--grow 1000000 --rounds 1 --shape many-values",
];

/// What is measured of it.
const METRICS: &str = "memory_beyond_data,save_rate,update_rate,remove_rate,reindex_rate,last_p50,\
    user_tracks_p50,q_task_p50,q_user_p50,q_run_p50,q_time_p50,q_conj_p50,q_page_p50,\
    user_names_p50,task_ids_p50,count_all_p50,count_scan_p50";

/// Measures everything, then writes tables and pictures; whether all went well.
pub(super) fn update(results: &Path, args: &[String]) -> Result<bool> {
    let start = Instant::now();
    let fresh = |name: &str| {
        let path = results.join(name);
        if path.exists() {
            fs::remove_file(&path)?;
        }
        Ok::<_, std::io::Error>(path.display().to_string())
    };
    let (main, growth) = (fresh("main.jsonl")?, fresh("growth.jsonl")?);

    let words = MAIN
        .split(' ')
        .chain(["--metrics", MAIN_METRICS, "--out", &main]);
    if !program(
        "tracking-bench",
        words.chain(args.iter().map(String::as_str)),
    )? {
        return Ok(false);
    }
    for run in GROWTH {
        let words = run.split(' ').chain(["--budget", "60", "--out", &growth]);
        if !program("tracking-bench", words.chain(["--metrics", METRICS]))? {
            return Ok(false);
        }
    }
    let rendering = fresh("rendering.jsonl")?;
    if !program("rendering", ["--out", &rendering])? {
        return Ok(false);
    }
    let written = write(results)?;
    println!("measured and written in {} s", start.elapsed().as_secs());
    Ok(written)
}

/// Writes tables and pictures from results.
fn write(results: &Path) -> Result<bool> {
    let docs = crate::root().join("docs");
    let places = [
        ("--results", results.to_path_buf()),
        ("--document", docs.join("performance.md")),
        ("--images", docs.join("images")),
    ];
    let words = places
        .iter()
        .flat_map(|(name, path)| [(*name).to_owned(), path.display().to_string()]);
    program("document", words)
}
