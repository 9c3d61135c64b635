//! Commands, as they stand behind a `$`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::blocks::blocks;
use super::{Readme, bare, passes};
use crate::counts::Counts;

/// A line of a web server's log.
const LINE: &str = concat!(
    "192.0.2.1 - anna [23/Nov/2026:15:47:01 +0100] \"GET /a?page=2 HTTP/1.1\" 200 512 \"-\" ",
    "\"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0\"\n"
);
/// A prompt, and how the commands of this workspace are named behind it.
const PROMPT: &str = "$ ";
const FROM_SOURCE: &str = "cargo run --release --package tracking-cli -- ";
/// What is not run: it is this program, or would install something, or never ends.
const NOT_RUN: [&str; 4] = ["cargo xtask ", "cargo install ", "/var/log/", "--follow"];

/// Runs each command of the root's README and of the command's, in order, in a folder with a log.
pub(super) fn check(place: &Path, readmes: &[Readme]) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut build = bare(env!("CARGO"), &crate::root());
    build.args(["build", "--quiet", "--package", "tracking-cli"]);
    if !passes("the command", &mut build)? {
        counts.note(false);
        return Ok(counts);
    }
    let program = crate::root().join("target/debug/tracking");
    for readme in readmes {
        let folder = place.join(format!("run-{}", readme.name));
        fs::create_dir_all(&folder).context("cannot make a folder")?;
        for log in ["access.log", "spill.log"] {
            fs::write(folder.join(log), LINE).context("cannot write a log")?;
        }
        for line in lines(&readme.text) {
            let line = line.replace(FROM_SOURCE, "tracking ");
            let Some(arguments) = line.strip_prefix("tracking ") else {
                continue;
            };
            let mut command = bare(&program, &folder);
            command.args(words(arguments));
            let passed = passes(&line, &mut command)?;
            counts.note(passed);
        }
    }
    Ok(counts)
}

/// The commands of a README that are run.
fn lines(text: &str) -> Vec<String> {
    let blocks = blocks(text);
    let blocks = blocks.iter().filter(|block| block.language() == "console");
    let lines = blocks.flat_map(|block| {
        block
            .code
            .lines()
            .filter_map(|line| line.strip_prefix(PROMPT))
    });
    lines
        .filter(|line| !NOT_RUN.iter().any(|part| line.contains(part)))
        .map(ToOwned::to_owned)
        .collect()
}

/// The words of a line, of which some stand in single quotes; a comment ends it.
fn words(line: &str) -> Vec<String> {
    let line = line.split(" #").next().unwrap_or(line);
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(index, part)| match index % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(ToOwned::to_owned).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_behind_a_prompt_and_some_are_not_run() {
        let text = "```console\n$ tracking demo\nit says this\n$ cargo xtask test\n```\n";
        assert_eq!(lines(text), ["tracking demo"]);
        assert_eq!(words("list --task 'a b'  # all"), ["list", "--task", "a b"]);
    }
}
