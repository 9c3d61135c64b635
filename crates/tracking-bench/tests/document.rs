//! Tests of the tables of `docs/performance.md` and `docs/benchmarks.md`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;
use tracking_bench::report::{BARS, Measured, Parts, Sample, chapters, fill, read_lines};
use tracking_bench::{Options, run};

/// The results of a quick run, read from the file that it writes.
fn results(file: &Path, words: &str) -> Result<Vec<Sample>> {
    let words = format!(
        "tracking-bench --rounds 1 --budget 1 --no-memory {words} --out {}",
        file.display()
    );
    let options = Options::try_parse_from(words.split_whitespace())?;
    run(&options, &mut std::io::sink(), std::io::sink())?;
    let samples = read_lines(file);
    std::fs::remove_file(file)?;
    samples
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!(
        "tracking-bench-{name}-{}.jsonl",
        std::process::id()
    ))
}

#[test]
fn the_document_has_marks_for_each_table_and_for_no_other() {
    let main = results(&file("main"), "--n 300").unwrap();
    let growth = results(&file("growth"), "--grow 100,300 --metrics last,q_task").unwrap();
    let file_of = "--only tracking-sqlite,sqlite-file --metrics last,q_task,save_rate,disk";
    let persistent = results(&file("kept"), &format!("--n 300 {file_of}")).unwrap();
    let persistent_growth = "--grow 100,300 --only tracking-sqlite --metrics last,q_task";
    let parts = Parts {
        main,
        growth,
        persistent,
        rendering: Vec::new(),
        persistent_growth: results(&file("kept-growth"), persistent_growth).unwrap(),
    };
    let tables = chapters(&Measured::new(&parts)).unwrap();
    let table = |name: &str| &tables.iter().find(|(other, _)| *other == name).unwrap().1;

    assert_eq!(table("main").lines().count(), BARS.len() + 2);
    assert!(!table("main").contains("_p50"), "{}", table("main"));
    let sizes = "| tracks | 100, once | 300, once | grows by |";
    assert!(table("growth").starts_with(sizes));
    assert!(table("kept-growth").starts_with(sizes));
    for what in ["save, in batches of 1,000", "size of the file, a track"] {
        assert!(table("kept").contains(&format!("| {what} | ")), "{what}");
    }
    let stores = table("stores");
    assert!(stores.starts_with("| operation | in memory | in an SQLite file |"));
    assert!(!stores.contains("| size of the file"), "{stores}");
    let interface = table("interface").lines().nth(2).unwrap();
    assert!(!interface.contains("NaN"), "{interface}");

    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let documents = ["performance.md", "benchmarks.md"]
        .map(|name| std::fs::read_to_string(docs.join(name)).unwrap());
    for filled in fill(&documents, &tables).unwrap() {
        assert!(filled.contains("| last track of task, run and user |"));
    }
}
