//! A PostgreSQL server of the tests' own: Debian's, in a temporary folder, on a free port.
//! `TRACKING_POSTGRES_BIN` names the folder with the programs of another one.
//!
//! All processes of a test run share one, since nextest runs each test in a process of its own.
//! Whoever uses a server holds a lock on a file, which ends with the process, however it ends; a
//! small program next to the server stops it once nobody has held the lock for some seconds.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Names the folder with the programs of the server, instead of one of [`FOLDERS`].
const FOLDER_VARIABLE: &str = "TRACKING_POSTGRES_BIN";

/// Where Debian has the programs of a server, newest first.
const FOLDERS: &[&str] = &[
    "/usr/lib/postgresql/18/bin",
    "/usr/lib/postgresql/17/bin",
    "/usr/lib/postgresql/16/bin",
    "/usr/lib/postgresql/15/bin",
    "/usr/lib/postgresql/14/bin",
    "/usr/lib/postgresql/13/bin",
];

/// What makes tests quick, and a power cut fatal.
const QUICK: &str = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n";

/// What every server of the tests has.
pub(crate) const COMMON: &str = "listen_addresses = '127.0.0.1'\nmax_connections = 300\n\
    shared_buffers = 64MB\nlog_min_messages = warning\nwal_level = replica\n\
    max_wal_senders = 5\nwal_log_hints = on\n";

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    /// Held as long as the server is used.
    _in_use: File,
}

impl Server {
    /// The folder with the programs of a server; nothing where none is installed.
    ///
    /// # Panics
    ///
    /// Where `TRACKING_POSTGRES_BIN` names a folder without them.
    pub(crate) fn programs() -> Option<&'static Path> {
        static PROGRAMS: OnceLock<Option<PathBuf>> = OnceLock::new();
        PROGRAMS.get_or_init(find_programs).as_deref()
    }

    /// The same, where one more program is among them; nothing, and a message, where it is not.
    ///
    /// # Panics
    ///
    /// Where it is not there although `TRACKING_REQUIRE_TOOLS=1`.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn programs_with(program: &str) -> Option<&'static Path> {
        let Some(programs) = Self::programs() else {
            skip("PostgreSQL is not installed (apt-get install postgresql)");
            return None;
        };
        if !programs.join(program).exists() {
            skip(&format!("there is no {program} in {}", programs.display()));
            return None;
        }
        Some(programs)
    }

    /// The server that all tests share, started where it does not run; nothing, and a message,
    /// where none is installed.
    ///
    /// # Panics
    ///
    /// Where it is not installed although `TRACKING_REQUIRE_TOOLS=1`, or cannot be started.
    pub(crate) fn shared() -> Option<Self> {
        let programs = Self::programs();
        if programs.is_none() {
            skip("PostgreSQL is not installed (apt-get install postgresql)");
        }
        let programs = programs?;
        let mut hasher = DefaultHasher::new();
        (env!("CARGO_MANIFEST_DIR"), programs).hash(&mut hasher);
        let name = format!("tracking-postgres-{}-{:016x}", user(), hasher.finish());
        Some(Self::start_in(
            programs,
            &std::env::temp_dir().join(name),
            QUICK,
            8,
        ))
    }

    /// A server for one test, which keeps what it has committed through a crash.
    ///
    /// # Panics
    ///
    /// Where it cannot be started.
    #[allow(dead_code, reason = "not every test needs one")]
    pub(crate) fn own(programs: &Path, folder: &Path, settings: &str) -> Self {
        Self::start_in(programs, folder, settings, 2)
    }

    fn start_in(programs: &Path, folder: &Path, settings: &str, idle_seconds: u32) -> Self {
        fs::create_dir_all(folder).unwrap();
        let in_use = File::create(folder.join("in-use")).unwrap();
        in_use.lock_shared().unwrap();
        let starting = File::create(folder.join("starting")).unwrap();
        starting.lock().unwrap();
        let running = fs::read_to_string(folder.join("port"))
            .ok()
            .and_then(|port| port.trim().parse().ok())
            .filter(|port| is_answering(*port));
        let port = running.unwrap_or_else(|| start(programs, folder, settings, idle_seconds));
        Self {
            folder: folder.to_owned(),
            port,
            _in_use: in_use,
        }
    }

    /// The port on 127.0.0.1.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// A name that no other store of the server has.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn fresh_store_name() -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let moment = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() % 1_000_000;
        format!("t{moment}_{process}_{count}")
    }

    /// Ends the server, whatever it does; one that has ended already stays so.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn stop(&self) {
        let programs = Self::programs().unwrap();
        let stop = ["pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop"];
        let _was_running = run_as_other(programs, &self.folder, &stop);
    }

    /// Kills the server, as a crash does, and starts it again on the same port.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn crash_and_start_again(&self) {
        let programs = Self::programs().unwrap();
        self.stop();
        let start = [
            "pg_ctl", "-D", "data", "-l", "data/log", "-w", "-t", "60", "start",
        ];
        assert!(run_as_other(programs, &self.folder, &start));
    }

    /// The folder with its data.
    #[allow(dead_code, reason = "not every test needs it")]
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The connection string of its database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://app@127.0.0.1:{}/postgres", self.port)
    }
}

/// Says aloud that a test is skipped, and why.
///
/// # Panics
///
/// With `TRACKING_REQUIRE_TOOLS=1`, under which nothing may be skipped.
pub(crate) fn skip(reason: &str) {
    let required = std::env::var_os("TRACKING_REQUIRE_TOOLS").is_some_and(|set| set == "1");
    assert!(!required, "{reason}, and nothing may be skipped");
    note(&format!("skipped: {reason}"));
}

/// Says something aloud: what macros print is shown of failed tests only.
pub(crate) fn note(text: &str) {
    let text = format!("{text}\n");
    std::io::stderr().write_all(text.as_bytes()).unwrap();
}

fn find_programs() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from) else {
        let mut folders = FOLDERS.iter().map(PathBuf::from);
        return folders.find(|folder| folder.join("initdb").exists());
    };
    let place = folder.display();
    assert!(
        folder.is_absolute() && folder.join("initdb").exists(),
        "{FOLDER_VARIABLE} is {place}; set it to the absolute path of a folder with initdb, pg_ctl and postgres"
    );
    Some(folder)
}

fn is_answering(port: u16) -> bool {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_ok()
}

fn start(programs: &Path, folder: &Path, settings: &str, idle_seconds: u32) -> u16 {
    let data = folder.join("data");
    if data.exists() {
        // What another start has left; it does not run any more.
        let _was_running = run_as_other(
            programs,
            folder,
            &["pg_ctl", "-D", "data", "-m", "immediate", "stop"],
        );
        fs::remove_dir_all(&data).unwrap();
    }
    initialise(programs, folder, "data");
    let port = free_port();
    let more = format!(
        "{COMMON}{settings}port = {port}\nunix_socket_directories = '{}'\n",
        folder.display()
    );
    configure(&data, &more);
    let start = [
        "pg_ctl", "-D", "data", "-l", "data/log", "-w", "-t", "60", "start",
    ];
    let done = run_as_other(programs, folder, &start);
    let log = || fs::read_to_string(data.join("log")).unwrap_or_default();
    assert!(done, "the server does not start:\n{}", log());
    fs::write(folder.join("port"), port.to_string()).unwrap();
    stop_when_unused(programs, folder, idle_seconds);
    port
}

/// Makes the files of a new server in a folder, which every user can use then.
pub(crate) fn initialise(programs: &Path, folder: &Path, data: &str) {
    open_to_all(folder);
    let init = [
        "initdb",
        "-D",
        data,
        "-U",
        "app",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
    ];
    let done = run_as_other(programs, folder, &init);
    assert!(done, "initdb failed in {}", folder.display());
}

/// Appends settings to the configuration of a server that does not run.
pub(crate) fn configure(data: &Path, settings: &str) {
    append(&data.join("postgresql.conf"), settings);
}

/// Appends settings to a file of them.
pub(crate) fn append(path: &Path, settings: &str) {
    let configuration = fs::read_to_string(path).unwrap() + settings;
    fs::write(path, configuration).unwrap();
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address.unwrap().port()
}

/// Starts a program that stops the server once nobody has used it for some seconds.
fn stop_when_unused(programs: &Path, folder: &Path, idle_seconds: u32) {
    let script = format!(
        "n=0; while [ $n -lt {idle_seconds} ]; do sleep 1; \
         if flock -n -x in-use true; then n=$((n+1)); else n=0; fi; done; \
         exec {}/pg_ctl -D data -m immediate stop",
        programs.display()
    );
    // The shell that starts it ends at once, so that nobody has to wait for it.
    let detached = format!("setsid sh -c '{script}' &");
    let started = as_other(programs, folder, "sh")
        .args(["-c", &detached])
        .status();
    assert!(started.unwrap().success());
}

/// Whether a program of the server succeeded, run in a folder.
pub(crate) fn run_as_other(programs: &Path, folder: &Path, command: &[&str]) -> bool {
    let (program, arguments) = command.split_first().unwrap();
    let program = programs.join(program);
    let status = as_other(programs, folder, program.to_str().unwrap())
        .args(arguments)
        .status();
    status.unwrap().success()
}

/// A program that runs as a user other than root, whom PostgreSQL refuses.
pub(crate) fn as_other(programs: &Path, folder: &Path, program: &str) -> Command {
    let mut command = if user() == 0 {
        let mut command = Command::new("setpriv");
        command.args([
            "--reuid=nobody",
            "--regid=nogroup",
            "--clear-groups",
            program,
        ]);
        command
    } else {
        Command::new(program)
    };
    let path = format!("{}:/usr/bin:/bin", programs.display());
    command
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Lets every user create files in a folder.
#[cfg(unix)]
pub(crate) fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
}

#[cfg(not(unix))]
pub(crate) fn open_to_all(_folder: &Path) {}

/// The number of the user who runs the tests.
#[cfg(unix)]
fn user() -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").map_or(1, |metadata| metadata.uid())
}

#[cfg(not(unix))]
fn user() -> u32 {
    1
}
