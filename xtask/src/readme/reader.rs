//! Follows one document from top to bottom.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::blocks::blocks;
use super::place::Place;
use crate::counts::Counts;

/// The logs that a reader has: a web server's, and one of the same lines that a program spilled.
const LOGS: [&str; 2] = ["access.log", "spill.log"];
/// Three requests: a page, a page that does not exist, and an image.
const LINES: &str = concat!(
    "192.0.2.1 - anna [23/Nov/2026:15:47:01 +0100] \"GET /lesson?page=2 HTTP/1.1\" 200 512 \"-\" ",
    "\"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0\"\n",
    "192.0.2.2 - ben [23/Nov/2026:15:48:09 +0100] \"GET /missing HTTP/1.1\" 404 12 \"-\" \"-\"\n",
    "192.0.2.1 - anna [23/Nov/2026:15:48:30 +0100] \"GET /logo.png HTTP/1.1\" 200 99 \"-\" \"-\"\n",
);
/// The prompt in front of a command.
const PROMPT: &str = "$ ";
/// Commands that are not run: this program itself, programs that need rights, other machines or a
/// service manager, and those that never end.
const NOT_RUN: [&str; 10] = [
    "cargo xtask ",
    "cargo bench ",
    "cargo +nightly ",
    "sudo ",
    "systemctl ",
    "journalctl ",
    "crontab ",
    "rsync ",
    "--follow",
    "/var/",
];

/// Somebody who does what a document says.
pub(super) struct Reader<'a> {
    place: &'a Place,
    folder: PathBuf,
    /// Whether programs are pasted into a project, or left alone.
    pastes: bool,
}

impl<'a> Reader<'a> {
    /// A reader whose shell is in the clone.
    pub(super) fn in_clone(place: &'a Place) -> Result<Self> {
        Self::in_folder(place, place.repository(), true)
    }

    /// A reader whose shell is in a new folder next to the clone.
    pub(super) fn in_new_folder(place: &'a Place, name: &str) -> Result<Self> {
        Self::in_folder(place, place.sibling(&format!("try-{name}")), false)
    }

    /// A reader whose shell is in a new project next to the clone.
    pub(super) fn in_new_project(place: &'a Place, name: &str) -> Result<Self> {
        // A project with the name of a crate could not depend on that crate.
        let folder = place.sibling(&format!("try-{name}"));
        let mut create = place.command(env!("CARGO"), &place.repository());
        create
            .args(["new", "--quiet", "--vcs", "none"])
            .arg(&folder);
        let what = format!("a new project for the README of {name}");
        ensure!(run(&what, &mut create)?, "cannot create {what}");
        Self::in_folder(place, folder, true)
    }

    fn in_folder(place: &'a Place, folder: PathBuf, pastes: bool) -> Result<Self> {
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        for log in LOGS {
            write(&folder.join(log), LINES)?;
        }
        Ok(Self {
            place,
            folder,
            pastes,
        })
    }

    /// Does everything that a document says, and counts what worked.
    pub(super) fn follow(mut self, document: &str) -> Result<Counts> {
        let mut counts = Counts::default();
        for block in blocks(document) {
            match block.language() {
                "console" => {
                    for line in commands(&block.code) {
                        counts.note(self.command(line)?);
                    }
                }
                "rust" if self.pastes => counts.note(self.paste(&block.code)?),
                _ => {}
            }
        }
        Ok(counts)
    }

    /// Runs a command line in a shell.
    fn command(&mut self, line: &str) -> Result<bool> {
        if let Some(folder) = line.strip_prefix("cd ") {
            self.folder = self.folder.join(folder.trim());
            return Ok(self.folder.is_dir());
        }
        let shell = || {
            let mut shell = self.place.command("sh", &self.folder);
            shell.args(["-c", line]);
            shell
        };
        // Cargo resolves all dependencies of the new crates, and some may not have been downloaded yet.
        if line.starts_with("cargo add ")
            && !shell().output().is_ok_and(|done| done.status.success())
        {
            self.place.fetch(&self.folder)?;
        }
        run(line, &mut shell())
    }

    /// Pastes a program into the project and runs it.
    fn paste(&self, code: &str) -> Result<bool> {
        // The versions that the workspace has, where the project needs the same crates.
        let lock = self.folder.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(crate::root().join("Cargo.lock"), lock).context("cannot copy Cargo.lock")?;
        }
        self.place.fetch(&self.folder)?;
        let test = code.lines().find_map(|line| line.strip_prefix("// tests/"));
        // A server does not end, and not every machine has a database.
        let is_run = !code.contains("serve(") && !code.contains("Postgres");
        let (file, verb) = match test {
            Some(_) => ("tests/pasted.rs", "test"),
            None if is_run => ("src/main.rs", "run"),
            None => ("src/main.rs", "build"),
        };
        write(&self.folder.join(file), code)?;
        let mut cargo = self.place.command(env!("CARGO"), &self.folder);
        let what = format!("cargo {verb} in {}", self.folder.display());
        run(&what, cargo.args([verb, "--quiet"]))
    }
}

/// The commands of a block that are run.
fn commands(code: &str) -> impl Iterator<Item = &str> {
    let lines = code.lines().filter_map(|line| line.strip_prefix(PROMPT));
    lines.filter(|line| !NOT_RUN.iter().any(|part| line.contains(part)))
}

/// Runs a command, and prints its output if it fails.
fn run(what: &str, command: &mut Command) -> Result<bool> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let passed = output.status.success();
    println!("{} {what}", if passed { "ok    " } else { "FAILED" });
    if !passed {
        println!("{}", output.status);
        println!("{}", String::from_utf8_lossy(&output.stdout));
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(passed)
}

fn write(path: &Path, text: &str) -> Result<()> {
    let context = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::write(path, text).with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_follow_a_prompt_and_some_are_not_run() {
        let code = "$ tracking demo\nit prints this\n$ cargo xtask test\n$ sudo ls\n";
        assert_eq!(commands(code).collect::<Vec<_>>(), ["tracking demo"]);
    }

    #[test]
    fn a_command_runs_where_the_last_cd_led_and_a_failure_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path()).unwrap();
        let reader = Reader::in_new_folder(&place, "a").unwrap();
        let document = "```console\n$ mkdir b\n$ cd b\n$ touch 'c d'\n$ false\n$ cd missing\n```\n";
        let counts = reader.follow(document).unwrap();
        assert_eq!((counts.passed, counts.failed), (3, 2));
        assert!(place.sibling("try-a").join("b/c d").is_file());
    }
}
