//! The seeds of the fuzz targets, and what fuzzing has found, as ordinary tests.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong is to panic, also in its helpers"
)]
#![allow(dead_code, reason = "other tests use what is left")]

mod targets;

use std::fs;
use std::path::Path;

/// Gives each seed of a target to it.
#[expect(clippy::print_stdout, reason = "seen of a seed that fails")]
fn pass(target: &str, survives: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let seeds: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert!(!seeds.is_empty(), "{} holds none", folder.display());
    for seed in seeds {
        let path = seed.unwrap().path();
        println!("{}", path.display());
        survives(&fs::read(path).unwrap());
    }
}

#[test]
fn the_seeds_of_readers_pass() {
    pass("readers", targets::readers);
}

#[test]
fn the_seeds_of_options_pass() {
    pass("options", targets::options);
}

#[test]
fn the_seeds_of_files_pass() {
    pass("files", targets::files);
}

#[test]
fn the_seeds_of_loader_pass() {
    pass("loader", targets::loader);
}
