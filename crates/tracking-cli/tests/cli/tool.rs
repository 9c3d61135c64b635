//! Running the command in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

/// A log with every kind of line.
pub(crate) const LOG: &str = r#"192.0.2.1 - - [23/Nov/2026:10:00:00 +0100] "GET /start HTTP/1.1" 200 512 "-" "Browser/1.0"
192.0.2.2 - anna [23/Nov/2026:10:00:05 +0100] "GET /lesson?page=1 HTTP/1.1" 200 2048 "-" "Browser/1.0"

192.0.2.1 - - [23/Nov/2026:10:30:00 +0100] "GET /lesson?page=2 HTTP/1.1" 200 2048
192.0.2.9 - anna [23/Nov/2026:09:10:00 +0000] "POST /lesson HTTP/2.0" 302 -
192.0.2.1 - - [23/Nov/2026:11:00:01 +0100] "GET /start HTTP/1.1" 304 -
192.0.2.3 - - [23/Nov/2026:23:30:00 -0200] "GET /old" 400 0
this is no log line
192.0.2.3 - - [31/Nov/2026:10:00:00 +0100] "GET /<b>&amp; HTTP/1.1" 200 512
192.0.2.1 - - [23/Nov/2026:09:59:59 +0100] "GET /<script>alert(1)</script> HTTP/1.1" 200 10
"#;

/// The store of `Place::with_store`.
pub(crate) const STORE: &str = "sqlite:t.db";

/// What a store holds: two tasks, three users, a run of each kind, a key, a checkpoint.
pub(crate) const EXPORT: &str = r#"{"format":"tracking-export","version":1}
{"index":"page"}
{"run":{"id":1,"task":"lesson-1","start":"2026-11-20T08:00:00Z","end":"2026-11-20T08:10:00Z","finished":true,"current":false}}
{"run":{"id":2,"task":"lesson-1","start":"2026-11-23T09:00:00Z","end":"2026-11-23T09:20:00Z","finished":false,"current":true}}
{"run":{"id":4,"task":null,"start":"2026-11-23T10:00:00Z","end":"2026-11-23T10:00:00Z","finished":false,"current":false}}
{"track":{"id":1,"task":"lesson-1","run":1,"user":"anna","time":"2026-11-20T08:01:00Z","data":{"page":1}}}
{"track":{"id":2,"task":"lesson-1","run":1,"user":"ben","time":"2026-11-20T08:10:00Z","data":{"page":1}}}
{"track":{"id":3,"task":"lesson-1","run":2,"user":"anna","time":"2026-11-23T09:00:00Z","data":{"page":2}}}
{"track":{"id":5,"task":"lesson-2","run":2,"user":"anna","time":"2026-11-23T09:20:00Z","data":{"answer":"b","page":3}}}
{"track":{"id":6,"task":"lesson-2","run":4,"user":"carl","time":"2026-11-23T10:00:00Z","data":{}}}
{"key":{"key":"k1","track":6,"fingerprint":"31543d3dbb2c94741987a6b3b0950d9f"}}
{"checkpoint":{"name":"log","position":{"line":7}}}
{"counters":{"last_track":7,"last_run":5}}
"#;

/// A folder with files in it, where the command runs.
pub(crate) struct Place(TempDir);

/// What a run of the command left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the log in it.
    pub(crate) fn with_log() -> Self {
        let place = Self::new();
        place.write("access.log", LOG);
        place
    }

    /// A folder with a store in it, which holds `EXPORT`.
    pub(crate) fn with_store() -> Self {
        let place = Self::new();
        let ran = place.run_with_input(&["import", "--store", STORE], EXPORT.as_bytes());
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
        place
    }

    /// What a command says of the store.
    pub(crate) fn run_on_store(&self, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["--store", STORE]].concat())
    }

    /// What a command says of the store, where all goes well.
    pub(crate) fn stdout_on_store(&self, arguments: &[&str]) -> String {
        let ran = self.run_on_store(arguments);
        assert_eq!(
            (ran.status, ran.err.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
        ran.out
    }

    /// The same as a JSON object.
    pub(crate) fn json_on_store(&self, arguments: &[&str]) -> Value {
        let text = self.stdout_on_store(&[arguments, &["--json"]].concat());
        serde_json::from_str(&text).unwrap()
    }

    /// All that the store holds.
    pub(crate) fn exported(&self) -> String {
        self.stdout_on_store(&["export"])
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tracking"));
        command.args(arguments).current_dir(self.0.path());
        command.stdin(Stdio::null()).env_remove("TRACKING_STORE");
        command
    }

    /// The command as a user without any rights, which only root can start: a copy of it, since
    /// that user may not see where it was built.
    #[cfg(unix)]
    pub(crate) fn command_as_nobody(&self, arguments: &[&str]) -> Command {
        use std::os::unix::fs::PermissionsExt;
        use std::os::unix::process::CommandExt;

        const NOBODY: u32 = 65534;
        let copy = self.path("tracking");
        if !copy.exists() {
            // Were it written by this process, another thread that starts a program just then
            // would hold it open, and nothing that is open for writing can be run.
            let built = env!("CARGO_BIN_EXE_tracking");
            let copied = Command::new("cp").arg(built).arg(&copy).status();
            assert!(copied.unwrap().success());
        }
        for path in [self.0.path(), &copy] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut command = Command::new(copy);
        command.args(arguments).current_dir(self.0.path());
        command.stdin(Stdio::null()).uid(NOBODY).gid(NOBODY);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Runs it with something to read on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ran::from(child.wait_with_output().unwrap())
    }

    /// The output of a command for the log, including reports of malformed lines.
    pub(crate) fn shown(&self, arguments: &[&str]) -> String {
        let ran = self.run(&[arguments, &["access.log"]].concat());
        assert_eq!(ran.status, Some(0), "{ran:?}");
        ran.out
    }

    /// What a command shows of the log as a JSON document.
    pub(crate) fn document(&self, arguments: &[&str]) -> Value {
        let text = self.shown(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&text).unwrap()
    }

    /// The ids of the tracks that are listed.
    pub(crate) fn ids(&self, arguments: &[&str]) -> Vec<u64> {
        let list = self.document(&[&["list"], arguments].concat());
        let tracks = list["tracks"].as_array().unwrap();
        tracks
            .iter()
            .map(|track| track["id"].as_u64().unwrap())
            .collect()
    }

    /// The figures of a report.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[&["report", "--json"], arguments].concat());
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
        serde_json::from_str(&ran.out).unwrap()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Says aloud that a test was skipped: what macros print is shown of failed tests only.
pub(crate) fn skipped(why: &str) {
    let output = format!("skipped: {why}\n");
    std::io::stderr().write_all(output.as_bytes()).unwrap();
}

/// A folder of real logs next to the project, if it exists; it must exist if
/// `TRACKING_REQUIRE_SHARED=1`.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = data.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    let required = std::env::var_os("TRACKING_REQUIRE_SHARED").is_some_and(|set| set == "1");
    assert!(!required, "{} is required and not there", folder.display());
    skipped(&format!("{} is not there", folder.display()));
    None
}
