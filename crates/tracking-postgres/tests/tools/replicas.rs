//! A primary and a standby, on two ports, that change places.
//!
//! Both are stopped when this value is dropped and, by a small program next to them, when the
//! process of the test ends in another way.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::server::{COMMON, append, as_other, configure, free_port, initialise, run_as_other};
use crate::session::Session;

/// The folders of the two servers.
const FOLDERS: [&str; 2] = ["a", "b"];

/// A killed process leaves what it has written to the system, so nothing needs to reach the disk.
const SETTINGS: &str = "fsync = off\nwal_keep_size = 128MB\nmax_wal_size = 128MB\n\
    wal_retrieve_retry_interval = 100ms\n";

/// How long a server may take for anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// A primary and a standby.
pub(crate) struct Replicas {
    programs: &'static Path,
    folder: tempfile::TempDir,
    ports: [u16; 2],
    /// Which of the two is the primary.
    primary: usize,
    /// Whether a commit waits for the standby.
    is_synchronous: bool,
    /// Held as long as the servers are used.
    _in_use: File,
}

impl Replicas {
    /// Starts both, and waits until the standby has everything.
    pub(crate) fn start(programs: &'static Path, is_synchronous: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let in_use = File::create(folder.path().join("in-use")).unwrap();
        in_use.lock_shared().unwrap();
        initialise(programs, folder.path(), FOLDERS[0]);
        let sockets = folder.path().display();
        let settings = format!("{COMMON}{SETTINGS}unix_socket_directories = '{sockets}'\n");
        configure(&folder.path().join(FOLDERS[0]), &settings);
        let replicas = Self {
            programs,
            folder,
            ports: [free_port(), free_port()],
            primary: 0,
            is_synchronous,
            _in_use: in_use,
        };
        replicas.start_server(0);
        replicas.stop_when_unused();
        replicas.make_standby();
        replicas
    }

    /// The connection string that names both hosts.
    pub(crate) fn url(&self) -> String {
        let [a, b] = self.ports;
        format!("postgres://app@127.0.0.1:{a},127.0.0.1:{b}/postgres")
    }

    /// The connection string of the primary alone.
    pub(crate) fn primary_url(&self) -> String {
        let port = self.ports[self.primary];
        format!("postgres://app@127.0.0.1:{port}/postgres")
    }

    /// The connection string of the standby alone.
    pub(crate) fn standby_url(&self) -> String {
        let port = self.ports[self.standby()];
        format!("postgres://app@127.0.0.1:{port}/postgres")
    }

    /// The standby as `HOST:PORT`.
    pub(crate) fn standby_host(&self) -> String {
        format!("127.0.0.1:{}", self.ports[self.standby()])
    }

    /// The folder with the data of the standby.
    pub(crate) fn standby_data(&self) -> std::path::PathBuf {
        self.folder.path().join(FOLDERS[self.standby()])
    }

    pub(crate) fn primary_session(&self) -> Session {
        Session::open_at(self.ports[self.primary], "postgres")
    }

    pub(crate) fn standby_session(&self) -> Session {
        Session::open_at(self.ports[self.standby()], "postgres")
    }

    /// Lets the standby receive nothing any more.
    pub(crate) fn cut_replication(&self) {
        let session = self.standby_session();
        session.execute("alter system set primary_conninfo = ''");
        session.execute("select pg_reload_conf()");
        wait_until("the standby receives nothing", || {
            session.numbers("select count(*) from pg_stat_wal_receiver") == [0]
        });
    }

    /// Waits until the standby shows all that the primary has.
    pub(crate) fn wait_for_replay(&self) {
        let session = self.primary_session();
        let behind = "select count(*) from pg_stat_replication \
            where replay_lsn < pg_current_wal_insert_lsn()";
        wait_until("the standby has everything", || {
            session.numbers(behind) == [0]
        });
    }

    /// Kills the primary, and waits until the last of its processes is gone.
    pub(crate) fn kill_primary(&self) {
        let data = self.folder.path().join(FOLDERS[self.primary]);
        let all = processes(&data);
        signal("-KILL", &all[..1]);
        wait_until("the processes of the primary are gone", || {
            all.iter().all(|process| is_gone(*process))
        });
    }

    /// Makes the standby the primary, which only allows reading until
    /// [`allow_writing`](Self::allow_writing).
    pub(crate) fn promote(&mut self) {
        let session = self.standby_session();
        session.execute("alter system set default_transaction_read_only = on");
        // Else commits would wait for a standby that is not there.
        session.execute("alter system reset synchronous_standby_names");
        session.execute("select pg_reload_conf()");
        self.primary = self.standby();
        let folder = FOLDERS[self.primary];
        self.run(&["pg_ctl", "-D", folder, "-w", "-t", "60", "promote"]);
    }

    pub(crate) fn allow_writing(&self) {
        let session = self.primary_session();
        session.execute("alter system reset default_transaction_read_only");
        session.execute("select pg_reload_conf()");
    }

    /// Makes the server that is not the primary a standby with everything that the primary has.
    pub(crate) fn make_standby(&self) {
        let (folder, port) = (FOLDERS[self.standby()], self.ports[self.primary]);
        let data = self.folder.path().join(folder);
        if data.exists() {
            fs::remove_dir_all(&data).unwrap();
        }
        // Left by a server that was killed. Its process number may be of another one by now.
        let socket = format!(".s.PGSQL.{}", self.ports[self.standby()]);
        for name in [format!("{socket}.lock"), socket] {
            let _is_there = fs::remove_file(self.folder.path().join(name));
        }
        let port = port.to_string();
        self.run(&[
            "pg_basebackup",
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            "app",
            "-D",
            folder,
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync",
        ]);
        // What `-R` writes is only understood by servers that are not older than the program.
        let primary = format!("primary_conninfo = 'host=127.0.0.1 port={port} user=app'\n");
        append(&data.join("postgresql.auto.conf"), &primary);
        fs::write(data.join("standby.signal"), "").unwrap();
        self.start_server(self.standby());
        let session = self.primary_session();
        if self.is_synchronous {
            session.execute("alter system set synchronous_standby_names = '*'");
            session.execute("select pg_reload_conf()");
        }
        let wanted = if self.is_synchronous { "sync" } else { "async" };
        let standbys = format!(
            "select count(*) from pg_stat_replication where state = 'streaming' \
             and sync_state = '{wanted}'"
        );
        wait_until("the standby follows", || session.numbers(&standbys) == [1]);
    }

    fn standby(&self) -> usize {
        1 - self.primary
    }

    fn start_server(&self, which: usize) {
        let (folder, port) = (FOLDERS[which], format!("-p {}", self.ports[which]));
        let log = format!("{folder}/log");
        self.run(&[
            "pg_ctl", "-D", folder, "-l", &log, "-o", &port, "-w", "-t", "60", "start",
        ]);
    }

    fn run(&self, command: &[&str]) {
        let done = run_as_other(self.programs, self.folder.path(), command);
        let logs = FOLDERS.map(|folder| {
            fs::read_to_string(self.folder.path().join(folder).join("log")).unwrap_or_default()
        });
        assert!(done, "{command:?} failed:\n{}", logs.join("\n----\n"));
    }

    /// Starts a program that stops both servers once the process of the test is gone.
    fn stop_when_unused(&self) {
        let stop = FOLDERS.map(|folder| {
            let programs = self.programs.display();
            format!("{programs}/pg_ctl -D {folder} -m immediate stop")
        });
        let script = format!(
            "while sleep 2; do [ -e in-use ] || exit; flock -n -x in-use true && break; done; {}",
            stop.join("; ")
        );
        let detached = format!("setsid sh -c '{script}' &");
        let started = as_other(self.programs, self.folder.path(), "sh")
            .args(["-c", &detached])
            .status();
        assert!(started.unwrap().success());
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        for folder in FOLDERS {
            let stop = ["pg_ctl", "-D", folder, "-w", "-m", "immediate", "stop"];
            let _was_running = run_as_other(self.programs, self.folder.path(), &stop);
        }
    }
}

/// The postmaster of a server, and the processes that it has started.
pub(crate) fn processes(data: &Path) -> Vec<u32> {
    let file = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    let postmaster: u32 = file.lines().next().unwrap().trim().parse().unwrap();
    let mut all = vec![postmaster];
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(process) = entry.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        if status
            .lines()
            .any(|line| line == format!("PPid:\t{postmaster}"))
        {
            all.push(process);
        }
    }
    all
}

/// Whether a process has ended, perhaps without anybody having asked for its exit status.
fn is_gone(process: u32) -> bool {
    match fs::read_to_string(format!("/proc/{process}/status")) {
        Ok(status) => status.lines().any(|line| line.starts_with("State:\tZ")),
        Err(_) => true,
    }
}

/// Sends a signal to processes that this test has started.
pub(crate) fn signal(name: &str, processes: &[u32]) {
    for process in processes {
        let sent = Command::new("kill")
            .args([name, &process.to_string()])
            .status();
        sent.unwrap();
    }
}

/// Waits until something is so.
///
/// # Panics
///
/// Where it is not so within a minute.
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
