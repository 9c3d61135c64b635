//! All contenders give the same answers.

use anyhow::Result;
use clap::Parser;
use tracking_bench::{Options, run};

/// The table of a quick run.
fn table(words: &str) -> Result<String> {
    let words = format!("tracking-bench --rounds 1 --budget 5 --no-memory {words}");
    let options = Options::try_parse_from(words.split_whitespace())?;
    let mut out = Vec::new();
    run(&options, &mut out, std::io::sink())?;
    Ok(String::from_utf8(out)?)
}

#[test]
fn all_contenders_give_the_same_answers_and_all_bars_are_measured() {
    let table = table("--n 2000").unwrap();
    for bar in tracking_bench::report::BARS {
        let metric = bar.metric;
        let row = table
            .lines()
            .find(|line| line.starts_with(&format!("| {metric} |")));
        assert_eq!(
            row.is_some(),
            metric != "memory_beyond_data",
            "{metric}\n{table}"
        );
    }
}

#[test]
fn they_do_so_for_other_shapes() {
    for shape in ["flat", "one-task", "one-user", "many-values"] {
        let words = format!("--n 300 --shape {shape} --metrics save,update,remove");
        let table = table(&words).unwrap();
        assert!(table.contains("| update_rate |"), "{shape}\n{table}");
    }
}

#[test]
fn growth_has_a_column_for_each_size() {
    let table = table("--grow 200,400 --metrics last").unwrap();
    assert!(
        table.starts_with("| tracking, n = | 200 | 400 | last ÷ first |"),
        "{table}"
    );
}
