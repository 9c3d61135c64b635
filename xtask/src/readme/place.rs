//! The folder in which the stranger works, and the environment of the commands.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// A folder with a clone, an empty home and an empty folder for what cargo builds.
pub(super) struct Place {
    folder: PathBuf,
    /// Where crates are that were downloaded before.
    cargo_home: PathBuf,
}

impl Place {
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let place = Self {
            // Some systems have a symbolic link on the way to temporary files.
            folder: folder.canonicalize().context("cannot find the folder")?,
            cargo_home: crate::cargo_home()?,
        };
        for folder in [place.home(), place.repository()] {
            fs::create_dir(&folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        Ok(place)
    }

    /// Where the clone is. Projects stand next to it.
    pub(super) fn repository(&self) -> PathBuf {
        self.folder.join("tracking")
    }

    /// A folder next to the clone.
    pub(super) fn sibling(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    /// A program in an environment with nothing but what finds the compiler and the crates that
    /// were downloaded before. Nothing else is downloaded.
    pub(super) fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        // The compiler next to this cargo, and not a proxy of rustup, which could change the
        // toolchains of the machine.
        let tools = Path::new(env!("CARGO")).parent().unwrap_or(Path::new(""));
        let installed = self.home().join(".cargo");
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = [installed.join("bin"), tools.to_owned()];
        let folders = folders.into_iter().chain(env::split_paths(&path));
        let mut command = Command::new(program);
        command
            .env_clear()
            .current_dir(folder)
            .env("PATH", env::join_paths(folders).unwrap_or(path.clone()))
            .env("HOME", self.home())
            .env("CARGO_HOME", &self.cargo_home)
            .env("CARGO_INSTALL_ROOT", installed)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("RUSTC", tools.join("rustc"))
            .env("RUSTUP_AUTO_INSTALL", "0")
            .envs(FAST_BUILDS.iter().copied());
        command
    }

    /// Downloads what the project in a folder needs and no other project has needed.
    pub(super) fn fetch(&self, folder: &Path) -> Result<()> {
        let host = host()?;
        let arguments = ["fetch", "--quiet", "--target", &host];
        let offline = self
            .command(env!("CARGO"), folder)
            .args(arguments)
            .output()
            .context("cannot start cargo")?;
        if offline.status.success() {
            return Ok(());
        }
        // In the environment of the machine, since it may need a proxy.
        let online = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(folder)
            .status()
            .context("cannot start cargo")?;
        ensure!(
            online.success(),
            "cannot download the dependencies of {}",
            folder.display()
        );
        Ok(())
    }
}

/// Builds in the profiles that the commands name, but faster: it is not speed that is checked.
const FAST_BUILDS: [(&str, &str); 4] = [
    ("CARGO_PROFILE_DEV_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
];

/// The target that the compiler builds for.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output();
    let output = output.context("cannot start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}
