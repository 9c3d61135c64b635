//! The tests of the PostgreSQL store on the oldest and the newest server that it supports.
//!
//! The servers come from npm: a system has one version, and these are small.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::Message;
use serde_json::Value;

use crate::counts::Counts;
use crate::{npm, test, tools};

/// The packages of `xtask/postgres`.
const SERVERS: [&str; 2] = ["postgres-14", "postgres-18"];

/// Where the tests are.
const CRATE: &str = "crates/tracking-postgres";

/// The programs whose tests run: plans, the catalog and units; the rules of the contract.
const TESTS: [&str; 2] = ["tracking_postgres", "contract"];

/// Runs the tests on both servers; whether all passed.
pub(crate) fn run() -> Result<bool> {
    let counts = check(false)?;
    println!("{counts}");
    Ok(counts.all_passed())
}

/// Runs the tests on both servers. Where `strict`, a system without such servers fails.
pub(crate) fn check(strict: bool) -> Result<Counts> {
    let mut counts = Counts::default();
    let is_required =
        strict || std::env::var_os("TRACKING_REQUIRE_TOOLS").is_some_and(|set| set == "1");
    let npm = match npm_of_this_system() {
        Ok(npm) => npm,
        Err(missing) if is_required => bail!("the servers cannot be installed, because {missing}"),
        Err(missing) => {
            println!("skipped: other versions of PostgreSQL, because {missing}");
            counts.skipped += 1;
            return Ok(counts);
        }
    };
    let packages = install(&npm)?;
    let programs = test_programs()?;
    for server in SERVERS {
        for program in &programs {
            let folder = packages.join(server).join("native/bin");
            let mut command = Command::new(program);
            command
                // The same rules again, through a shared pointer: no matter of the server.
                .args(["--skip", "behind_arc"])
                .current_dir(crate::root().join(CRATE))
                .env("TRACKING_POSTGRES_BIN", folder)
                .env("TRACKING_REQUIRE_TOOLS", "1");
            println!("{server}: {}", program.display());
            // A program that crashes has counted nothing itself.
            let passed = test::count(command, strict, &mut counts)?;
            counts.note(passed);
        }
    }
    Ok(counts)
}

/// The packages have programs for one kind of system.
fn npm_of_this_system() -> Result<PathBuf, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("they are for Linux on x86-64".to_owned());
    }
    tools::find("npm")
}

/// Installs the servers where every user can run them, and gives the folder of the packages.
fn install(npm: &Path) -> Result<PathBuf> {
    let source = crate::root().join("xtask/postgres");
    let mut hasher = DefaultHasher::new();
    fs::read(source.join("package-lock.json"))?.hash(&mut hasher);
    let name = format!("tracking-postgres-servers-{:016x}", hasher.finish());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(source.join(file), folder.join(file))
            .with_context(|| format!("cannot copy {file} to {}", folder.display()))?;
    }
    npm::install(npm, &folder)?;
    let packages = folder.join("node_modules");
    for server in SERVERS {
        link_libraries(&packages.join(server))
            .with_context(|| format!("cannot link the libraries of {server}"))?;
    }
    Ok(packages)
}

/// Makes the links that a package lists, since packages of npm have none.
#[cfg(unix)]
fn link_libraries(package: &Path) -> Result<()> {
    let list = fs::read_to_string(package.join("native/pg-symlinks.json"))?;
    let links: Value = serde_json::from_str(&list)?;
    for link in links.as_array().context("it is no list")? {
        let path = |key: &str| {
            link[key]
                .as_str()
                .map(Path::new)
                .context("a link has no path")
        };
        let (from, to) = (path("source")?, package.join(path("target")?));
        if !to.exists() {
            let name = from.file_name().context("a link has no name")?;
            std::os::unix::fs::symlink(name, to)?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn link_libraries(_package: &Path) -> Result<()> {
    Ok(())
}

/// Builds the tests as the tests of the workspace are built, so that nothing is compiled twice.
fn test_programs() -> Result<Vec<PathBuf>> {
    let mut build = Command::new(env!("CARGO"))
        .args([
            "test",
            "--workspace",
            "--no-run",
            "--quiet",
            "--message-format=json",
        ])
        .current_dir(crate::root())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let output = build.stdout.take().context("cargo has no output")?;
    let manifest = Path::new(CRATE).join("Cargo.toml");
    let mut programs = Vec::new();
    for message in Message::parse_stream(std::io::BufReader::new(output)) {
        let Message::CompilerArtifact(artifact) =
            message.context("cannot read what cargo prints")?
        else {
            continue;
        };
        let is_wanted = artifact.manifest_path.ends_with(&manifest)
            && TESTS.contains(&artifact.target.name.as_str());
        if let Some(program) = artifact
            .executable
            .filter(|_| is_wanted && artifact.profile.test)
        {
            programs.push(program.into_std_path_buf());
        }
    }
    ensure!(build.wait()?.success(), "the tests cannot be built");
    ensure!(
        programs.len() == TESTS.len(),
        "cargo built {programs:?} only"
    );
    Ok(programs)
}
