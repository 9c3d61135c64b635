//! The licences and the sources of all dependencies.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

use super::files::read;

/// Says which licences dependencies may have; `cargo deny` reads it, too.
const RULES: &str = ".github/deny.toml";

/// Checks that every dependency comes from crates.io and can be used under a licence that is allowed.
pub(super) fn check(broken: &mut Vec<String>) -> Result<()> {
    let rules = read(&crate::root().join(RULES))?;
    let allowed = allowed(&rules);
    ensure!(!allowed.is_empty(), "{RULES} allows no licence");
    let mut command = MetadataCommand::new();
    let metadata = command.current_dir(crate::root()).exec();
    let metadata = metadata.context("cargo cannot list the dependencies")?;
    for package in &metadata.packages {
        let Some(source) = &package.source else {
            continue;
        };
        if !source.is_crates_io() {
            broken.push(format!("{} comes from {source}", package.name));
        }
        let licence = package.license.as_deref().unwrap_or("none");
        if !is_allowed(licence, &allowed) {
            broken.push(format!(
                "{} has the licence {licence}, which {RULES} does not allow",
                package.name
            ));
        }
    }
    Ok(())
}

/// The list `allow` of the rules.
fn allowed(rules: &str) -> BTreeSet<&str> {
    let list = rules.split_once("allow = [").map_or("", |(_, list)| list);
    let list = list.split(']').next().unwrap_or_default();
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether an expression such as `(MIT OR Apache-2.0) AND Unicode-3.0` can be met.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    // The older form of `OR`.
    let expression = expression.replace('/', " OR ");
    parts(&expression, " AND ").iter().all(|part| {
        parts(part, " OR ").iter().any(|choice| {
            let inner = choice
                .strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'));
            match inner {
                Some(inner) => is_allowed(inner, allowed),
                None => allowed.contains(choice),
            }
        })
    })
}

/// Splits an expression where it is not within parentheses.
fn parts<'a>(expression: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in expression.match_indices(separator) {
        let part = expression.get(start..at).unwrap_or_default();
        if part.matches('(').count() == part.matches(')').count() {
            parts.push(part.trim());
            start = at + separator.len();
        }
    }
    parts.push(expression.get(start..).unwrap_or_default().trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_allowed_where_it_can_be_met() {
        let allowed = allowed("[licenses]\nallow = [\n    \"MIT\",\n    \"Unicode-3.0\",\n]\n");
        for met in [
            "MIT",
            "GPL-3.0 OR MIT",
            "Unlicense/MIT",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
        ] {
            assert!(is_allowed(met, &allowed), "{met}");
        }
        for not_met in [
            "none",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR GPL-3.0) AND BSD-3-Clause",
        ] {
            assert!(!is_allowed(not_met, &allowed), "{not_met}");
        }
    }

    #[test]
    fn every_dependency_is_allowed() {
        let mut broken = Vec::new();
        check(&mut broken).unwrap();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}
