//! Programs, each in a project of its own.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::blocks::{Block, blocks};
use super::{Readme, bare, passes};
use crate::counts::Counts;

/// Where READMEs say that the clone is, beside the project.
const CLONE: &str = "../tracking/";

/// Makes a project of each README that has programs, builds all of them, and runs those that end.
pub(super) fn check(place: &Path, readmes: &[Readme]) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut members = Vec::new();
    let mut programs = Vec::new();
    for readme in readmes {
        let blocks = blocks(&readme.text);
        let code: Vec<&Block<'_>> = blocks.iter().filter(|b| b.language() == "rust").collect();
        if code.is_empty() {
            continue;
        }
        let Some(manifest) = blocks.iter().find(|block| block.language() == "toml") else {
            println!(
                "FAILED {}: its program has no dependencies beside it",
                readme.name
            );
            counts.note(false);
            continue;
        };
        let folder = place.join(&readme.name);
        write_manifest(&folder, &readme.name, &manifest.code)?;
        for (number, block) in code.iter().enumerate() {
            let is_test = block.code.contains("// tests/");
            let kind = if is_test { "tests" } else { "src/bin" };
            let name = format!("{}-{number}", readme.name);
            write(&folder.join(kind).join(format!("{name}.rs")), &block.code)?;
            // A server does not end, and a database is not everywhere.
            let ends = !block.code.contains("serve(") && !block.code.contains("Postgres");
            if !is_test && ends {
                programs.push((format!("try-{}", readme.name), name));
            }
        }
        members.push(readme.name.clone());
    }
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    write(&place.join("Cargo.toml"), &workspace)?;
    // The versions that are there already, so that nothing is downloaded.
    fs::copy(crate::root().join("Cargo.lock"), place.join("Cargo.lock"))
        .context("cannot copy Cargo.lock")?;
    let cargo = |args: &[&str]| {
        let mut command = bare(env!("CARGO"), place);
        command
            .args(args)
            .env("CARGO_TARGET_DIR", crate::root().join("target/readme"));
        command
    };
    let built = passes(
        "the programs of the READMEs",
        &mut cargo(&["build", "--quiet", "--workspace", "--all-targets"]),
    )?;
    counts.note(built);
    for (package, name) in programs.iter().filter(|_| built) {
        let run = ["run", "--quiet", "--package", package, "--bin", name];
        counts.note(passes(name, &mut cargo(&run))?);
    }
    Ok(counts)
}

fn write_manifest(folder: &Path, name: &str, dependencies: &str) -> Result<()> {
    let root = crate::root().display().to_string();
    let dependencies = dependencies.replace(CLONE, &format!("{root}/"));
    // With the name of a dependency it could not depend on it.
    let package = format!("[package]\nname = \"try-{name}\"\nedition = \"2024\"\n\n");
    write(&folder.join("Cargo.toml"), &(package + &dependencies))
}

fn write(path: &Path, text: &str) -> Result<()> {
    let shown = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(shown)?;
    }
    fs::write(path, text).with_context(shown)
}
