//! The READMEs as a stranger uses them: each program in a new project outside the workspace, with
//! the dependencies that stand beside it, and each command, in an environment with nothing in it.

mod blocks;
mod commands;
mod projects;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::counts::Counts;

/// Tries every program and every command of every README; whether all went well.
pub(crate) fn run() -> Result<bool> {
    let counts = check()?;
    println!("{counts}");
    Ok(counts.all_passed())
}

/// The same with the counts.
pub(crate) fn check() -> Result<Counts> {
    let place = tempfile::tempdir().context("cannot make a folder")?;
    let readmes = readmes()?;
    let mut counts = projects::check(place.path(), &readmes)?;
    counts += commands::check(place.path(), &readmes)?;
    Ok(counts)
}

/// A README: a name for it, and its text.
struct Readme {
    name: String,
    text: String,
}

fn readmes() -> Result<Vec<Readme>> {
    let root = crate::root();
    let mut paths: Vec<(String, PathBuf)> = vec![("readme".into(), root.join("README.md"))];
    for entry in fs::read_dir(root.join("crates")).context("cannot read crates")? {
        let entry = entry.context("cannot read crates")?;
        let path = entry.path().join("README.md");
        if path.is_file() {
            paths.push((entry.file_name().to_string_lossy().into_owned(), path));
        }
    }
    paths.sort();
    let read = |(name, path): (String, PathBuf)| {
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Readme { name, text })
    };
    paths.into_iter().map(read).collect()
}

/// A program in an environment that has nothing but what finds cargo and what it has downloaded;
/// nothing is installed or downloaded.
fn bare(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir(folder);
    let home = |variable: &str, folder: &str| {
        let given = env::var_os(variable).map(PathBuf::from);
        given.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(folder)))
    };
    // The compiler beside this cargo, and not a proxy of rustup: in an empty environment that could
    // change the toolchains of the machine.
    let tools = Path::new(env!("CARGO")).parent().unwrap_or(Path::new(""));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools.to_owned()).chain(env::split_paths(&path));
    if let Ok(path) = env::join_paths(folders) {
        command.env("PATH", path);
    }
    command
        .env("RUSTC", tools.join("rustc"))
        .env("RUSTUP_AUTO_INSTALL", "0")
        .env("CARGO_NET_OFFLINE", "true");
    if let Some(path) = home("CARGO_HOME", ".cargo") {
        command.env("CARGO_HOME", path);
    }
    command
}

/// Runs a command, and prints what it said where it failed.
fn passes(what: &str, command: &mut Command) -> Result<bool> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if !output.status.success() {
        println!("FAILED {what}: {}", output.status);
        println!("{}", String::from_utf8_lossy(&output.stdout));
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.status.success())
}
