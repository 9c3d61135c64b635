//! The pages there are, and who makes them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::counts::Counts;

/// A run of one of our programs that makes pages.
struct Source {
    /// The page, or the folder of pages, without ending.
    name: &'static str,
    /// Cargo's words for the program.
    program: &'static [&'static str],
    /// The folder of real data where it runs, so that pages show short paths; these folders are
    /// not everywhere.
    data: Option<&'static str>,
    /// `{out}` stands for the page or folder; without it, the page is what the program prints.
    args: &'static [&'static str],
}

/// A new page has one entry here, and is compared with everything from then on.
const SOURCES: &[Source] = &[
    Source {
        name: "views",
        program: &["--package", "tracking-views", "--example", "pages"],
        data: None,
        args: &["{out}"],
    },
    Source {
        name: "learning",
        program: &["--package", "xtask", "--example", "learning"],
        data: Some("elearn-xapi-funmooc"),
        args: &[STATEMENTS, "{out}"],
    },
    statements("statements-overview", &["overview", STATEMENTS, MAP, HTML]),
    statements(
        "statements-run",
        &["run", "show", "1", STATEMENTS, MAP, HTML],
    ),
    statements(
        "statements-count",
        &["count", "--by=task,day", STATEMENTS, MAP, HTML],
    ),
    Source {
        name: "demo",
        program: TRACKING,
        data: None,
        args: &["demo", "{out}", "--size=small", "--until=2026-11-23"],
    },
    web_log("site", &["site", APACHE, "--output", "{out}", "--top=2"]),
    web_log("report", &["report", APACHE, "--html", "{out}.html"]),
    web_log("overview", &["overview", APACHE, HTML]),
    web_log("list", &["list", APACHE, HTML, "--limit=100"]),
    web_log("show", &["show", "1", APACHE, HTML]),
    web_log("runs", &["runs", APACHE, HTML, "--limit=100"]),
    web_log("run", &["run", "show", "1", APACHE, HTML]),
    web_log("task", &["task", "/favicon.ico", APACHE, HTML]),
    web_log("user", &["user", "66.249.73.135", APACHE, HTML]),
    web_log("count", &["count", "--by=task", APACHE, HTML]),
    web_log("count-by-two", &["count", "--by=user,day", APACHE, HTML]),
    web_log("none", &["list", APACHE, HTML, "--user=nobody"]),
    Source {
        name: "nasa95-report",
        program: TRACKING,
        data: Some("weblog-clf-nasa95"),
        args: &["report", "NASA_access_log_Aug95", "--html", "{out}.html"],
    },
    Source {
        name: "nasa95-overview",
        program: TRACKING,
        data: Some("weblog-clf-nasa95"),
        args: &["overview", "NASA_access_log_Aug95", HTML],
    },
];

const TRACKING: &[&str] = &["--package", "tracking-cli", "--bin", "tracking"];
const APACHE: &str = "apache_logs.gz";
const HTML: &str = "--format=html";

const STATEMENTS: &str = "statements.json.gz";
const MAP: &str = concat!(
    "--map=task=object.id,user=actor.account.name,time=timestamp,key=id,",
    r#"run=context.extensions["https://w3id.org/xapi/video/extensions/session-id"]"#
);

/// A page of the `tracking` command on statements of learners.
const fn statements(name: &'static str, args: &'static [&'static str]) -> Source {
    Source {
        name,
        program: TRACKING,
        data: Some("elearn-xapi-funmooc"),
        args,
    }
}

/// A page of the `tracking` command on the web log of a small site.
const fn web_log(name: &'static str, args: &'static [&'static str]) -> Source {
    Source {
        name,
        program: TRACKING,
        data: Some("weblog-apache-semicomplete"),
        args,
    }
}

/// Makes all pages in a folder. Those of data that is not here are skipped; where `strict`, they
/// fail.
pub(super) fn make(folder: &Path, strict: bool) -> Result<Counts> {
    let mut counts = Counts::default();
    for source in SOURCES {
        let place = source.path();
        if place.is_dir() {
            let is_made = source.make(folder, &place)?;
            if !is_made {
                println!("FAILED {}: its program failed", source.name);
            }
            counts.note(is_made);
        } else if strict {
            println!("FAILED {}: there is no {}", source.name, place.display());
            counts.note(false);
        } else {
            let place = place.display();
            println!("skipped: {}, because there is no {place}", source.name);
            counts.skipped += 1;
        }
    }
    Ok(counts)
}

impl Source {
    /// Where its program runs.
    fn path(&self) -> PathBuf {
        let root = crate::root();
        match self.data {
            Some(data) => root.join("../shared/data").join(data),
            None => root,
        }
    }

    /// Runs its program; whether that ended well.
    fn make(&self, folder: &Path, place: &Path) -> Result<bool> {
        println!("{}: {}", self.name, self.args.join(" "));
        let out = folder.join(self.name);
        let text = out.to_string_lossy();
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--manifest-path"])
            .arg(crate::root().join("Cargo.toml"))
            .args(self.program)
            .arg("--")
            .args(self.args.iter().map(|arg| arg.replace("{out}", &text)))
            .current_dir(place)
            .stdout(self.stdout(&out)?)
            .stderr(Stdio::piped())
            .output()
            .context("cannot start cargo")?;
        if !output.status.success() {
            println!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output.status.success())
    }

    /// Where its program prints to.
    fn stdout(&self, out: &Path) -> Result<Stdio> {
        if self.args.iter().any(|arg| arg.contains("{out}")) {
            return Ok(Stdio::null());
        }
        let path = out.with_added_extension("html");
        let file = File::create(&path);
        Ok(file
            .with_context(|| format!("cannot write {}", path.display()))?
            .into())
    }
}
