//! The Rust version that the manifests promise.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::files::read;

/// Checks that everything builds with the version that users are promised: with the toolchain
/// at hand where that is it, and with the one of that name where it is not.
pub(super) fn check() -> Result<bool> {
    let promised = env!("CARGO_PKG_RUST_VERSION");
    let running = running()?;
    if running == promised || running.starts_with(&format!("{promised}.")) {
        println!("promised {promised}, and all that follows is built with {running}");
        return Ok(true);
    }
    println!(
        "promised {promised}, running {running}: cargo +{promised} check --workspace --all-targets"
    );
    let status = Command::new("cargo")
        .arg(format!("+{promised}"))
        .args(["check", "--workspace", "--all-targets"])
        .current_dir(crate::root())
        .env_remove("RUSTUP_TOOLCHAIN")
        .status()
        .context("cannot start cargo")?;
    Ok(status.success())
}

/// Checks that README and CI speak of the same version as the manifests.
pub(super) fn check_mentions(broken: &mut Vec<String>) -> Result<()> {
    let promised = env!("CARGO_PKG_RUST_VERSION");
    for (file, mention) in [
        ("README.md", format!("Rust {promised}")),
        (
            ".github/workflows/ci.yml",
            format!("rustup toolchain install {promised}"),
        ),
    ] {
        if !read(&crate::root().join(file))?.contains(&mention) {
            broken.push(format!(
                "{file}: does not say `{mention}`, which the manifests promise"
            ));
        }
    }
    Ok(())
}

fn running() -> Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("cannot start rustc")?;
    ensure!(output.status.success(), "rustc does not tell its version");
    let text = String::from_utf8_lossy(&output.stdout);
    let release = text.lines().find_map(|line| line.strip_prefix("release: "));
    Ok(release
        .context("rustc does not tell its version")?
        .to_owned())
}
