//! A server in a process of its own, to be killed.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tracking_logfile::RecordLogger;

use super::tools::{app, serve};

const LOG: &str = "TRACKING_TEST_LOG";
/// So that what the test harness prints is told apart.
const ADDRESS: &str = "address: ";

/// The program that another test starts; by itself, without a log, it does nothing.
#[test]
fn child() {
    let Some(log) = std::env::var_os(LOG) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let log = RecordLogger::builder("requests", log)
            .rotate_at(50_000)
            .build()
            .unwrap();
        let address = serve(app(log)).await;
        println!("{ADDRESS}{address}");
        std::future::pending::<()>().await;
    });
}

/// The process, as its test has it. It ends with this value.
pub(crate) struct Server(Child);

impl Server {
    /// Starts a server that records into this log.
    pub(crate) fn start(log: &Path) -> (Self, SocketAddr) {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "load::child::child", "--nocapture"])
            .env(LOG, log)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut lines = output.lines().map(Result::unwrap);
        // The harness writes the test's name and no line break before the first one.
        let address = lines.find_map(|line| line.split_once(ADDRESS).map(|(_, at)| at.to_owned()));
        (Self(process), address.unwrap().parse().unwrap())
    }

    /// Ends it at once, whatever it does (SIGKILL), and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
