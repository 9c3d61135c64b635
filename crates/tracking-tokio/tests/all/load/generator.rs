//! A load generator that is not ours: h2load of nghttp2 makes an exact number of requests, over
//! HTTP/1.1 or HTTP/2, and says how each ended, also where the server dies.

use std::io::Read as _;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use super::tools::skipped;

/// Requests a second of each connection, so that a load lasts longer than an outage.
const RATE: &str = "250";

/// A load that is being made.
pub(crate) struct Generator(Child);

/// What the generator has counted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Generated {
    pub(crate) started: u64,
    pub(crate) succeeded: u64,
    pub(crate) errored: u64,
    /// Responses by the first digit of their status, from 2.
    pub(crate) statuses: [u64; 4],
}

impl Generated {
    /// As [`statuses`](Self::statuses), only of responses that have arrived whole. Those of
    /// errors have no body.
    pub(crate) fn complete_responses(&self) -> [u64; 4] {
        let [_, _, client_errors, server_errors] = self.statuses;
        [self.succeeded, 0, client_errors, server_errors]
    }
}

impl Generator {
    /// Whether there is one; says so where there is none.
    pub(crate) fn is_there() -> bool {
        let asked = Command::new("h2load").arg("--version").output();
        let is_there = asked.is_ok_and(|output| output.status.success());
        if !is_there {
            skipped("h2load is not installed (apt-get install nghttp2-client)");
        }
        is_there
    }

    /// Starts to make so many requests over eight connections.
    pub(crate) fn start(address: SocketAddr, protocol: &str, requests: u64) -> Self {
        let urls = ["hello", "stream", "none"].map(|path| format!("http://{address}/{path}"));
        let generator = Command::new("h2load")
            .args(["-n", &requests.to_string(), "-c", "8", "--rps", RATE])
            .args(["--no-tls-proto", protocol])
            .args(urls)
            .stdout(Stdio::piped())
            .spawn();
        Self(generator.unwrap())
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    pub(crate) fn counts(mut self) -> Generated {
        let mut output = String::new();
        let mut reading = self.0.stdout.take().unwrap();
        reading.read_to_string(&mut output).unwrap();
        assert!(self.0.wait().unwrap().success(), "{output}");
        counts(&output)
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn counts(output: &str) -> Generated {
    let line = |name: &str| {
        let line = output.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {output}"))
    };
    // "120 total, 118 started, ..."
    let number = |line: &str, what: &str| -> u64 {
        let part = line.split(',').find(|part| part.trim().ends_with(what));
        let number = part.unwrap().trim().split(' ').next();
        number.unwrap().parse().unwrap()
    };
    let (requests, statuses) = (line("requests: "), line("status codes: "));
    Generated {
        started: number(requests, "started"),
        succeeded: number(requests, "succeeded"),
        errored: number(requests, "errored"),
        statuses: ["2xx", "3xx", "4xx", "5xx"].map(|class| number(statuses, class)),
    }
}

#[test]
fn the_summary_of_the_generator_is_understood() {
    let summary = "\nfinished in 1.45s, 2061.78 req/s, 293.99KB/s\n\
        requests: 3000 total, 2990 started, 2990 done, 1996 succeeded, 994 failed, 4 errored, 0 timeout\n\
        status codes: 1996 2xx, 0 3xx, 990 4xx, 1 5xx\n";
    let expected = Generated {
        started: 2990,
        succeeded: 1996,
        errored: 4,
        statuses: [1996, 0, 990, 1],
    };
    assert_eq!(counts(summary), expected);
}
