//! The house rules that a compiler does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::graph::{self, Member};
use super::rules::{DIRECT, FEATURES, MAX_LINES, PULLED, TOP};
use super::{files, licences, links, modules, packages, toolchain, wording};

/// Checks every rule and prints what breaks one; whether nothing does.
pub(super) fn check() -> Result<bool> {
    let mut broken = Vec::new();
    let members = graph::members()?;
    check_direct(&members, &mut broken);
    check_pulled(&mut broken)?;
    check_manifests(&mut broken)?;
    packages::check_metadata(&mut broken)?;
    links::check_documents(&mut broken)?;
    licences::check(&mut broken)?;
    check_top(&mut broken)?;
    check_files(&mut broken)?;
    check_cycles(&mut broken)?;
    toolchain::check_mentions(&mut broken)?;
    wording::check(&mut broken)?;
    for line in &broken {
        println!("{line}");
    }
    Ok(broken.is_empty())
}

fn check_direct(members: &[Member], broken: &mut Vec<String>) {
    for member in members {
        let Some((_, listed)) = DIRECT.iter().find(|rule| rule.0 == member.name) else {
            let direct = &member.direct;
            broken.push(format!(
                "{}: no rule says what it may lean on; it leans on {direct:?}",
                member.name
            ));
            continue;
        };
        compare(&member.name, "leans on", &member.direct, listed, broken);
    }
}

fn check_pulled(broken: &mut Vec<String>) -> Result<()> {
    for (name, listed) in PULLED {
        compare(name, "pulls", &graph::pulled(name, "")?, listed, broken);
    }
    for (name, feature, added) in FEATURES {
        let without = graph::pulled(name, "")?;
        let found = graph::pulled(name, feature)?;
        let found = found.difference(&without).cloned().collect();
        let with = format!("{name} with {feature}");
        compare(&with, "also pulls", &found, added, broken);
    }
    Ok(())
}

fn compare(
    name: &str,
    verb: &str,
    found: &BTreeSet<String>,
    listed: &[&str],
    broken: &mut Vec<String>,
) {
    let listed: BTreeSet<&str> = listed.iter().copied().collect();
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    for extra in found.difference(&listed) {
        broken.push(format!("{name} {verb} {extra}, which no rule allows"));
    }
    for missing in listed.difference(&found) {
        broken.push(format!(
            "{name} no longer {verb} {missing}; take it out of the rules"
        ));
    }
}

/// Every member inherits what the root says once, and path dependencies that are published
/// carry a version.
fn check_manifests(broken: &mut Vec<String>) -> Result<()> {
    for folder in files::folders()? {
        let path = folder.join("Cargo.toml");
        let text = files::read(&path)?;
        let mut needed = vec![
            "edition.workspace = true",
            "rust-version.workspace = true",
            "license.workspace = true",
        ];
        needed.push("[lints]\nworkspace = true");
        if !text.contains("publish = false") {
            needed.extend([
                "version.workspace = true",
                "repository.workspace = true",
                "readme = \"README.md\"",
            ]);
        }
        for line in needed {
            if !text.contains(line) {
                broken.push(format!(
                    "{}: lacks `{}`",
                    path.display(),
                    line.replace('\n', " ")
                ));
            }
        }
    }
    Ok(())
}

fn check_top(broken: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(crate::root())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !TOP.contains(&name.as_str()) {
            broken.push(format!("{name} does not belong at the top"));
        }
    }
    Ok(())
}

/// The modules of a crate depend on each other in one direction.
fn check_cycles(broken: &mut Vec<String>) -> Result<()> {
    let mut crates = BTreeMap::new();
    for member in files::folders()? {
        let name = member.file_name().unwrap_or_default().to_string_lossy();
        crates.insert(name.into_owned(), modules::cycles(&member.join("src"))?);
    }
    broken.extend(cycle_problems(&crates));
    Ok(())
}

/// What is wrong with the cycles of each crate.
fn cycle_problems(crates: &BTreeMap<String, Vec<Vec<String>>>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, cycles) in crates {
        for cycle in cycles {
            problems.push(format!(
                "{name}: the modules {} depend on each other in a circle; move what they share to \
                 a module of its own",
                cycle.join(", ")
            ));
        }
    }
    problems
}

/// Source files are short, start by saying what they are for, and a `lib.rs` is a table of
/// contents.
fn check_files(broken: &mut Vec<String>) -> Result<()> {
    for member in files::folders()? {
        for path in files::sources(&member.join("src"))? {
            let text = files::read(&path)?;
            let lines = text.lines().count();
            if lines > MAX_LINES && !is_test(&path) {
                broken.push(format!(
                    "{}: {lines} lines are more than {MAX_LINES}",
                    path.display()
                ));
            }
            if !text.starts_with("//!") {
                broken.push(format!(
                    "{}: does not start by saying what it is for",
                    path.display()
                ));
            }
            if path.ends_with("lib.rs")
                && text
                    .lines()
                    .any(|line| line.starts_with("pub fn") || line.starts_with("fn "))
            {
                broken.push(format!(
                    "{}: is more than a table of contents",
                    path.display()
                ));
            }
        }
    }
    Ok(())
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_cycle_is_reported() {
        let cycle = vec![vec!["a".to_owned(), "b".to_owned()]];
        let crates = [("x", cycle.clone()), ("y", cycle), ("z", Vec::new())];
        let crates = crates.map(|(name, cycles)| (name.to_owned(), cycles));
        let problems = super::cycle_problems(&crates.into());
        let names: Vec<&str> = problems
            .iter()
            .filter_map(|problem| problem.split(':').next())
            .collect();
        assert_eq!(names, ["x", "y"]);
    }

    #[test]
    fn no_modules_depend_on_each_other_in_a_circle() {
        let mut broken = Vec::new();
        super::check_cycles(&mut broken).unwrap();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}
