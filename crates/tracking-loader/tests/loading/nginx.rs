//! A real web server that writes and rotates its logs while they are loaded.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tracking_btree::BTreeStorage;
use tracking_core::{Query, TrackingStorageExt};
use tracking_loader::{LoadObserver, LoadSummary, Loader, Source};

use super::programs::program;

const CLIENTS: u32 = 3;
const REQUESTS: u32 = 250;
const ROTATIONS: u32 = 4;

/// The server, on a port of its own of this machine. It ends with the test.
struct Nginx {
    child: Mutex<Child>,
    folder: TempDir,
    port: u16,
}

impl Nginx {
    fn start() -> Option<Self> {
        let program = program("nginx")?;
        let folder = tempfile::tempdir().unwrap();
        // Taken by nobody a moment ago.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let at = folder.path().display();
        let config = format!(
            r#"daemon off; worker_processes 2; pid "{at}/pid"; error_log "{at}/error.log";
events {{ worker_connections 64; }}
http {{
  client_body_temp_path "{at}/body"; proxy_temp_path "{at}/proxy"; fastcgi_temp_path "{at}/fastcgi";
  uwsgi_temp_path "{at}/uwsgi"; scgi_temp_path "{at}/scgi";
  log_format fields escape=json '{{"time_iso8601":"$time_iso8601","remote_addr":"$remote_addr",'
    '"remote_user":"$remote_user","request":"$request","status":"$status",'
    '"body_bytes_sent":"$body_bytes_sent","http_user_agent":"$http_user_agent"}}';
  access_log "{at}/access.log" combined; access_log "{at}/json.log" fields;
  server {{ listen 127.0.0.1:{port}; location / {{ return 204; }} }}
}}
"#
        );
        std::fs::write(folder.path().join("nginx.conf"), config).unwrap();
        let child = Command::new(program)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let nginx = Self {
            child: Mutex::new(child),
            folder,
            port,
        };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(nginx.is_running(), "{}", nginx.errors());
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(nginx)
    }

    fn errors(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Asks for a path and waits for the answer.
    fn get(&self, path: &str) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!("GET {path} HTTP/1.0\r\nUser-Agent: \"q\\uoted\" ü\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.lock().unwrap().id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Moves the logs away and signals the server, as its manual says.
    fn rotate(&self, n: u32) {
        for name in ["access.log", "json.log"] {
            std::fs::rename(self.log(name), self.log(&format!("{name}.{n}"))).unwrap();
        }
        self.signal("-USR1");
        while !self.log("json.log").exists() || !self.log("access.log").exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends the server once all is written.
    fn quit(&self) {
        self.signal("-QUIT");
        self.child.lock().unwrap().wait().unwrap();
    }

    fn is_running(&self) -> bool {
        self.child.lock().unwrap().try_wait().unwrap().is_none()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if self.is_running() {
            // Its workers end with it, unlike with a kill.
            self.signal("-TERM");
            self.child.lock().unwrap().wait().unwrap();
        }
    }
}

/// How often each path was loaded.
fn paths(store: &BTreeStorage) -> BTreeMap<String, u32> {
    let mut paths = BTreeMap::new();
    store
        .for_each(&Query::all(), |track| {
            *paths.entry(track.task().to_owned()).or_default() += 1;
        })
        .unwrap();
    paths
}

/// Follows until the server has ended, and once more then.
#[derive(Default)]
struct Follow {
    has_begun: AtomicBool,
    has_ended: AtomicBool,
}

struct Follower<'f>(&'f Follow, bool);

impl LoadObserver for Follower<'_> {
    fn wait(&mut self, _so_far: &LoadSummary) -> bool {
        self.0.has_begun.store(true, Ordering::Release);
        std::thread::sleep(Duration::from_millis(5));
        let goes_on = !self.1;
        self.1 = self.0.has_ended.load(Ordering::Acquire);
        goes_on
    }
}

/// What was not loaded just so often.
fn wrong(found: &BTreeMap<String, u32>, times: u32) -> Vec<(String, u32)> {
    let asked = (0..CLIENTS).flat_map(|client| (0..REQUESTS).map(move |n| (client, n)));
    let count = |(client, n)| {
        let path = format!("/{client}/{n}");
        let count = found.get(&path).copied().unwrap_or_default();
        (path, count)
    };
    asked
        .map(count)
        .filter(|(_, count)| *count != times)
        .collect()
}

#[test]
fn nginx_rotates_under_load_and_each_request_is_loaded_once_also_while_followed() {
    let Some(nginx) = Nginx::start() else {
        return;
    };
    let (followed, again) = (BTreeStorage::new(), BTreeStorage::new());
    let follow = Follow::default();
    let access = [Source::from(nginx.log("access.log"))];
    std::thread::scope(|scope| {
        let following = scope.spawn(|| {
            let loader = Loader::new(&followed).follow(true);
            loader.load(&access, &mut Follower(&follow, false)).unwrap()
        });
        while !follow.has_begun.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        let server = &nginx;
        let clients = (0..CLIENTS).map(|client| {
            scope.spawn(move || {
                for n in 0..REQUESTS {
                    server.get(&format!("/{client}/{n}?q=ü"));
                }
            })
        });
        let clients: Vec<_> = clients.collect();
        for n in 1..=ROTATIONS {
            // Everything there is by now, in whatever state, over and over.
            load_all(server, &again);
            server.rotate(n);
            load_all(server, &again);
        }
        for client in clients {
            client.join().unwrap();
        }
        nginx.quit();
        follow.has_ended.store(true, Ordering::Release);
        let summary = following.join().unwrap();
        assert!(summary.first_error().is_none(), "{summary:?}");
        assert_eq!(summary.total.malformed, 0, "{:?}", summary.rejects);
    });
    load_all(&nginx, &again);
    // The server's count: one line in each of its logs for each request.
    let written = |name: &str| -> usize {
        let count = |path: PathBuf| std::fs::read_to_string(path).unwrap().lines().count();
        let rotated = (1..=ROTATIONS).map(|n| nginx.log(&format!("{name}.{n}")));
        rotated.chain([nginx.log(name)]).map(count).sum()
    };
    let requests = usize::try_from(CLIENTS * REQUESTS).unwrap();
    assert_eq!(
        (written("access.log"), written("json.log")),
        (requests, requests)
    );
    assert_eq!(wrong(&paths(&followed), 1), [], "each once");
    assert_eq!(wrong(&paths(&again), 2), [], "each once of each log");
}

/// Loads all files of both logs, newest names first.
fn load_all(nginx: &Nginx, store: &BTreeStorage) {
    let names = |log: &str| {
        let rotated = (1..=ROTATIONS)
            .rev()
            .map(|n| nginx.log(&format!("{log}.{n}")));
        [nginx.log(log)]
            .into_iter()
            .chain(rotated)
            .collect::<Vec<_>>()
    };
    let logs = [names("json.log"), names("access.log")].concat();
    let there = logs.into_iter().filter(|path| path.exists());
    let sources: Vec<_> = there.map(Source::from).collect();
    let summary = Loader::new(store).load(&sources, &mut ()).unwrap();
    assert!(summary.first_error().is_none(), "{summary:?}");
    assert_eq!(summary.total.malformed, 0, "{:?}", summary.rejects);
}
