//! What the workspace consists of, and what its crates pull.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// A crate of the workspace.
pub(super) struct Member {
    pub(super) name: String,
    /// What its manifest lists for itself, tests and build scripts aside.
    pub(super) direct: BTreeSet<String>,
}

/// The crates of the workspace.
pub(super) fn members() -> Result<Vec<Member>> {
    Ok(packages()?.iter().map(member).collect())
}

/// The manifests of the workspace, as cargo reads them.
pub(super) fn packages() -> Result<Vec<Package>> {
    let mut command = MetadataCommand::new();
    let metadata = command.current_dir(crate::root()).no_deps().exec();
    let metadata = metadata.context("cargo cannot list the crates of the workspace")?;
    Ok(metadata.workspace_packages().into_iter().cloned().collect())
}

fn member(package: &Package) -> Member {
    let direct = package
        .dependencies
        .iter()
        .filter(|dep| dep.kind == DependencyKind::Normal);
    Member {
        name: package.name.to_string(),
        direct: direct.map(|dep| dep.name.clone()).collect(),
    }
}

/// All that comes with a crate that is picked alone with some features, on this platform.
///
/// Cargo's metadata cannot tell: it unifies features over the whole workspace.
pub(super) fn pulled(name: &str, features: &str) -> Result<BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            name,
            "--features",
            features,
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{lib}",
        ])
        .current_dir(crate::root())
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "cargo cannot tell what {name} pulls"
    );
    let own = name.replace('-', "_");
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned());
    Ok(names.filter(|lib| !lib.is_empty() && *lib != own).collect())
}
