//! The reader of access logs, compared with goaccess day by day.
//!
//! Where goaccess is missing, these tests say that they were skipped; with
//! `TRACKING_REQUIRE_TOOLS=1` they fail.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tracking_loader::AccessLine;

use super::real_logs;

/// Lines a day, days as the log has them.
type Days = BTreeMap<String, u64>;

/// What goaccess says of a log.
struct Theirs {
    days: Days,
    refused: HashSet<Vec<u8>>,
}

fn is_there() -> bool {
    let run = Command::new("goaccess")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let there = run.is_ok_and(|status| status.success());
    if !there {
        assert!(
            !real_logs::required("TRACKING_REQUIRE_TOOLS"),
            "goaccess is required"
        );
        real_logs::skipped("goaccess is not installed");
    }
    there
}

fn ask(log: &Path, format: &str) -> Theirs {
    let folder = tempfile::tempdir().unwrap();
    let (out, refused) = (
        folder.path().join("out.json"),
        folder.path().join("refused"),
    );
    let status = Command::new("goaccess")
        .arg(log)
        .args(["--no-global-config", "--no-progress", "--no-ip-validation"])
        .arg(format!("--log-format={format}"))
        .arg(format!("--invalid-requests={}", refused.display()))
        .arg("-o")
        .arg(&out)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
    let report: Value = serde_json::from_slice(&fs::read(out).unwrap()).unwrap();
    let day = |day: &Value| {
        let name = day["data"].as_str().unwrap().to_owned();
        (name, day["hits"]["count"].as_u64().unwrap())
    };
    let refused = fs::read(refused).unwrap_or_default();
    Theirs {
        days: report["visitors"]["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(day)
            .collect(),
        refused: refused
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect(),
    }
}

/// Our days, and the lines that one of the two reads and the other does not: ours, theirs.
fn compare(lines: &[Vec<u8>], theirs: &Theirs) -> (Days, Vec<usize>, Vec<usize>) {
    let (mut days, mut only_ours, mut only_theirs) = (Days::new(), Vec::new(), Vec::new());
    for (line, number) in lines.iter().zip(1..) {
        let refused = theirs.refused.contains(line);
        match AccessLine::parse(line) {
            Ok(read) => {
                let local = read.time.to_datetime().with_timezone(&read.offset);
                *days.entry(local.format("%Y%m%d").to_string()).or_default() += 1;
                only_ours.extend(refused.then_some(number));
            }
            Err(_) => only_theirs.extend((!refused && !line.is_empty()).then_some(number)),
        }
    }
    (days, only_ours, only_theirs)
}

fn shared_log(folder: &str, log: &str) -> Option<Vec<Vec<u8>>> {
    let folder = real_logs::folder(folder)?;
    is_there().then(|| real_logs::lines(&folder.join(log)))
}

fn asked_about(lines: &[Vec<u8>], format: &str) -> Theirs {
    let plain = tempfile::NamedTempFile::new().unwrap();
    fs::write(plain.path(), [lines.join(&b'\n'), b"\n".to_vec()].concat()).unwrap();
    ask(plain.path(), format)
}

#[test]
fn a_combined_log_has_the_same_days() {
    let Some(lines) = shared_log("weblog-apache-semicomplete", "apache_logs.gz") else {
        return;
    };
    let theirs = asked_about(&lines, "COMBINED");
    let (mut days, only_ours, only_theirs) = compare(&lines, &theirs);
    // They read an agent that was cut off before its closing quote.
    assert_eq!((only_ours, only_theirs), (vec![], vec![8899]));
    *days.get_mut("20150520").unwrap() += 1;
    assert_eq!(days, theirs.days);
}

#[test]
fn a_common_log_has_the_same_days() {
    let Some(lines) = shared_log("weblog-clf-nasa95", "NASA_access_log_Aug95") else {
        return;
    };
    let theirs = asked_about(&lines, "COMMON");
    let (mut days, only_ours, only_theirs) = compare(&lines, &theirs);
    // They read a line whose host was cut off, as one of the host `-`.
    assert_eq!((only_ours, only_theirs), (vec![], vec![1854]));
    *days.get_mut("19950801").unwrap() += 1;
    assert_eq!(days, theirs.days);
}

#[test]
fn a_log_with_virtual_hosts_and_odd_lines_has_the_same_days() {
    if !is_there() {
        return;
    }
    let lines: Vec<Vec<u8>> = (0..4000_u32)
        .map(|n| {
            let host = ["192.0.2.1", "2001:db8::1", "::1", "client.example.org"][n as usize % 4];
            let request = [
                "GET /a?b=c HTTP/1.1",
                "POST /é HTTP/2.0",
                "HEAD /%20 HTTP/1.0",
            ][n as usize % 3];
            let (day, second) = (n % 9 + 10, n % 60);
            let offset = ["+0000", "-0930"][n as usize % 2];
            format!(
                "www{}.example.org:443 {host} - {} [{day}/Nov/2026:23:59:{second:02} {offset}] \
                 \"{request}\" {} {} \"-\" \"Browser \\\"{n}\\\"\"",
                n % 3,
                ["-", "anna"][n as usize % 2],
                [200, 304, 404][n as usize % 3],
                n * 7,
            )
            .into_bytes()
        })
        .collect();
    let theirs = asked_about(&lines, "VCOMBINED");
    let (days, only_ours, only_theirs) = compare(&lines, &theirs);
    assert_eq!((only_ours, only_theirs), (vec![], vec![]));
    assert_eq!(days, theirs.days);
}
