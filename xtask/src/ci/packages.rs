//! What is published: the metadata of each crate, its licences, and the files of its package.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::Package;

use super::files::read;
use super::{graph, links};

/// What crates.io allows.
const MAX_KEYWORDS: usize = 5;
const MAX_KEYWORD_LENGTH: usize = 20;
/// In the root, and a copy of each in every published crate, since a package has no files from
/// outside its folder.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// Checks the manifest, the licences and the README of every crate that is published.
pub(super) fn check_metadata(broken: &mut Vec<String>) -> Result<()> {
    for package in published()? {
        for problem in problems(&package) {
            broken.push(format!("{}: {problem}", package.name));
        }
        let folder = folder(&package)?;
        for licence in LICENCES {
            let copy = folder.join(licence);
            if !copy.is_file() || read(&copy)? != read(&crate::root().join(licence))? {
                broken.push(format!(
                    "{}: is not a copy of the {licence} in the root",
                    copy.display()
                ));
            }
        }
        links::check_readme(folder, broken)?;
    }
    Ok(())
}

/// Packages every crate that is published, and compiles each package with the others, as they would
/// be downloaded; whether all have what belongs into a package.
pub(super) fn check_packages() -> Result<bool> {
    let mut passed = true;
    for package in published()? {
        let listed = list(&package.name)?;
        for file in ["Cargo.toml", "README.md"].iter().chain(&LICENCES) {
            if !listed.lines().any(|line| line == *file) {
                println!("{}: its package lacks {file}", package.name);
                passed = false;
            }
        }
    }
    forget_packages()?;
    Ok(passed & compile_packages()?)
}

/// Removes what an earlier check unpacked and compiled. Packages that are checked together come from
/// a registry in a folder, and Cargo unpacks and compiles a version from a registry only once:
/// without this a package would be compiled with the other crates as they were then.
fn forget_packages() -> Result<()> {
    let published = published()?;
    let mut arguments = vec!["clean", "--quiet", "--offline"];
    for package in &published {
        arguments.extend(["--package", package.name.as_str()]);
    }
    ensure!(super::cargo(&arguments)?, "cargo clean failed");
    let sources = crate::cargo_home()?.join("registry/src");
    if !sources.is_dir() {
        return Ok(());
    }
    for registry in fs::read_dir(&sources)? {
        let registry = registry?;
        // A registry in a folder has no host in its name.
        if registry.file_name().to_string_lossy().starts_with('-') {
            for package in &published {
                let version = format!("{}-{}", package.name, package.version);
                remove_folder(&registry.path().join(version))?;
            }
        }
    }
    Ok(())
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{}: not removed", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Makes the packages, and compiles each from its package.
fn compile_packages() -> Result<bool> {
    let mut arguments = vec![
        "package",
        "--workspace",
        "--allow-dirty",
        "--offline",
        "--quiet",
    ];
    let members = graph::packages()?;
    for package in members.iter().filter(|package| !is_published(package)) {
        arguments.extend(["--exclude", package.name.as_str()]);
    }
    let mut command = super::cargo_command(&arguments);
    // As in the workspace, so that most dependencies need not be compiled again.
    command.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    super::succeeds(&mut command)
}

fn published() -> Result<Vec<Package>> {
    let mut packages = graph::packages()?;
    packages.retain(is_published);
    Ok(packages)
}

/// `publish = false` is an empty list of registries.
fn is_published(package: &Package) -> bool {
    package.publish.as_ref().is_none_or(|to| !to.is_empty())
}

fn folder(package: &Package) -> Result<&Path> {
    let folder = package.manifest_path.parent();
    Ok(folder.context("a manifest is in no folder")?.as_std_path())
}

/// What is wrong in a manifest.
fn problems(package: &Package) -> Vec<&'static str> {
    let keywords = &package.keywords;
    let is_too_long = |keyword: &String| keyword.len() > MAX_KEYWORD_LENGTH;
    let docs = package.metadata.get("docs").and_then(|docs| docs.get("rs"));
    let rules = [
        (package.description.is_none(), "has no description"),
        (package.repository.is_none(), "has no repository"),
        (keywords.is_empty(), "has no keywords"),
        (
            keywords.len() > MAX_KEYWORDS,
            "has more keywords than crates.io allows",
        ),
        (
            keywords.iter().any(is_too_long),
            "has a keyword that is longer than crates.io allows",
        ),
        (package.categories.is_empty(), "has no categories"),
        (docs.is_none(), "has no metadata for docs.rs"),
    ];
    let broken = rules.into_iter().filter(|rule| rule.0);
    broken.map(|rule| rule.1).collect()
}

/// The files of a package, one on each line.
fn list(name: &str) -> Result<String> {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--package", name])
        .current_dir(crate::root())
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "cargo cannot package {name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).context("a file name is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_crates_io_refuses_is_a_problem() {
        let mut package = published().unwrap().remove(0);
        assert_eq!(problems(&package), Vec::<&str>::new());
        package.keywords = vec!["a".repeat(21); 6];
        package.description = None;
        let found = problems(&package);
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn a_crate_for_ourselves_is_not_published() {
        let names: Vec<_> = published().unwrap();
        assert!(names.iter().any(|package| *package.name == "tracking-core"));
        assert!(!names.iter().any(|package| *package.name == "xtask"));
    }
}
